"""Which field of which record holds which file, now or before: references, and versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork.files.stored import HELD, LOOSE
from formwork.files.stored import TABLE as FILES
from formwork.kernel import Conflict, new_id
from formwork.storage import Work, system

TABLE = "fw_file_use"


@dataclass(frozen=True, slots=True)
class Holder:
    """A field of a record. `object` and `field` are physical names, which outlive renames."""

    object: str
    record: UUID
    field: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What a field of a record held before a write and holds after it."""

    holder: Holder
    before: tuple[UUID, ...]
    after: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """One file in one field. `until` is when another version took its place, None for what is there now."""

    file: UUID
    holder: Holder
    at: datetime
    by: UUID | None
    until: datetime | None


def hold_files(work: Work, holdings: Sequence[Holding]) -> None:
    """Note what fields hold from now on; raises Conflict when a file was swept in the meantime."""
    context = work.context
    added: list[dict[str, Any]] = []
    for one in holdings:
        place = {"object": one.holder.object, "record": one.holder.record, "field": one.holder.field}
        dropped = set(one.before) - set(one.after)
        if dropped:
            system.change(work, TABLE, {"until": context.now}, equals={**place, "until": None}, in_={"file": dropped})
        added += [
            {"id": new_id(), "file": file, **place, "at": context.now, "by": context.actor.user, "until": None}
            for file in one.after
            if file not in one.before
        ]
    ids = {row["file"] for row in added}
    if ids and system.change(work, FILES, {"state": HELD, "since": context.now}, in_={"id": ids}) != len(ids):
        raise Conflict("A file of this record is no longer kept. Upload it again.", code="file_gone")
    system.append(work, TABLE, added)


def uses_of(work: Work, files: Iterable[UUID]) -> list[Use]:
    """Every use of these files, of all records and times."""
    return [_use(row) for row in system.find_many(work, TABLE, in_={"file": set(files)})]


def versions(work: Work, holder: Holder) -> list[Use]:
    """What a field of a record has held, newest first."""
    place = {"object": holder.object, "record": holder.record, "field": holder.field}
    return [_use(row) for row in system.find_many(work, TABLE, equals=place, order=("-id",))]


def release(work: Work, uses: Iterable[UUID]) -> None:
    """Forget uses by their row ids; a file nobody uses any more is loose again and swept in time."""
    gone = system.find_many(work, TABLE, in_={"id": set(uses)}, columns=("id", "file"))
    system.remove(work, TABLE, in_={"id": {row["id"] for row in gone}})
    files = {row["file"] for row in gone}
    kept = {row["file"] for row in system.find_many(work, TABLE, in_={"file": files}, columns=("file",))}
    loose = {"state": LOOSE, "since": work.context.now}
    system.change(work, FILES, loose, in_={"id": files - kept})


def forget_version(work: Work, holder: Holder, file: UUID) -> bool:
    """Take an earlier version of a field away for good; False when there is none, the current one stays."""
    place = {"object": holder.object, "record": holder.record, "field": holder.field, "file": file}
    past = [row["id"] for row in system.find_many(work, TABLE, equals=place) if row["until"] is not None]
    release(work, past)
    return bool(past)


def _use(row: dict[str, Any]) -> Use:
    holder = Holder(row["object"], row["record"], row["field"])
    return Use(row["file"], holder, row["at"], row["by"], row["until"])
