"""Records given to people, groups and queues, whatever for: the rows shares by hand and record teams are kept in.

Both open a record in the same way, so the scope `shared` reads them by one branch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from formwork.access import Verb, decide, may_use
from formwork.catalog.field_kind import PRINCIPALS
from formwork.kernel import Invalid, NotFound, Problem, new_id
from formwork.records.reach_end import OwnEnds, lasts, own_ends
from formwork.records.references import visible_ids
from formwork.storage import Work, rows, system

Row: TypeAlias = Mapping[str, Any]
"""A row of the table, by column."""
_TABLE = "fw_share"
MOST = 200
"""Shares of one record, and members of its team."""


class Level(StrEnum):
    """How far it reaches."""

    READ = "read"
    EDIT = "edit"


class Cause(StrEnum):
    """Why somebody was given a record."""

    HAND = "hand"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Share:
    """One of them. `until` is the moment from which it holds no more, None for good; `kind` the principal's object.

    `part` says what a member of the team does there, '' for a share by hand.
    """

    id: UUID
    principal: UUID
    kind: str
    level: Level
    until: datetime | None
    at: datetime
    by: UUID | None
    note: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Gift:
    """What somebody is to be given of a record."""

    principal: UUID
    level: Level
    until: datetime | None = None
    why: str = ""
    part: str = ""

    def told(self) -> dict[str, str | None]:
        """What the audit trail says of it."""
        until = None if self.until is None else self.until.isoformat()
        found: dict[str, str | None] = {"with": str(self.principal), "level": self.level.value, "until": until}
        return {**found, "part": self.part} if self.part else found


def held(work: Work, object: str, record: UUID, cause: Cause) -> Sequence[Share]:
    """What holds now of one cause, the newest first; raises NotFound when the reader may not read the record."""
    _require(work, object, record, Verb.READ)
    now = work.context.now
    asked = {"object": object, "record": record, "cause": cause.value}
    found = system.find_many(work, _TABLE, equals=asked, order=("-id",))
    holding = [row for row in found if row["until"] is None or row["until"] > now]
    whose = [row["principal"] for row in holding]
    kinds = {id: kind for kind in PRINCIPALS for id in (rows.load(work, kind, whose, ["id"]) if whose else ())}
    return [
        Share(row["id"], row["principal"], kinds.get(row["principal"], ""), Level(row["level"]), row["until"],
              row["at"], row["by"], row["note"], row["part"] or "")
        for row in holding
    ]  # fmt: skip


def give(work: Work, object: str, record: UUID, cause: Cause, gift: Gift) -> UUID:
    """Give a record to somebody; what they have by this cause already is changed. Gives the id.

    Raises Denied without the right to share, NotFound for a record beyond it, Invalid for somebody who is not there,
    for an end that has passed, for more than one may do oneself, for longer than one's own shares last, and for
    more than 200.
    """
    may_give(work, object, record)
    problems = _problems(work, object, record, gift)
    if problems:
        raise Invalid("The record was not shared.", code="invalid", problems=problems)
    asked = {"object": object, "record": record, "cause": cause.value}
    known = system.find(work, _TABLE, principal=gift.principal, **asked)
    if known is None and system.count(work, _TABLE, **asked) >= MOST:
        message = f"A record has at most {MOST} shares. Share it with a group instead."
        raise Invalid(message, code="too_many_shares", problems=[Problem("/principal", "too_many_shares", message)])
    id: UUID = new_id() if known is None else known["id"]
    row = {
        **asked, "id": id, "principal": gift.principal, "level": gift.level.value, "until": gift.until,
        "at": work.context.now, "by": work.context.actor.user, "note": gift.why, "part": gift.part or None,
    }  # fmt: skip
    system.put(work, _TABLE, row)
    return id


def take_back(work: Work, object: str, record: UUID, cause: Cause, id: UUID) -> bool:
    """Take it back; False when there is none of that id and cause. Raises as `give` does."""
    may_give(work, object, record)
    asked = {"id": id, "object": object, "record": record, "cause": cause.value}
    return bool(system.remove(work, _TABLE, equals=asked))


def may_give(work: Work, object: str, record: UUID) -> None:
    """Raise Denied without the right to share, NotFound for a record it does not reach."""
    decide(work.snapshot, work.context.actor, object, Verb.SHARE).require()
    _require(work, object, record, Verb.SHARE)


def levels_to_give(work: Work, object: str, record: UUID) -> tuple[Level, ...]:
    """The levels the acting person may give this record at, the least first; none without the right to share it."""
    if not may_use(work.snapshot, work.context.actor, object, Verb.SHARE):
        return ()
    if not visible_ids(work, object, [record], Verb.SHARE):
        return ()
    return (Level.READ, Level.EDIT) if _may_edit(work, object, record) else (Level.READ,)


def hand_on(work: Work, object: str, winner: UUID, losers: Sequence[UUID]) -> tuple[Sequence[Row], Sequence[Row]]:
    """Give the winner of a merge what still holds of the others, as far as the acting person may give it.

    Gives the rows it got and those that were let go, as they were on the others. Of several rows of one principal and
    cause one stays, with its end: that to edit before that to read, then the one that ends later, then the
    winner's own. So nobody has more than one of the records gave them.
    """
    found = system.find_many(work, _TABLE, equals={"object": object}, in_={"record": [winner, *losers]}, order=("id",))
    holding = [row for row in found if row["until"] is None or row["until"] > work.context.now]
    let_go = _not_to_give(work, object, winner, [row for row in holding if row["record"] != winner])
    chosen: dict[tuple[UUID, str], Row] = {}
    for row in sorted(holding, key=lambda row: row["record"] != winner):
        key = (row["principal"], row["cause"])
        if row not in let_go and (key not in chosen or _strength(row) > _strength(chosen[key])):
            chosen[key] = row
    got = [row for row in chosen.values() if row["record"] != winner]
    over = {(row["principal"], row["cause"]) for row in got}
    system.remove(
        work, _TABLE,
        in_={"id": [row["id"] for row in found if row["record"] != winner or (row["principal"], row["cause"]) in over]},
    )  # fmt: skip
    if got:
        system.append(work, _TABLE, [{**row, "record": winner} for row in got])
    return got, let_go


def _not_to_give(work: Work, object: str, winner: UUID, rows: Sequence[Row]) -> Sequence[Row]:
    """Those of the rows which the acting person could not give the winner as they are."""
    if not rows:
        return ()
    levels, own = levels_to_give(work, object, winner), own_ends(work)
    return [
        row
        for row in rows
        if row["level"] not in levels
        or _beyond_reach(work, object, winner, Gift(row["principal"], Level(row["level"]), row["until"]), own)
    ]


def _strength(row: Row) -> tuple[bool, bool, datetime | None]:
    """Comparable: two without an end are told apart by their level alone."""
    until = row["until"]
    return row["level"] == Level.EDIT, until is None, until


def forget_ended_shares(work: Work) -> int:
    """Remove what has ended; gives how many."""
    return system.remove(work, _TABLE, before={"until": work.context.now})


def _require(work: Work, object: str, record: UUID, verb: Verb) -> None:
    if not visible_ids(work, object, [record], verb):
        raise NotFound("There is no such record, or you may not see it.")


def _may_edit(work: Work, object: str, record: UUID) -> bool:
    return bool(visible_ids(work, object, [record], Verb.EDIT))


def _problems(work: Work, object: str, record: UUID, gift: Gift) -> list[Problem]:
    problems = []
    if not any(visible_ids(work, kind, [gift.principal]) for kind in PRINCIPALS):
        message = "Choose a person, a group or a queue that is there."
        problems.append(Problem("/principal", "bad_reference", message))
    if gift.level is Level.EDIT and not _may_edit(work, object, record):
        problems.append(Problem("/level", "beyond_own", "You may not edit this record yourself. Share it to be read."))
    if gift.until is not None and gift.until <= work.context.now:
        problems.append(Problem("/until", "bad_datetime", "Choose an end that lies ahead."))
    beyond = _beyond_reach(work, object, record, gift, own_ends(work))
    return [*problems, beyond] if beyond is not None else problems


def _beyond_reach(work: Work, object: str, record: UUID, gift: Gift, own: OwnEnds) -> Problem | None:
    """What is wrong with a gift of somebody who has the record by shares that end: more time, or for themselves."""
    if gift.principal in own.principals and not lasts(work, object, record, Verb.SHARE, own, None):
        return Problem("/principal", "beyond_own", "You have this record by a share that ends, and cannot change it.")
    verbs = (Verb.SHARE, Verb.EDIT) if gift.level is Level.EDIT else (Verb.SHARE,)
    if all(lasts(work, object, record, verb, own, gift.until) for verb in verbs):
        return None
    return Problem("/until", "beyond_own", "You have this record by a share that ends. Choose no later end than yours.")
