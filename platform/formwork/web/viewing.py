"""Seeing the application as a role or another person: for who manages it, read-only, for half an hour, and audited.

What is seen is kept in the browser's signed state and looked at again with every request: that whoever looks still
manages the organisation, that the time is not over, that the other person may still sign in. Setup, credentials and
preferences stay closed, so that nobody comes by them under another name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, request
from flask import session as browser_state

from formwork.access import decide_management
from formwork.catalog.labels import role_label
from formwork.identity import actor_of, supposed_actor
from formwork.identity.audit import Event, note
from formwork.kernel import Actor, Denied, Malformed, Unauthenticated, parse_id
from formwork.storage import Work

STOP = "/setup/view-as/stop"
MINUTES = 30
VIEW_AS = "view_as"
"""Under which the browser's state keeps it."""
_USER, _ROLE = "user", "role"
_ENTRY = ("/login", "/logout")
_CLOSED = ("/setup", "/security", "/preferences")
"""Beginnings of addresses that are not for who looks as somebody else."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What is being seen as: `kind` is user or role, `id` which one. `back` is where it began."""

    kind: str
    id: str
    name: str
    by: str
    until: datetime
    back: str

    def told(self) -> dict[str, str]:
        """What the audit trail says of it."""
        return {self.kind: self.id}


def viewing_now() -> Viewing | None:
    """What this browser is seeing as, None when nothing or when the time is over."""
    kept: Mapping[str, Any] = browser_state.get(VIEW_AS) or {}
    try:
        until = datetime.fromisoformat(str(kept["until"]))
        kind, id, name, by, back = (str(kept[part]) for part in ("kind", "id", "name", "by", "back"))
    except (KeyError, ValueError):
        return None
    found = Viewing(kind, id, name, by, until, back)
    if until <= datetime.now(UTC):
        browser_state.pop(VIEW_AS, None)
        g.viewing_over = found
        return None
    return found


def start_viewing(work: Work, kind: str, id: str, back: str) -> Viewing:
    """See as a user or a role from now on.

    Raises Denied for who does not manage the organisation, Malformed for neither, and what `actor_of` raises.
    """
    actor = work.context.actor
    decide_management(work.snapshot, actor)
    found = Viewing(
        kind, id, _name(work, kind, id), str(actor.user), datetime.now(UTC) + timedelta(minutes=MINUTES), back
    )
    _seen(work, actor, found)
    note(work, Event.VIEW_AS, object=_USER if kind == _USER else None, record=parse_id(id), detail=found.told())
    browser_state[VIEW_AS] = {
        "kind": kind, "id": id, "name": found.name, "by": found.by, "until": found.until.isoformat(), "back": back,
    }  # fmt: skip
    return found


def stop_viewing(work: Work) -> str:
    """See as oneself again; gives where it began."""
    found = viewing_now()
    browser_state.pop(VIEW_AS, None)
    if found is None:
        return "/"
    end_viewing(work, found)
    return found.back


def end_viewing(work: Work, viewing: Viewing) -> None:
    """Tell the audit trail that it ended."""
    note(work, Event.VIEW_AS_ENDED, detail=viewing.told(), by=parse_id(viewing.by))


def seen_as(work: Work, actor: Actor) -> Actor:
    """The actor whose application is shown to somebody: their own, unless they look as another one and still may."""
    viewing = viewing_now()
    if viewing is None:
        return actor
    try:
        if viewing.by != str(actor.user):
            raise Denied("Somebody else looks as another person.", code="denied")
        decide_management(work.snapshot, actor)
        shown = _seen(work, actor, viewing)
    except (Denied, Malformed, Unauthenticated):
        browser_state.pop(VIEW_AS, None)
        g.viewing_over = viewing
        return actor
    g.viewing = viewing
    return shown


def refuse_closed() -> None:
    """Before a request: raise Denied for what is closed while one looks as another.

    `view_as_only` for addresses of setup, credentials and preferences, `view_as_read_only` for every form.
    """
    path = request.path
    if request.method == "POST" and path != STOP and not path.startswith(_ENTRY):
        refuse_writing()
    closed = path != STOP and any(path == one or path.startswith(f"{one}/") for one in _CLOSED)
    if closed and viewing_now() is not None:
        raise Denied("This is closed while you view as somebody else. Stop viewing first.", code="view_as_only")


def refuse_writing() -> None:
    """Raise Denied `view_as_read_only` while one looks as another."""
    if viewing_now() is not None:
        raise Denied("You view as somebody else, so nothing is changed. Stop viewing first.", code="view_as_read_only")


def _seen(work: Work, actor: Actor, viewing: Viewing) -> Actor:
    if viewing.kind == _ROLE and viewing.id in work.snapshot.rights.roles and actor.user is not None:
        return supposed_actor(work, actor.user, {viewing.id})
    user = parse_id(viewing.id)
    if viewing.kind != _USER or user is None:
        raise Malformed("View as a user or as a role.", code="bad_parameter")
    return actor_of(work, UUID(str(user)))


def _name(work: Work, kind: str, id: str) -> str:
    if kind == _ROLE:
        return role_label(work.snapshot, work.context.locale, id)
    user = parse_id(id)
    return actor_of(work, user).name if user is not None else ""
