"""Records given by hand: to a person, a group or a queue, to read or to edit, for good or until a moment.

A share opens a record to whoever it was given to and has a grant with the scope `shared` on its object; it never
gives a right on the object itself. Nobody gives more than they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from formwork.access import Verb, decide
from formwork.identity.audit import Event, note
from formwork.kernel import Invalid, NotFound, Problem, new_id
from formwork.records.references import visible_ids
from formwork.storage import Work, rows, system

_TABLE = "fw_share"
PRINCIPALS = ("user", "group", "queue")
"""The objects whose records a record can be given to."""
MOST = 200
"""Shares of one record."""


class Level(StrEnum):
    """How far a share reaches."""

    READ = "read"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Share:
    """One share. `until` is the moment from which it holds no more, None for good; `kind` the principal's object."""

    id: UUID
    principal: UUID
    kind: str
    level: Level
    until: datetime | None
    at: datetime
    by: UUID | None
    note: str


def shares_of(work: Work, object: str, record: UUID) -> Sequence[Share]:
    """The shares of a record that hold now, the newest first; raises NotFound when the reader may not read it."""
    _require(work, object, record, Verb.READ)
    now = work.context.now
    found = system.find_many(work, _TABLE, equals={"object": object, "record": record}, order=("-id",))
    held = [row for row in found if row["until"] is None or row["until"] > now]
    whose = [row["principal"] for row in held]
    kinds = {id: kind for kind in PRINCIPALS for id in (rows.load(work, kind, whose, ["id"]) if whose else ())}
    return [
        Share(row["id"], row["principal"], kinds.get(row["principal"], ""), Level(row["level"]), row["until"],
              row["at"], row["by"], row["note"])
        for row in held
    ]  # fmt: skip


def share(
    work: Work, object: str, record: UUID, principal: UUID, level: Level, until: datetime | None = None, why: str = ""
) -> UUID:
    """Give a record to somebody; a share they have already is changed. Gives the share's id.

    Raises Denied without the right to share, NotFound for a record beyond it, Invalid for somebody who is not there,
    for an end that has passed, for more than one may do oneself, and for more than 200 shares.
    """
    decide(work.snapshot, work.context.actor, object, Verb.SHARE).require()
    _require(work, object, record, Verb.SHARE)
    problems = _problems(work, object, record, principal, level, until)
    if problems:
        raise Invalid("The record was not shared.", code="invalid", problems=problems)
    known = system.find(work, _TABLE, object=object, record=record, principal=principal)
    if known is None and system.count(work, _TABLE, object=object, record=record) >= MOST:
        message = f"A record has at most {MOST} shares. Share it with a group instead."
        raise Invalid(message, code="too_many_shares", problems=[Problem("/principal", "too_many_shares", message)])
    id: UUID = new_id() if known is None else known["id"]
    context = work.context
    row = {
        "id": id, "object": object, "record": record, "principal": principal, "level": level.value, "until": until,
        "at": context.now, "by": context.actor.user, "note": why,
    }  # fmt: skip
    system.put(work, _TABLE, row)
    told = {"with": str(principal), "level": level.value, "until": None if until is None else until.isoformat()}
    note(work, Event.SHARED, object=object, record=record, detail=told)
    return id


def unshare(work: Work, object: str, record: UUID, id: UUID) -> None:
    """Take a share back; raises as `share` does, and NotFound when there is none of that id."""
    decide(work.snapshot, work.context.actor, object, Verb.SHARE).require()
    _require(work, object, record, Verb.SHARE)
    if not system.remove(work, _TABLE, equals={"id": id, "object": object, "record": record}):
        raise NotFound("There is no such share; somebody may have taken it back already.")
    note(work, Event.UNSHARED, object=object, record=record, detail={"share": str(id)})


def forget_ended_shares(work: Work) -> int:
    """Remove the shares whose time is over; gives how many."""
    return system.remove(work, _TABLE, before={"until": work.context.now})


def _require(work: Work, object: str, record: UUID, verb: Verb) -> None:
    if not visible_ids(work, object, [record], verb):
        raise NotFound("There is no such record, or you may not see it.")


def _problems(
    work: Work, object: str, record: UUID, principal: UUID, level: Level, until: datetime | None
) -> list[Problem]:
    problems = []
    if not any(visible_ids(work, kind, [principal]) for kind in PRINCIPALS):
        message = "Choose a person, a group or a queue that is there."
        problems.append(Problem("/principal", "bad_reference", message))
    if level is Level.EDIT and not visible_ids(work, object, [record], Verb.EDIT):
        problems.append(Problem("/level", "beyond_own", "You may not edit this record yourself. Share it to be read."))
    if until is not None and until <= work.context.now:
        problems.append(Problem("/until", "bad_datetime", "Choose an end that lies ahead."))
    return problems
