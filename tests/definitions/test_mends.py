"""Every complaint of definitions and catalog says what to do: read from the source, where each is written."""

import ast
from collections.abc import Iterator
from pathlib import Path

import formwork

_ROOMS = [Path(formwork.__file__).parent / room for room in ("definitions", "catalog")]
_MEND_AT = {
    "at": 4, "report": 4, "_report": 4, "_bad_path": 2, "_finding": 4, "Finding": 6, "unreadable": 3, "_note": 3,
    "_mistake": 4, "_TooMuch": 2,
}  # fmt: skip
"""Name of what takes a complaint -> the place of its mend among the arguments, `self` not counted."""


def complaints() -> Iterator[tuple[str, ast.expr | None]]:
    """Place and mend of each; None where there is none."""
    for path in (path for room in _ROOMS for path in sorted(room.rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = _MEND_AT.get(name)
            starred = any(isinstance(one, ast.Starred) for one in node.args)
            if place is None or starred or (name == "at" and len(node.args) < 4):
                continue
            named = [word.value for word in node.keywords if word.arg == "mend"]
            yield f"{path.name}:{node.lineno}", named[0] if named else dict(enumerate(node.args)).get(place)


def test_every_complaint_has_a_mend() -> None:
    found = list(complaints())
    assert len(found) > 60
    without = [
        place
        for place, mend in found
        if mend is None or (isinstance(mend, ast.Constant) and not str(mend.value).endswith("."))
    ]
    assert without == []


def test_a_mend_is_never_only_a_name_that_may_not_be_there() -> None:
    """`nearest` alone says nothing when no name is like the wrong one; `choice` then says what to do."""
    alone = [
        place
        for place, mend in complaints()
        if isinstance(mend, ast.Call) and getattr(mend.func, "attr", getattr(mend.func, "id", "")) == "nearest"
    ]
    assert alone == []
