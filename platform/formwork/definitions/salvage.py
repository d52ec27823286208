"""What is left of a document once its faulty parts are taken out.

A workspace is checked as a whole: one misspelt property of a field must not hide what is wrong
elsewhere, nor make every mention of its object look wrong. A word whose meaning is plain (the mend says
"did you mean") is read as what was meant, anything else is left out with as little around it as possible.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formwork.definitions.explain import Mistake
from formwork.definitions.lost import Lost
from formwork.definitions.reading.document import Document
from formwork.definitions.source import Path

_NAMED_PARTS = frozenset(
    ("fields", "record_types", "forms", "views", "prints", "roles", "grants", "columns", "details", "requires", "set",
     "options", "sharing_rules")
)  # fmt: skip
"""Keys whose value is a mapping of independent parts."""
_HEADS = ("object", "package", "mapping", "conversion", "import", "workflow", "report", "dashboard")
_WRITTEN_KEY = re.compile(r"(?:^|[{,])[ \t]*([a-z][a-z0-9_]*):", re.MULTILINE)
_WRITTEN_HEAD = re.compile(r"^(object|extends):[ \t]*([a-z][a-z0-9_]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Salvage:
    """The document that is left (its data None when the fault is in the frame), and the names that went."""

    document: Document
    lost: frozenset[Lost]


@dataclass(frozen=True, slots=True)
class _Edit:
    """A part is called or holds something else; without either it is left out."""

    key: str = ""
    value: str = ""


def salvage(document: Document, mistakes: Iterable[Mistake], check: Callable[[Document], Iterable[Mistake]]) -> Salvage:
    """Edit a document until `check` finds no mistake; the one given stays as it is."""
    lost: set[Lost] = set()
    owner = _owner(document.data)
    waiting = list(mistakes)
    while waiting:
        edits = {mistake.path: _edit(mistake, document.data) for mistake in waiting}
        if () in edits:
            lost.update(_names(document.data, owner))
            return Salvage(replace(document, data=None), frozenset(lost))
        for path, edit in edits.items():
            if edit == _Edit():
                lost.update(_names_at(document.data, path, owner))
        edited = _edited(document, edits)
        waiting = list(check(edited))
        if waiting and edited.data == document.data:
            lost.update(_names(document.data, owner))
            return Salvage(replace(document, data=None), frozenset(lost))
        document = edited
    return Salvage(document, frozenset(lost))


def names_in(text: str, stem: str) -> frozenset[Lost]:
    """The names a file that cannot be parsed would have brought, as far as its text tells."""
    head = _WRITTEN_HEAD.search(text)
    owner = head[2] if head else stem
    keys = {Lost(key, owner) for key in _WRITTEN_KEY.findall(text)}
    inverses = {Lost(name) for name in re.findall(r"inverse:[ \t]*([a-z][a-z0-9_]*)", text)}
    return frozenset(keys | inverses | ({Lost(owner)} if head is None or head[1] == "object" else set()))


def _edit(mistake: Mistake, data: Any) -> _Edit:
    if not mistake.meant:
        return _Edit()
    if mistake.finding.code == "unknown_key":
        around = _value_at(data, mistake.path[:-1])
        return _Edit() if mistake.meant in around else _Edit(key=mistake.meant)
    return _Edit(value=mistake.meant)


def _edited(document: Document, edits: Mapping[Path, _Edit]) -> Document:
    positions: dict[Path, tuple[int, int]] = {}

    def build(value: Any, old: Path, new: Path) -> Any:
        place = document.source.positions.get(old)
        if place is not None:
            positions[new] = place
        if old in edits and edits[old].value:
            return edits[old].value
        if isinstance(value, dict):
            kept = [(key, edits.get((*old, key))) for key in value]
            return {
                (edit.key if edit and edit.key else key): build(
                    value[key], (*old, key), (*new, edit.key if edit and edit.key else key)
                )
                for key, edit in kept
                if edit != _Edit()
            }
        if isinstance(value, list):
            left = [at for at in range(len(value)) if edits.get((*old, at)) != _Edit()]
            return [build(value[at], (*old, at), (*new, to)) for to, at in enumerate(left)]
        return value

    data = build(document.data, (), ())
    return replace(document, data=data, source=replace(document.source, positions=positions))


def _value_at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _owner(data: Any) -> str:
    """The object a document is about; "" for documents about several."""
    if not isinstance(data, dict):
        return ""
    about = data.get("object", data.get("extends"))
    return about if isinstance(about, str) else ""


def _names_at(data: Any, path: Path, owner: str) -> Iterator[Lost]:
    """The names that go with the part at a path."""
    value = _value_at(data, path)
    if len(path) >= 2 and path[-2] in _NAMED_PARTS:
        yield Lost(str(path[-1]), owner)
    if len(path) == 1:
        yield from (Lost(str(key), owner) for key in (value if isinstance(value, dict) else ()))
    yield from _inverses(value)


def _names(data: Any, owner: str) -> Iterator[Lost]:
    """The names a document would have brought: itself and its named parts."""
    if not isinstance(data, dict):
        return
    yield from (Lost(data[head]) for head in _HEADS if isinstance(data.get(head), str))
    for value in data.values():
        yield from (Lost(str(key), owner) for key in (value if isinstance(value, dict) else ()))
    yield from _inverses(data)


def _inverses(value: Any) -> Iterator[Lost]:
    """Names of lists that other objects get from this part."""
    if isinstance(value, dict):
        if isinstance(value.get("inverse"), str):
            yield Lost(value["inverse"])
        for inner in value.values():
            yield from _inverses(inner)
