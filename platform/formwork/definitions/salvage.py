"""What is left of a document once its faulty parts are taken out.

A workspace is checked as a whole: one misspelt property of a field must not hide what is wrong
elsewhere, nor make every mention of its object look wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from formwork.definitions.explain import Mistake
from formwork.definitions.source import Path

_NAMED_PARTS = frozenset(
    ("fields", "record_types", "forms", "views", "prints", "roles", "grants", "columns", "details", "requires", "set")
)
"""Keys whose value is a mapping of independent parts."""


@dataclass(frozen=True, slots=True)
class Salvage:
    """The remaining data (None when the fault is in the frame) and the names of what was taken out."""

    data: Any
    broken: frozenset[str]


def salvage(data: Any, mistakes: Iterable[Mistake]) -> Salvage:
    """Take the faulty keys and named parts out of a mapping; the data given stays as it is."""
    cuts: set[Path] = set()
    broken: set[str] = set()
    for mistake in mistakes:
        path = mistake.path
        if mistake.finding.code == "unknown_key":
            cuts.add(path)
        elif len(path) >= 2 and path[0] in _NAMED_PARTS:
            cuts.add(path[:2])
            broken.add(str(path[1]))
        else:
            return Salvage(None, frozenset(broken | _names(data)))
    return Salvage(_without(data, (), cuts), frozenset(broken))


def _without(value: Any, path: Path, cuts: set[Path]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, (*path, key), cuts) for key, item in value.items() if (*path, key) not in cuts}
    if isinstance(value, list):
        return [_without(item, (*path, index), cuts) for index, item in enumerate(value)]
    return value


def _names(data: Any) -> set[str]:
    """The names a document would have brought: itself and its named parts."""
    if not isinstance(data, dict):
        return set()
    heads = ("object", "package", "mapping", "conversion", "import", "workflow", "report", "dashboard")
    found = {data[head] for head in heads if isinstance(data.get(head), str)}
    for part in _NAMED_PARTS:
        if isinstance(data.get(part), dict):
            found |= set(data[part])
    return found
