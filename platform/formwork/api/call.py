"""One request as its route sees it: an open unit of work, parameters, body and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide, may_use
from formwork.catalog import Snapshot
from formwork.kernel import Actor, Invalid, Problem, parse_id
from formwork.runtime import Runtime
from formwork.storage import Tenant, Work


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler needs. `values` are the query parameters as declared, `body` the JSON that was sent.

    `version` is what If-Match asks for, `known_tag` the If-None-Match header, `minimal` whether the
    caller prefers answers without the record (RFC 7240).
    """

    work: Work
    runtime: Runtime
    tenant: Tenant
    values: Mapping[str, Any]
    body: Any = None
    version: int | None = None
    known_tag: str | None = None
    minimal: bool = False
    session: str = ""
    """The token of the browser's session, blank for a caller with a key."""

    @property
    def snapshot(self) -> Snapshot:
        """The metadata of this request."""
        return self.work.snapshot

    @property
    def actor(self) -> Actor:
        """Who calls."""
        return self.work.context.actor

    @property
    def cursor_key(self) -> bytes:
        """The key that signs cursors of this tenant."""
        return self.runtime.secret("cursor", self.tenant.name)

    @property
    def record(self) -> dict[str, Any]:
        """The body as the fields of one record; raises Invalid for any other JSON value."""
        if not isinstance(self.body, dict):
            message = "A record is a JSON object of fields."
            raise Invalid(message, code="bad_body", problems=[Problem("", "bad_body", message)])
        return dict(self.body)

    def readable(self, object: str) -> frozenset[str]:
        """The fields of an object the caller may read; raises Denied without the right to read it."""
        return decide(self.snapshot, self.actor, object, Verb.READ).require().readable

    def open(self, object: str) -> frozenset[str]:
        """Those of them that the caller may read on every record, whatever its type."""
        return decide(self.snapshot, self.actor, object, Verb.READ).require().open

    def may(self, object: str, verb: Verb) -> bool:
        """True when the caller may use the object in this way at all, scopes of a key included."""
        return may_use(self.snapshot, self.actor, object, verb)


def read_ids(raw: Any, pointer: str) -> list[UUID]:
    """Ids of a body's list; raises Invalid `bad_reference` naming each that is none."""
    if not isinstance(raw, list):
        raise Invalid(
            "Send a list of ids.", code="bad_body", problems=[Problem(pointer, "not_a_list", "Send a list of ids.")]
        )
    ids = [parse_id(one) if isinstance(one, str) else None for one in raw]
    bad = [
        Problem(f"{pointer}/{at}", "bad_reference", "This is not the id of a record.")
        for at, one in enumerate(ids) if one is None
    ]  # fmt: skip
    if bad:
        raise Invalid("Send ids of records.", code="bad_reference", problems=bad)
    return [one for one in ids if one is not None]
