"""One change of a YAML text that keeps its comments, and everything else as it was written.

What a change gives is read again and compared with the change of the plain value, so a text that was edited here
always loads and says exactly what was wanted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from formwork.definitions.dump.yaml_text import yaml_text
from formwork.definitions.edit.comments import cut_tail, put_tail
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.kernel import Invalid
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import ruamel.yaml as ruamel
else:
    ruamel = on_first_use("ruamel.yaml")

_WIDEST = 10_000
Keys = tuple[str | int, ...]
"""Keys and list positions from the root of a document down to a value; all but values stand in mappings."""
Style = Callable[[Any], Any]
"""Gives a value the form it has in the text."""


def new_text(value: Mapping[str, Any]) -> str:
    """A new document."""
    return yaml_text(value)


def set_value(text: str, path: Keys, value: Any) -> str:
    """The text with a value at a path; mappings that are missing on the way are made, a new key stands last.

    A position behind the last of a list adds to it. Raises Invalid `bad_document` for a text that cannot be read, or
    whose path goes through something else.
    """

    def change(root: Any, style: Style) -> None:
        here = _walk(root, path[:-1], make=True)
        key = path[-1]
        if isinstance(here, list):
            here[int(key) : int(key) + 1] = [style(value)]
        elif key not in here and here:
            tail = cut_tail(here, next(reversed(here)))
            here[key] = style(value)
            put_tail(root, path, tail)
        else:
            here[key] = style(value)

    return _edited(text, path, change)


def remove_key(text: str, path: Keys) -> str:
    """The text without a key and its value; raises Invalid `bad_document` when it is not there."""

    def change(root: Any, _style: Style) -> None:
        here = _require(root, path)
        tail = cut_tail(here, path[-1])
        put_tail(root, path, tail)
        del here[path[-1]]
        _forget(here, path[-1])

    return _edited(text, path, change)


def remove_parts(text: str, paths: Sequence[Keys]) -> str:
    """The text without what stands at each path, the last in the document first; positions in lists may be named.

    Comments before a part of a list that goes may go with it.
    """

    def change(root: Any, _style: Style) -> None:
        for path in paths:
            here = _walk(root, path[:-1])
            if all(isinstance(step, str) for step in path):
                put_tail(root, path, cut_tail(here, path[-1]))
            if isinstance(here, MutableMapping):
                _forget(here, path[-1])
            del here[path[-1]]

    return _edited(text, (), change)


def rename_key(text: str, path: Keys, name: str) -> str:
    """The text with another name for a key, at the same place; raises Invalid `bad_document` when it is taken."""

    def change(root: Any, _style: Style) -> None:
        here = _require(root, path)
        if name in here:
            raise _bad(f"`{name}` is there already.")
        place = list(here).index(path[-1])
        comments = _forget(here, path[-1])
        value = here.pop(path[-1])
        _insert(here, place, name, value)
        if comments is not None:
            here.ca.items[name] = comments

    return _edited(text, path, change)


def move_key(text: str, path: Keys, after: str | None) -> str:
    """The text with a key behind another one of its mapping, or first; raises Invalid `bad_document`."""

    def change(root: Any, _style: Style) -> None:
        here = _require(root, path)
        if after is not None and (after not in here or after == path[-1]):
            raise _bad(f"There is no `{after}` to stand behind.")
        put_tail(root, path, cut_tail(here, path[-1]))
        comments = _forget(here, path[-1])
        value = here.pop(path[-1])
        place = 0 if after is None else list(here).index(after) + 1
        if place == len(here) and here:
            tail = cut_tail(here, next(reversed(here)))
            put_tail(root, path, tail)
        _insert(here, place, path[-1], value)
        if comments is not None:
            here.ca.items[path[-1]] = comments

    return _edited(text, path, change)


def _edited(text: str, path: Keys, change: Callable[[Any, Style], None]) -> str:
    plain = _read(text)
    change(plain, lambda value: value)
    for style in (_as_written, _in_one_line):
        edited = _dumped(text, change, style, len(path))
        read = read_yaml(edited.encode("utf-8"), "")
        if not read.findings and _ordered(read.data) == _ordered(plain):
            return edited
    raise _bad("The document is written in a way that cannot be edited here. Change its text.")


def _dumped(text: str, change: Callable[[Any, Style], None], style: Callable[[Any, int, Any], Any], depth: int) -> str:
    editor = ruamel.YAML()
    editor.preserve_quotes = True
    editor.width = _WIDEST
    editor.indent(mapping=2, sequence=4, offset=2)
    tree = editor.load(text)
    change(tree, lambda value: style(editor, depth, value))
    target = StringIO()
    editor.dump(tree, target)
    return target.getvalue()


def _read(text: str) -> Any:
    read = read_yaml(text.encode("utf-8"), "")
    if read.findings or not isinstance(read.data, dict):
        raise _bad(str(read.findings[0]) if read.findings else "A document is a mapping of keys.")
    return read.data


def _ordered(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _as_written(editor: Any, depth: int, value: Any) -> Any:
    """The value in the form `yaml_text` gives it at this depth: short mappings in one line, quotes where needed."""
    nested: Any = value
    for _level in range(depth):
        nested = {"a": nested}
    here = editor.load(yaml_text(nested))
    for _level in range(depth):
        here = here["a"]
    return here


def _in_one_line(editor: Any, depth: int, value: Any) -> Any:
    """The value in one line: some lists lose a line break when a comment stands before them as blocks."""
    here = _as_written(editor, depth, value)
    if isinstance(value, Mapping | list):
        here.fa.set_flow_style()
    return here


def _walk(root: Any, path: Keys, *, make: bool = False) -> Any:
    here = root
    for key in path:
        if make and isinstance(here, MutableMapping) and here.get(key) is None:
            here[key] = {}
        if isinstance(here, list) and isinstance(key, int) and key < len(here):
            here = here[key]
        else:
            here = here.get(key) if isinstance(here, MutableMapping) else None
    if not isinstance(here, MutableMapping | list):
        raise _bad(f"`{_dotted(path)}` is neither a mapping nor a list.")
    return here


def _require(root: Any, path: Keys) -> Any:
    here = _walk(root, path[:-1])
    if not isinstance(here, MutableMapping) or path[-1] not in here:
        raise _bad(f"There is no `{_dotted(path)}`.")
    return here


def _dotted(path: Keys) -> str:
    return ".".join(str(key) for key in path)


def _insert(here: Any, place: int, key: Any, value: Any) -> None:
    rest = list(here)[place:]
    here[key] = value
    for one in rest:
        here[one] = here.pop(one)


def _forget(here: Any, key: Any) -> Any:
    """What is said beside a key, taken from it; None for a plain mapping."""
    return here.ca.items.pop(key, None) if hasattr(here, "ca") else None


def _bad(message: str) -> Invalid:
    return Invalid(message, code="bad_document")
