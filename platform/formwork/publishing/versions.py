"""What was published: what each version changed, and what differs between any two."""

from collections.abc import Mapping
from typing import Any

from formwork.catalog import Snapshot
from formwork.catalog.link import NOTHING_LINKED
from formwork.fieldtypes.base import FieldType
from formwork.publishing.difference import Difference, compare
from formwork.publishing.stored import restore_snapshot
from formwork.storage import Work, metadata

_KEPT = "differences"


def with_differences(documents: Mapping[str, Any], differences: tuple[Difference, ...]) -> dict[str, Any]:
    """The documents of a version together with what it changed."""
    return {**documents, _KEPT: [describe_difference(one) for one in differences]}


def changes_of(work: Work, number: int, field_types: Mapping[str, FieldType]) -> list[dict[str, Any]]:
    """What a version changed, as `describe_difference` tells it; raises NotFound `unknown_version`."""
    known = metadata.load_documents(work, number).get(_KEPT)
    if known is not None:
        return list(known)
    return [describe_difference(one) for one in differences_between(work, number - 1, number, field_types)]


def differences_between(work: Work, old: int, new: int, field_types: Mapping[str, FieldType]) -> tuple[Difference, ...]:
    """What differs from one version to another, whichever came first; version 0 has nothing in it.

    Raises NotFound `unknown_version`.
    """
    return compare(_snapshot(work, old, field_types), _snapshot(work, new, field_types))


def describe_difference(one: Difference) -> dict[str, Any]:
    """A difference as JSON-ready values; `changes` has what was and what is of each property that differs."""
    changes = {key: {"was": was, "is": now} for key, (was, now) in one.changes.items()}
    return {"kind": one.kind, "path": one.path, "sentence": one.sentence, "changes": changes}


def _snapshot(work: Work, number: int, field_types: Mapping[str, FieldType]) -> Snapshot:
    if number == 0:
        return NOTHING_LINKED
    return restore_snapshot(metadata.load_documents(work, number), field_types, f"version {number}")
