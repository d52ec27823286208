"""The whole document: paths of every object the caller may use, and of the platform itself."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from apispec import APISpec

from formwork import __version__
from formwork.access import Verb, may_use
from formwork.api.idempotency import HEADER
from formwork.api.openapi.bodies import COMMON, Schema, ref
from formwork.api.openapi.schemas import RecordSchemas
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.api.upload import FORM
from formwork.catalog import ObjectSpec, Snapshot
from formwork.catalog.labels import plural_label
from formwork.kernel import Actor

_VARIABLE = re.compile(r"<(?:path:)?([a-z]+)>")
_JSON = "application/json"
_KINDS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"}, Kind.LIST: {"type": "array", "items": {"type": "string"}},
    Kind.MANY: {"type": "array", "items": {"type": "string"}}, Kind.WHOLE: {"type": "integer"},
    Kind.FLAG: {"type": "boolean"}, Kind.ID: {"type": "string", "format": "uuid"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}  # fmt: skip
_FIXED = {
    Shape.GROUPS: "_groups", Shape.COUNT: "_count", Shape.CHOICES: "_choices", Shape.HISTORY: "_history",
    Shape.PLAIN_LIST: "_list", Shape.CONVERTED: "_converted", Shape.ANY: "_any", Shape.QUERY: "_query",
    Shape.AGGREGATE: "_aggregate", Shape.MERGE: "_merge", Shape.KEY: "_key", Shape.SHARE: "_share",
    Shape.MEMBER: "_member",
    Shape.PERSON: "_person",
    Shape.FILES: "_files", Shape.TABLE: "_table", Shape.FILE: "_file",
    Shape.UPSERT_ANSWER: "_saved_list",
}  # fmt: skip
_OF_OBJECT = {
    Shape.RECORD: "", Shape.NEW: "_new", Shape.CHANGE: "_change", Shape.PAGE: "_page", Shape.BATCH: "_batch",
    Shape.BATCH_ANSWER: "_batch_answer", Shape.UPSERT: "_upsert",
}  # fmt: skip


@lru_cache(maxsize=64)
def describe_api(
    snapshot: Snapshot, routes: tuple[Route, ...], roles: frozenset[str], scopes: frozenset[str] | None,
    locale: str, label: str, *, manages: bool,
) -> dict[str, Any]:  # fmt: skip
    """The OpenAPI document of a tenant for callers with these roles; kept, because it hangs on nothing else."""
    actor = Actor(user=UUID(int=0), roles=roles, scopes=scopes)
    document = APISpec(
        title=label, version=__version__, openapi_version="3.1.0",
        info={"description": "Generated from the metadata of this tenant, as far as you may use it."},
        servers=[{"url": "/api/v1"}], security=[{"key": []}],
    )  # fmt: skip
    document.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for name, schema in COMMON.items():
        document.components.schema(name, schema)
    problem = {"application/problem+json": {"schema": ref("_problem")}}
    document.components.response("problem", {"description": "A refusal; nothing was changed.", "content": problem})
    schemas = RecordSchemas(snapshot, actor, locale)
    for route in routes:
        if not route.per_object and (route.right is not Right.MANAGE or manages):
            _add(document, route, None, frozenset(COMMON))
    for name in sorted(snapshot.objects):
        spec = snapshot.objects[name]
        own = schemas.of(spec)
        if not own:
            continue
        document.tag({"name": name, "description": plural_label(snapshot, locale, spec)})
        for key, schema in own.items():
            document.components.schema(key, schema)
        known = frozenset(own) | frozenset(COMMON)
        for route in routes:
            if route.per_object and _is_offered(route, snapshot, actor, spec):
                _add(document, route, spec, known)
    found: dict[str, Any] = document.to_dict()
    return found


def _is_offered(route: Route, snapshot: Snapshot, actor: Actor, spec: ObjectSpec) -> bool:
    if route.verb is not None:
        return may_use(snapshot, actor, spec.name, route.verb)
    if route.takes is Shape.UPSERT or route.method == "PUT":
        return may_use(snapshot, actor, spec.name, Verb.CREATE) and may_use(snapshot, actor, spec.name, Verb.EDIT)
    return any(may_use(snapshot, actor, spec.name, verb) for verb in (Verb.READ, Verb.CREATE, Verb.EDIT, Verb.DELETE))


def _add(document: APISpec, route: Route, spec: ObjectSpec | None, known: frozenset[str]) -> None:
    object = spec.name if spec is not None else ""
    path = _VARIABLE.sub(r"{\1}", route.path.replace("<object>", object))
    content: dict[str, Any]
    operation: dict[str, Any] = {
        "operationId": f"{route.operation}_{object}" if object else route.operation,
        "summary": route.summary,
        "parameters": [*_path_parameters(path), *_query_parameters(route.params), *_headers(route)],
        "responses": _responses(route, object, known),
    }
    if object:
        operation["tags"] = [object]
    if route.right is Right.PUBLIC:
        operation["security"] = []
    if route.takes is Shape.FILE:
        whole = {"schema": {"type": "string", "format": "binary"}}
        content = {FORM: {"schema": ref("_upload")}, "application/octet-stream": whole}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.takes is not Shape.NONE:
        content = {_JSON: {"schema": _schema(route.takes, object, known)}}
        if route.upload:
            content |= {media: {"schema": {"type": "string", "format": "binary"}} for media in route.files}
        operation["requestBody"] = {"required": True, "content": content}
    document.path(path, operations={route.method.lower(): operation})


def _schema(shape: Shape, object: str, known: frozenset[str]) -> Schema:
    name = _FIXED.get(shape) or f"{object}{_OF_OBJECT.get(shape, '')}"
    return ref(name) if name in known else ref("_any")


def _responses(route: Route, object: str, known: frozenset[str]) -> dict[str, Any]:
    problem = {"$ref": "#/components/responses/problem"}
    good: dict[str, Any] = {"description": route.summary}
    if route.gives is not Shape.NONE:
        schema = _schema(route.gives, object, known)
        good["content"] = {media: {"schema": schema if media == _JSON else {}} for media in route.media}
    found = {str(route.status): good, "4XX": problem, "5XX": problem}
    if route.takes is Shape.NEW or route.operation == "apply_mapping":
        found["200"] = found["201"] = good
    if route.operation == "restore":
        found["204"] = {"description": "Restored; you may not read it."}
    if route.gives is Shape.FILE and route.method == "GET":
        found["206"] = {**good, "description": "The part that `Range` names."}
    if route.method == "GET" and route.gives in (Shape.RECORD, Shape.FILE):
        found["304"] = {"description": "It is as you know it."}
    return found


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in re.findall(r"\{([a-z]+)\}", path):
        schema = {"type": "string", "format": "uuid"} if name == "id" else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(params: tuple[Param, ...]) -> Iterator[dict[str, Any]]:
    for param in params:
        schema = dict(_KINDS[param.kind])
        if param.kind is Kind.WHOLE:
            schema["minimum"] = param.least
            if param.most is not None:
                schema["maximum"] = param.most
        found: dict[str, Any] = {"name": param.name, "in": "query", "description": param.help, "schema": schema}
        if param.kind is Kind.LIST:
            found |= {"style": "form", "explode": False}
        if param.required:
            found["required"] = True
        yield found


def _headers(route: Route) -> Iterator[dict[str, Any]]:
    text = {"type": "string"}
    if route.writes and not route.secret:
        help_ = "Makes sending twice safe: the same key and body give the first answer again."
        yield {"name": HEADER, "in": "header", "schema": {**text, "maxLength": 255}, "description": help_}
    if route.method in ("PATCH", "DELETE") and route.path == "/<object>/<id>":
        yield {"name": "If-Match", "in": "header", "schema": text, "description": "The ETag that was read."}
    if route.takes is Shape.FILE:
        help_ = 'Names a file that is sent as the body: `attachment; filename="report.pdf"`.'
        yield {"name": "Content-Disposition", "in": "header", "schema": text, "description": help_}
    if route.method == "GET" and route.gives is Shape.FILE:
        yield {"name": "Range", "in": "header", "schema": text, "description": "One part, such as `bytes=0-999`."}
    if route.method == "GET" and route.gives in (Shape.RECORD, Shape.FILE):
        yield {"name": "If-None-Match", "in": "header", "schema": text, "description": "The ETag that is known."}
