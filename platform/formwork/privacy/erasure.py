"""Anonymising a person: asked for, foreseen in numbers, and kept as a job that can be gone on with after a kill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import Invalid, NotFound, Refused, new_id
from formwork.privacy.mentions import mentions_of
from formwork.privacy.needles import Needles, needles_of
from formwork.privacy.personal import Subject, is_about_person
from formwork.records.erase import load_any
from formwork.storage import Work, system

TABLE = "fw_erasure"
MOST_SUBJECTS = 100
"""Records one person may have."""
CONFIRMATION = "ANONYMISE"
"""The word that has to be typed."""
_USER = "user"


class State(StrEnum):
    """Where an anonymisation stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """One anonymisation. `step` counts the steps that are done, `totals` what was changed so far, by kind."""

    id: UUID
    at: datetime
    by: UUID | None
    state: State
    subjects: tuple[Subject, ...]
    step: int
    position: Any
    totals: Mapping[str, int]
    needles: Needles
    contents: tuple[str, ...]
    """Contents of files that go with the person."""
    finished_at: datetime | None


def preview_erasure(work: Work, subjects: Sequence[Subject]) -> dict[str, int]:
    """How many records would change: the person's own (`records`), and others by object."""
    counts: dict[str, set[UUID]] = {}
    for one in mentions_of(work, subjects, needles_of(work, subjects)):
        counts.setdefault(one.object, set()).update(one.ids)
    return {"records": len(subjects), **{object: len(ids) for object, ids in counts.items()}}


def request_erasure(work: Work, subjects: Sequence[Subject], confirmation: str) -> UUID:
    """Ask for a person to be anonymised; the worker does it. Gives the id of the job.

    Raises Invalid `not_confirmed` unless the word was typed, NotFound for a record that is not there, Refused
    `still_active` for a user who can still sign in.
    """
    if confirmation.strip() != CONFIRMATION:
        message = f"Type {CONFIRMATION} to confirm. Nothing was changed."
        raise Invalid(message, code="not_confirmed", extra={"word": CONFIRMATION})
    if not 0 < len(subjects) <= MOST_SUBJECTS:
        raise Invalid(f"Choose between one and {MOST_SUBJECTS} records of one person.", code="bad_selection")
    _require_there(work, subjects)
    id = new_id()
    told = sorted(set(subjects))
    system.append(work, TABLE, [{
        "id": id, "at": work.context.now, "by": work.context.actor.user, "state": State.WAITING.value,
        "subjects": [one.as_json() for one in told], "step": 0, "totals": {},
    }])  # fmt: skip
    for one in told:
        note(work, Event.ANONYMISE, object=one.object, record=one.id, detail={"job": str(id)})
    return id


def erasures(work: Work, limit: int = 50) -> list[Erasure]:
    """The anonymisations there were, newest first."""
    return [_erasure(row) for row in system.find_many(work, TABLE, order=("-id",), limit=limit)]


def find_erasure(work: Work, id: UUID) -> Erasure:
    """One of them; raises NotFound."""
    row = system.find(work, TABLE, id=id)
    if row is None:
        raise NotFound("There is no such anonymisation.")
    return _erasure(row)


def unfinished(work: Work) -> Erasure | None:
    """The oldest that is not done."""
    states = {"state": [State.WAITING.value, State.RUNNING.value]}
    return next((_erasure(row) for row in system.find_many(work, TABLE, in_=states, order=("id",), limit=1)), None)


def keep(work: Work, erasure: Erasure) -> None:
    """Store how far it has come. Once it is done, nothing of what was looked for stays."""
    done = erasure.state is State.DONE
    system.change(
        work, TABLE,
        {
            "state": erasure.state.value, "step": erasure.step, "position": erasure.position,
            "totals": dict(erasure.totals), "finished_at": erasure.finished_at,
            "needles": None if done else {**erasure.needles.as_json(), "contents": list(erasure.contents)},
        },
        equals={"id": erasure.id},
    )  # fmt: skip


def rename_subjects(work: Work, names: Mapping[str, str]) -> None:
    """Let what is under way or kept name renamed objects as they are called now."""
    for row in system.find_many(work, TABLE, columns=("id", "subjects")) if names else ():
        subjects = [[names.get(object, object), id] for object, id in row["subjects"]]
        if subjects != row["subjects"]:
            system.change(work, TABLE, {"subjects": subjects}, equals={"id": row["id"]})


def _require_there(work: Work, subjects: Sequence[Subject]) -> None:
    for object in {one.object for one in subjects}:
        if object not in work.snapshot.objects or not is_about_person(work.snapshot, object):
            raise Invalid(f"Records of `{object}` are not about a person.", code="bad_selection")
        ids = [one.id for one in subjects if one.object == object]
        rows = load_any(work, object, ids, ["active"] if object == _USER else [])
        if len(rows) != len(set(ids)):
            raise NotFound("There is no such record, or it was removed for good already.")
        if object == _USER and any(row["active"] for row in rows.values()):
            message = "This person can still sign in. Deactivate the user first and hand over their records."
            raise Refused(message, code="still_active")


def _erasure(row: Mapping[str, Any]) -> Erasure:
    needles = row["needles"] or {}
    return Erasure(
        row["id"], row["at"], row["by"], State(row["state"]),
        tuple(Subject(object, UUID(id)) for object, id in row["subjects"]), row["step"], row["position"],
        row["totals"], Needles.from_json(needles), tuple(needles.get("contents", ())), row["finished_at"],
    )  # fmt: skip
