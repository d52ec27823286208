"""Shares: who was given a record by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb, may_use
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members, moment_of
from formwork.api.route import Route, Shape
from formwork.catalog.field_kind import PRINCIPALS
from formwork.kernel import Invalid, NotFound, Problem, parse_id
from formwork.records.given import Gift, Level, Share

_BODY = {"principal": str, "level": str, "until": str, "note": str}
_LONGEST_NOTE = 500


def list_shares(call: Call, object: str, id: UUID) -> Answer:
    """Who was given the record by hand."""
    return Answer({"data": show_shares(call, records.shares_of(call.work, object, id))})


def share(call: Call, object: str, id: UUID) -> Answer:
    """Give the record to a person, a group or a queue."""
    gift = read_gift(body_members(call.body, _BODY))
    made = records.share(call.work, object, id, gift.principal, gift.level, gift.until, gift.why)
    return Answer({"id": str(made)}, 201)


def unshare(call: Call, object: str, id: UUID, share: str) -> Answer:
    """Take a share of the record back."""
    found = parse_id(share)
    if found is None:
        raise NotFound("There is no such share; somebody may have taken it back already.")
    records.unshare(call.work, object, id, found)
    return NO_CONTENT


def read_gift(body: dict[str, Any]) -> Gift:
    """What a body says somebody is to be given; raises Invalid with everything that is wrong with it."""
    problems: list[Problem] = []
    principal = parse_id(body.get("principal", ""))
    if principal is None:
        problems.append(Problem("/principal", "required", "Say by its id whom the record is for."))
    if body.get("level", Level.READ) not in list(Level):
        problems.append(Problem("/level", "unknown_option", "`level` is read or edit."))
    until = _moment(body.get("until"), problems)
    if len(body.get("note", "")) > _LONGEST_NOTE:
        problems.append(Problem("/note", "too_long", f"Shorten the note to {_LONGEST_NOTE} characters."))
    if problems or principal is None:
        raise Invalid("The record was not shared.", code="invalid", problems=problems)
    level = Level(body.get("level", Level.READ))
    return Gift(principal, level, until, body.get("note", ""), body.get("part", ""))


def show_shares(call: Call, found: Sequence[Share]) -> list[dict[str, Any]]:
    """Shares as the API answers them, with the titles the reader may see."""
    titles: dict[str, Any] = {}
    for kind in PRINCIPALS:
        if may_use(call.snapshot, call.actor, kind):
            titles |= records.titles(call.work, kind, [one.principal for one in found if one.kind == kind])
    return [_shown(one, titles) for one in found]


def _moment(text: str | None, problems: list[Problem]) -> datetime | None:
    if text is None:
        return None
    moment = moment_of(text)
    if moment is None:
        message = "Write a moment with an offset, such as 2030-01-31T12:00:00Z."
        problems.append(Problem("/until", "bad_datetime", message))
        return None
    return moment


def _shown(share: Share, titles: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(share.id), "principal": str(share.principal), "kind": share.kind,
        "title": titles.get(str(share.principal)), "level": share.level.value, "until": share.until, "at": share.at,
        "by": None if share.by is None else str(share.by), "note": share.note,
    }  # fmt: skip


ROUTES = (
    Route(
        "GET", "/<object>/<id>/shares", list_shares, "shares", "Who was given a record by hand.", verb=Verb.READ,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "POST", "/<object>/<id>/shares", share, "share", "Give a record to somebody.", verb=Verb.SHARE,
        takes=Shape.SHARE, status=201,
    ),
    Route(
        "DELETE", "/<object>/<id>/shares/<share>", unshare, "unshare", "Take a share back.", verb=Verb.SHARE,
        gives=Shape.NONE, status=204,
    ),
)  # fmt: skip
