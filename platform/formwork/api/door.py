"""A request from socket to answer: read it strictly, find out who calls, run its route in one unit of work."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Request, Response, g, request

from formwork.access import Verb, decide, decide_management, require_scope
from formwork.api import idempotency
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.credential import credential_of, identify, nobody, session_token
from formwork.api.etag import wanted_version
from formwork.api.json_text import dumps, loads
from formwork.api.parameters import read_parameters
from formwork.api.route import Right, Route, Shape
from formwork.api.upload import receive_upload
from formwork.files import Received
from formwork.files.serve import Download
from formwork.identity.audit import Event, note
from formwork.identity.session import require_recent_proof
from formwork.kernel import Conflict, Context, Denied, FormworkError, Malformed, NotFound, Unauthenticated, parse_id
from formwork.runtime import Identified, Runtime
from formwork.storage import Tenant, Work

JSON_TYPES = frozenset({"application/json", "application/merge-patch+json"})
PROBLEM = "application/problem+json"
_ANY = frozenset({"*/*", "application/*", "application/json"})
MOST_HEADERS = 32_768
"""Characters of all request headers together."""


@dataclass(frozen=True)
class Door:
    """One per application: runs routes."""

    runtime: Runtime
    running: idempotency.Running = field(default_factory=idempotency.Running)

    def view(self, route: Route) -> Callable[..., Response]:
        """The Flask view of a route."""

        def answer(**path: Any) -> Response:
            return self._render(self._run(route, path))

        answer.__name__ = route.operation
        answer.__doc__ = route.summary
        return answer

    def tenant(self) -> Tenant:
        """The tenant this request is for; raises NotFound `unknown_host`."""
        found: Tenant | None = g.get("tenant")
        if found is None:
            found = g.tenant = self.runtime.tenant_of(request.host)
        return found

    def _run(self, route: Route, path: dict[str, Any]) -> Answer:
        """Run a route; what the audit trail must know of it is written before anything is answered."""
        try:
            answer = self._answer(route, path)
        except Denied as error:
            with suppress(Denied, Unauthenticated):  # nobody is known: there is no one to tell of
                self._note(Event.DENIED, path.get("object"), {"operation": route.operation, "code": error.code})
            raise
        if answer.audited is not None:
            self._note(answer.audited.event, answer.audited.object, answer.audited.detail)
        return answer

    def _note(self, event: Event, object: str | None, detail: Mapping[str, Any]) -> None:
        tenant = self.tenant()
        with self.runtime.write(tenant, self._identify, self._context(tenant)) as work:
            note(work, event, object=object, detail=detail)

    def _context(self, tenant: Tenant) -> Context:
        return replace(self.runtime.context(tenant), request_id=g.request_id, address=request.remote_addr or "")

    def _answer(self, route: Route, path: dict[str, Any]) -> Answer:
        tenant = self.tenant()
        check_headers(request, route)
        trouble: Malformed | None = None
        body: Any = None
        try:
            body = self._body(route, tenant)
        except Malformed as error:
            trouble = error  # told once it is known who calls; a slow body is never read under a lock

        def answer(work: Work) -> Answer:
            self._require(route, work, path)
            if trouble is not None:
                raise trouble
            values = read_parameters(route.params, request.args.lists())
            if any("\0" in text for text in path.values()):
                raise NotFound("There is nothing at this address.")
            call = Call(
                work, self.runtime, tenant, values, body,
                wanted_version(request.headers.get("If-Match")), request.headers.get("If-None-Match"),
                minimal="return=minimal" in request.headers.get("Prefer", ""),
                session=session_token(self.runtime, request),
            )  # fmt: skip
            return self._once(route, call, path | {"id": _record_id(path["id"])} if "id" in path else path)

        return self._perform(route, tenant, answer)

    def _body(self, route: Route, tenant: Tenant) -> Any:
        """What was sent. A file is taken in only once it is known that the caller may send one."""
        most = self.runtime.settings.max_upload
        if route.takes is not Shape.FILE:
            return read_body(request, route, most)
        with self.runtime.read(tenant, self._identify) as work:
            require_scope(work.context.actor, Verb.CREATE)
        return receive_upload(request, self.runtime.blobs(tenant.name), most)

    def _perform(self, route: Route, tenant: Tenant, answer: Callable[[Work], Answer]) -> Answer:
        """The answer, in the unit of work of a route; the key of the request is claimed while it is worked on."""
        context = self._context(tenant)
        known = route.right is not Right.PUBLIC
        who = self._identify if known else nobody
        credential = credential_of(self.runtime, request) if known else None
        if not route.writes:
            with self.runtime.read(tenant, who, context, credential) as work:
                return answer(work)
        key = request.headers.get(idempotency.HEADER)
        if key is None:
            return self.runtime.perform(tenant, who, answer, context, credential)
        idempotency.check_key(key)
        caller = request.headers.get("Authorization") or request.headers.get("Cookie", "")
        with self.running.claim(tenant.name, caller, key):
            return self.runtime.perform(tenant, who, answer, context, credential)

    def _identify(self, work: Work) -> Identified:
        return identify(self.runtime, request, work)

    def _require(self, route: Route, work: Work, path: dict[str, Any]) -> None:
        """The right the route declares, before its parameters and body are looked at."""
        token = session_token(self.runtime, request)
        if route.right is Right.MANAGE and route.writes and token:
            require_recent_proof(work, token, self.runtime.settings.proof_minutes)
        if route.right is Right.MANAGE:
            decide_management(work.snapshot, work.context.actor).require()
        elif route.verb is not None:
            decide(work.snapshot, work.context.actor, path["object"], route.verb).require()
        elif route.per_object:
            work.object(path["object"])

    def _once(self, route: Route, call: Call, path: dict[str, Any]) -> Answer:
        key = request.headers.get(idempotency.HEADER) if route.writes else None
        if key is None:
            return _run_handler(route, call, path)
        if route.secret:
            raise Malformed(
                "This answer holds a secret and is not kept; send the request without Idempotency-Key.",
                code="bad_idempotency_key",
            )
        address = request.full_path
        sent = call.body.sha256.encode() if isinstance(call.body, Received) else request.get_data(cache=True)
        print_ = idempotency.fingerprint(request.method, address, sent)
        stored = idempotency.stored_answer(call.work, key, print_)
        if stored is not None:
            return stored
        answer = _run_handler(route, call, path)
        idempotency.keep_answer(call.work, key, answer)
        return answer

    def _render(self, answer: Answer) -> Response:
        if isinstance(answer.body, Download):
            out = answer.body.outgoing(request.headers.get("Range"), request.headers.get("If-Range"))
            return Response(out.pieces, out.status, out.headers)
        if answer.media != "application/json":
            data = answer.body
        else:
            data = b"" if answer.body is None else dumps(answer.body)
        response = Response(data, answer.status, mimetype=answer.media)
        response.headers.update(answer.headers)
        return response


def _run_handler(route: Route, call: Call, path: dict[str, Any]) -> Answer:
    try:
        return route.handler(call, **path)
    except Conflict as error:
        if error.code == "version_conflict" and call.version is not None:
            raise _Precondition(error) from error
        raise


class _Precondition(FormworkError):
    """The same conflict, told as If-Match wants it (412)."""

    def __init__(self, error: Conflict) -> None:
        super().__init__(error.message, code="precondition_failed", problems=error.problems, extra=error.extra)
        self.repeatable = error.repeatable


def _record_id(text: str) -> Any:
    found = parse_id(text)
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    return found


def check_headers(sent: Request, route: Route) -> None:
    """Refuse headers that are too large (431) and callers who take no JSON (406)."""
    if sum(len(value) for name, value in sent.environ.items() if name.startswith("HTTP_")) > MOST_HEADERS:
        message = f"The headers have more than {MOST_HEADERS:,} characters. Send shorter ones."
        raise Malformed(message, code="header_too_large")
    accept = sent.headers.get("Accept")
    if accept is None or accept in _ANY or "*/*" in route.media:
        return
    if not any(sent.accept_mimetypes[media] > 0 for media in (*route.media, PROBLEM)):
        kinds = ", ".join(route.media)
        raise Malformed(f"This address answers as {kinds}. Correct `Accept`.", code="not_acceptable")


def read_body(sent: Request, route: Route, most_upload: int) -> Any:
    """The JSON body a route takes; raises Malformed for a wrong content type, encoding or syntax."""
    if route.takes is Shape.NONE:
        return None
    encoding = sent.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise Malformed("Send the body without Content-Encoding.", code="unsupported_media")
    if route.upload and sent.mimetype in route.files:
        sent.max_content_length = most_upload
        return sent.get_data(cache=True)
    if sent.mimetype not in JSON_TYPES:
        raise Malformed("Send the body as `Content-Type: application/json`.", code="unsupported_media")
    return loads(sent.get_data(cache=True))
