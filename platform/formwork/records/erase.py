"""A person's data out of records, of what follows from them, and of what happened to them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.records.derived import Touched, recompute_closure
from formwork.records.past_names import past_names
from formwork.storage import Work, erase, rows, system

_BATCH = 500
Rewrite = Callable[[Any], Any]
"""Gives a JSON value without the texts that are to go; the same object when it holds none."""


def load_any(work: Work, object: str, ids: Sequence[UUID], fields: Sequence[str]) -> dict[UUID, dict[str, Any]]:
    """Records by id, deleted ones too, with these stored fields."""
    return rows.load(work, object, ids, fields) | rows.load_deleted(work, object, ids, fields)


def replace_fields(work: Work, object: str, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Put other values into records, deleted ones too, whatever the rules say; what follows from them is computed.

    Nothing is told of it in the history, whose entries would hold what is to go.
    """
    groups: dict[tuple[str, ...], list[tuple[UUID, Mapping[str, Any]]]] = {}
    for id, values in sorted(changes.items()):
        if values:
            groups.setdefault(tuple(sorted(values)), []).append((id, values))
    touched = Touched()
    for names, group in groups.items():
        erase.overwrite(work, object, group)
        touched.add(object, names, [id for id, _ in group])
    recompute_closure(work, touched)


def erase_history(work: Work, object: str, ids: Sequence[UUID], fields: Collection[str], rewrite: Rewrite) -> int:
    """Take fields, and texts wherever else they stand, out of the history of records; gives how many entries."""
    changed, names = 0, past_names(work, object)
    for row in system.find_many(work, "fw_history", equals={"object": object}, in_={"record": ids}):
        gone = {name for name, now in names.keys(row["changes"], row["at"]).items() if now in fields}
        left = {name: pair for name, pair in row["changes"].items() if name not in fields and name not in gone}
        changed += _keep(work, row, rewrite(left))
    return changed


def rewrite_history(work: Work, texts: Sequence[str], rewrite: Rewrite, after: UUID | None) -> UUID | None:
    """The same for whatever entries mention a text, a batch after an entry; gives where to go on, None at the end."""
    found = erase.rows_mentioning(work, "fw_history", ("changes", "cause"), texts, after, _BATCH)
    for row in found:
        _keep(work, row, rewrite(row["changes"]), rewrite(row["cause"]))
    return found[-1]["id"] if len(found) == _BATCH else None


def forget_traces(work: Work, ids: Collection[UUID], texts: Sequence[str], rewrite: Rewrite) -> None:
    """Answers kept for repeated requests, notes of shares and teams, and who looked at the records lately.

    Kept answers are sealed, so that nobody can look for the person in them: all of them go. Their keys stay, or a
    request that is sent again would be done again.
    """
    system.change(work, "fw_idempotency", {"answer": None}, equals={"state": "done"})
    system.remove(work, "fw_recent", in_={"record": ids})
    for row in erase.rows_mentioning(work, "fw_share", ("note", "part"), texts, None, 100_000):
        kept = {"note": rewrite(row["note"]), "part": rewrite(row["part"])}
        system.change(work, "fw_share", kept, equals={"id": row["id"]})


def _keep(work: Work, row: Mapping[str, Any], changes: Any, cause: Any = None) -> int:
    kept = {"changes": changes, "cause": row["cause"] if cause is None else cause}
    if all(kept[name] == row[name] for name in kept):
        return 0
    return system.change(work, "fw_history", kept, equals={"id": row["id"]})


def forget_records(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """What hangs on records that go for good: their history, who was given them, who looked at them lately."""
    for table in ("fw_history", "fw_share", "fw_recent"):
        system.remove(work, table, equals={"object": object}, in_={"record": ids})
