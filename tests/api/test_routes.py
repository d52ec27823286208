"""Every route of the inventory: it declares its right, and no text a caller sends reaches SQL or breaks it.

A new route needs a row in INVENTORY; without one these tests fail.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from formwork.api import PREFIX, ROUTES
from formwork.api.route import Right, Route, Shape
from formwork.definitions.reserved import ROUTED
from formwork.definitions.schemas.words import NAME_PATTERN
from tests.support.callers import Caller, World
from tests.support.payloads import CONFUSED, MARK, PAYLOADS, listening, some

pytestmark = pytest.mark.walk

INVENTORY: dict[str, dict[str, Any]] = {
    "GET /<object>": {},
    "POST /<object>": {"body": {"name": "Row", "credit": "1", "sponsor": None, "topics": ["a"], "home": {"city": "x"}}},
    "GET /<object>/<id>": {},
    "PATCH /<object>/<id>": {"body": {"name": "Row", "version": 1}},
    "DELETE /<object>/<id>": {},
    "POST /<object>/<id>/restore": {},
    "POST /<object>/query": {
        "body": {
            "filter": "name = 'a'", "fields": ["name"], "sort": ["name"], "limit": 1, "cursor": "x", "search": "aa",
            "count": True, "deleted": False,
        }
    },
    "GET /<object>/count": {},
    "GET /<object>/aggregate": {},
    "POST /<object>/aggregate": {
        "body": {"groups": ["name"], "measures": ["count"], "filter": "member", "sort": ["name"], "limit": 1}
    },
    "GET /<object>/lookup/<field>": {"field": "sponsor"},
    "POST /<object>/batch": {
        "body": {"mode": "each", "create": [{"name": "a"}], "update": [{"id": "x", "name": "b"}], "delete": ["x"]}
    },
    "POST /<object>/upsert": {"body": {"records": [{"external_id": "row", "name": "a"}]}},
    "GET /<object>/by/<match>/<path:value>": {"match": "card", "value": "c"},
    "PUT /<object>/by/<match>/<path:value>": {"match": "card", "value": "c", "body": {"name": "a"}},
    "GET /<object>/<id>/history": {},
    "POST /<object>/<id>/merge": {"body": {"losers": [str(uuid4())], "set": {"name": "x"}, "version": 1}},
    "GET /<object>/conversions": {},
    "POST /<object>/<id>/convert/<conversion>": {"conversion": "c"},
    "POST /<object>/<id>/map/<mapping>": {"mapping": "m"},
    "GET /<object>/<id>/shares": {},
    "POST /<object>/<id>/shares": {
        "body": {"principal": str(uuid4()), "level": "edit", "until": "2999-01-01T00:00:00Z", "note": "a"}
    },
    "DELETE /<object>/<id>/shares/<share>": {"share": str(uuid4())},
    "GET /<object>/<id>/team": {},
    "POST /<object>/<id>/team": {
        "body": {"principal": str(uuid4()), "part": "p", "level": "edit", "until": "2999-01-01T00:00:00Z", "note": "a"}
    },
    "DELETE /<object>/<id>/team/<member>": {"member": str(uuid4())},
    "GET /me": {},
    "GET /me/sessions": {},
    "DELETE /me/sessions/<session>": {"session": "s"},
    "GET /users/<id>/second-factor": {},
    "DELETE /users/<id>/second-factor": {},
    "GET /audit": {},
    "GET /audit/verify": {},
    "GET /privacy/people": {},
    "POST /privacy/people": {"body": {"records": [{"object": "reader", "id": str(uuid4())}]}},
    "POST /privacy/export": {"body": {"records": [{"object": "reader", "id": str(uuid4())}]}},
    "POST /privacy/anonymise": {"body": {"records": [{"object": "reader", "id": str(uuid4())}], "confirm": "x"}},
    "GET /privacy/anonymise": {},
    "GET /privacy/retention": {},
    "GET /privacy/anonymise/<id>": {},
    "GET /rights/explain": {},
    "GET /rights/roles": {},
    "GET /rights/roles/<role>": {"role": "clerk"},
    "GET /rights/compare": {},
    "GET /rights/sharing": {},
    "GET /sign-in/second-factor": {},
    "PUT /sign-in/second-factor": {"body": {"who": "roles", "roles": ["clerk"], "grace_days": 7}},
    "DELETE /sign-in/second-factor": {},
    "GET /sign-in/providers": {},
    "PUT /sign-in/providers/<provider>": {
        "provider": "p",
        "body": {"label": "a", "issuer": "https://a.example", "client": "c", "secret": "s", "domains": ["a.example"],
                 "roles": ["clerk"], "enabled": True},
    },
    "DELETE /sign-in/providers/<provider>": {"provider": "p"},
    "GET /keys": {},
    "POST /keys": {"body": {"name": "k", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00Z"}},
    "DELETE /keys/<id>": {},
    "GET /users/<id>/roles": {},
    "PUT /users/<id>/roles/<role>": {"role": "r"},
    "DELETE /users/<id>/roles/<role>": {"role": "r"},
    "POST /users/<id>/password-link": {},
    "GET /users/<id>/holdings": {},
    "POST /users/<id>/deactivation": {"body": {"successor": str(uuid4()), "successors": {"reader": str(uuid4())}}},
    "DELETE /users/<id>/deactivation": {},
    "GET /users/<id>/absence": {},
    "PUT /users/<id>/password": {"body": {"password": "some long sentence"}},
    "GET /describe": {},
    "GET /describe/<name>": {"name": "reader"},
    "GET /metadata/packages": {},
    "POST /metadata/packages": {"body": {"files": {"objects/x/y.yaml": "a: b"}}},
    "PUT /metadata/packages/<name>": {"name": "core", "body": {"files": {"objects/x/y.yaml": "a: b"}}},
    "DELETE /metadata/packages/<name>": {"name": "nothing"},
    "GET /metadata/own/<name>": {"name": "core"},
    "GET /metadata/packages/<name>": {"name": "core"},
    "GET /metadata/origin/<name>": {"name": "reader"},
    "GET /metadata/versions": {},
    "GET /metadata/versions/<number>": {"number": "1"},
    "GET /metadata/versions/<number>/diff": {"number": "1"},
    "GET /metadata/versions/<number>/plan": {"number": "1"},
    "POST /metadata/versions/<number>/rollback": {"number": "1"},
    "GET /metadata/retired": {},
    "GET /metadata/usage/<name>": {"name": "reader"},
    "GET /metadata/usage/<name>/<field>": {"name": "reader", "field": "name"},
    "POST /metadata/restore": {"body": {"object": "reader", "field": "x"}},
    "GET /metadata/draft": {},
    "GET /metadata/draft/<path:path>": {"path": "objects/tenant/x.yaml"},
    "PUT /metadata/draft/<path:path>": {
        "path": "objects/tenant/x.yaml", "body": {"text": "a: b", "version": 0, "base": "x"}
    },
    "DELETE /metadata/draft/<path:path>": {"path": "objects/tenant/x.yaml"},
    "POST /metadata/draft/check": {"body": {"documents": ["objects/tenant/x.yaml"]}},
    "POST /metadata/draft/plan": {"body": {"documents": ["objects/tenant/x.yaml"]}},
    "POST /metadata/draft/publish": {"body": {"documents": ["objects/tenant/x.yaml"]}},
    "POST /metadata/draft/discard": {},
    "POST /metadata/plan": {"body": {"files": {"objects/x/y.yaml": "a: b"}}},
    "POST /metadata/apply": {"body": {"files": {"objects/x/y.yaml": "a: b"}}},
    "POST /<object>/imports": {"body": {"text": "Card,Name\n", "data": None}},
    "GET /<object>/import-mappings": {},
    "POST /<object>/import-mappings": {
        "body": {"name": "m", "mapping": {"import": "m", "object": "reader", "columns": {"Card": "card"}}}
    },
    "GET /imports": {},
    "GET /imports/<id>": {},
    "GET /imports/<id>/table": {},
    "PATCH /imports/<id>": {"body": {"mapping": {}, "mode": "upsert", "on_error": "skip"}},
    "POST /imports/<id>/check": {},
    "POST /imports/<id>/run": {},
    "POST /imports/<id>/stop": {},
    "POST /imports/<id>/undo": {},
    "GET /imports/<id>/errors": {},
    "GET /<object>/export": {},
    "POST /files": {"body": {"a": "zqx"}},
    "GET /files/<id>": {},
    "DELETE /files/<id>": {},
    "GET /<object>/<id>/versions": {},
    "DELETE /<object>/<id>/versions": {},
    "GET /openapi.json": {},
    "GET /docs": {},
    "GET /docs/<name>": {"name": "docs.js"},
}  # fmt: skip
VARIABLE = re.compile(r"<(?:path:)?(\w+)>")


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def address(route: Route, changed: str | None = None, value: str = "") -> str:
    row = {"object": "reader", "id": str(uuid4()), **INVENTORY[name_of(route)]}
    return VARIABLE.sub(lambda m: quote(value if m[1] == changed else str(row[m[1]]), safe=""), route.path)


def test_every_route_has_its_row(world: World) -> None:
    assert {name_of(route) for route in ROUTES} == set(INVENTORY)
    served = {
        f"{method} {rule.rule.removeprefix(PREFIX)}"
        for rule in world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert served == set(INVENTORY)


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_nobody_gets_in_unless_the_route_is_public(world: World, route: Route) -> None:
    body = INVENTORY[name_of(route)].get("body")
    answer = world.nobody(route.method, address(route), body)
    assert answer.status_code == (200 if route.right is Right.PUBLIC else 401), answer.text


@pytest.mark.parametrize("route", [one for one in ROUTES if one.right is Right.MANAGE], ids=name_of)
def test_managing_needs_its_right(world: World, route: Route, clerk: Caller) -> None:
    assert clerk(route.method, address(route), INVENTORY[name_of(route)].get("body")).status_code == 403


@pytest.mark.parametrize("route", [one for one in ROUTES if one.per_object], ids=name_of)
def test_without_a_role_no_record_is_reached(world: World, route: Route, stranger: Caller) -> None:
    answer = stranger(route.method, address(route), INVENTORY[name_of(route)].get("body"))
    if route.operation == "batch":
        assert all("errors" in one for name in ("create", "update", "delete") for one in answer.json[name])
    elif route.operation == "upsert":
        assert answer.status_code == 403
    else:
        assert answer.status_code in (403, 404) or (route.operation == "lookup" and answer.status_code == 400), (
            answer.text
        )


@pytest.fixture(scope="module")
def clerk(world: World) -> Caller:
    return world.caller("cleo", "clerk")


@pytest.fixture(scope="module")
def stranger(world: World) -> Caller:
    return world.caller("stranger")


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_no_text_reaches_sql(admin: Caller, route: Route) -> None:
    """S1, S3 and S4 of SECURITY: each parameter, path part and body member takes every payload."""
    with listening() as heard:
        for path, options in attempts(route):
            answer = admin(route.method, path, **options)
            assert answer.status_code < 500, (path, options, answer.text)
            if answer.status_code >= 400:
                assert answer.mimetype == "application/problem+json"
    assert not [statement for statement in heard if MARK in statement]


def attempts(route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    row = INVENTORY[name_of(route)]
    body = row.get("body")
    plain = {} if body is None else {"json": body}
    for variable in VARIABLE.findall(route.path):
        for payload in some(PAYLOADS, name_of(route) + variable):
            yield address(route, variable, payload), plain
    for param in route.params:
        for payload in some(PAYLOADS, name_of(route) + param.name):
            yield address(route), {**plain, "query_string": {param.name: payload}}
            yield address(route), {**plain, "query_string": {param.name: [payload, payload]}}
    yield address(route), {**plain, "query_string": {MARK: MARK}}
    if route.takes is not Shape.NONE:
        yield from (
            (address(route), {"data": json.dumps(value), "headers": JSON}) for value in some(CONFUSED, name_of(route))
        )
        for name, value in body.items():
            for payload in some((*PAYLOADS, *CONFUSED), name_of(route) + name):
                yield address(route), {"data": json.dumps({**body, name: payload}), "headers": JSON}
                if isinstance(value, list):
                    yield address(route), {"data": json.dumps({**body, name: [payload]}), "headers": JSON}
                if isinstance(value, list) and value and isinstance(value[0], dict):
                    rows = [{**value[0], key: payload} for key in value[0]]
                    yield address(route), {"data": json.dumps({**body, name: rows}), "headers": JSON}
        for payload in some(PAYLOADS, name_of(route)):
            yield address(route), {"data": json.dumps({**body, payload: payload}), "headers": JSON}


JSON = {"Content-Type": "application/json"}


def test_no_object_can_be_hidden_behind_an_address() -> None:
    """A route whose first segment is a name keeps objects of that name away; the names are reserved for it."""
    firsts = {route.path.split("/")[1] for route in ROUTES} - {"<object>"}
    assert {name for name in firsts if re.fullmatch(NAME_PATTERN, name)} == set(ROUTED), (
        "Reserve the first segment of a new route in definitions/reserved.py, and free what no route uses."
    )
