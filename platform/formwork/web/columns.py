"""Columns of lists and related lists: paths of the expression language resolved to fields and widths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label, option_label
from formwork.web.currencies import code_path, is_readable
from formwork.web.present import NUMBERS, REFERENCES, Presenter, shown_type
from formwork.web.views.listing import Column, Row
from formwork.web.views.shown import Shown
from formwork.web.visit import Visit, record_address

_WIDTHS = {
    "auto_number": "number", "select": "state", "record_type": "state", "boolean": "pct", "money": "money",
    "number": "money", "integer": "pct", "percent": "pct", "rating": "short", "date": "date", "datetime": "rest",
    "time": "pct", "duration": "short", "user": "person", "principal": "person", "lookup": "name",
    "master_detail": "name",
    "email": "title", "url": "name", "phone": "name", "file": "name", "image": "short", "signature": "short",
}  # fmt: skip
_PIXELS = {
    "number": 134, "name": 196, "title": 240, "state": 96, "money": 116, "pct": 84, "date": 108, "person": 146,
    "short": 108, "rest": 160,
}  # fmt: skip
"""The widths of the style sheet, which has every multiple of _STEP up to _WIDEST beside them."""
_STEP, _WIDEST, _WIDEST_PILL = 12, 264, 192
_CELL, _ARROW, _PILL, _ICON = 24, 16, 16, 18
"""Padding of a cell, room for the mark of the order, padding of a pill, its icon."""


@dataclass(frozen=True, slots=True)
class Path:
    """One column's path and the field at its end.

    An amount names where each record tells its currency (`code`, a path) or the one currency of the column.
    """

    text: str
    spec: FieldSpec
    label: str
    code: str = ""
    currency: str = ""


def resolve_paths(visit: Visit, spec: ObjectSpec, texts: Iterable[str]) -> list[Path]:
    """The columns the reader may see, each with its field; others are left out."""
    found = []
    for text in dict.fromkeys(texts):
        path = _resolve(visit, spec, text)
        if path is not None:
            found.append(path)
    return found


def _resolve(visit: Visit, spec: ObjectSpec, text: str) -> Path | None:
    labels: list[str] = []
    names = text.split(".")
    root = spec
    for at, name in enumerate(names):
        field = spec.fields.get(name)
        if field is None or name not in decide(visit.snapshot, visit.actor, spec.name, Verb.READ).readable:
            return None
        labels.append(field_label(visit.snapshot, visit.locale, field))
        if at == len(names) - 1:
            return _with_currency(visit, root, Path(text, field, " · ".join(labels[-2:])))
        if len(field.targets) != 1 or not visit.may(field.targets[0], Verb.READ):
            return None
        spec = visit.snapshot.objects[field.targets[0]]
    return None


def _with_currency(visit: Visit, root: ObjectSpec, path: Path) -> Path:
    """A column of amounts with what tells their currency; with neither when the reader may not see the code."""
    if shown_type(path.spec) != "money":
        return path
    code = code_path(visit, root.name, path.text)
    if not code:
        return replace(path, currency=visit.formats.currency)
    return replace(path, code=code) if is_readable(visit, root.name, code) else path


def wanted(paths: Iterable[Path]) -> list[str]:
    """What must be read to show these columns: the paths, and the codes of the currencies of their amounts."""
    return list(dict.fromkeys([*(path.text for path in paths), *(path.code for path in paths if path.code)]))


def column_views(visit: Visit, spec: ObjectSpec, paths: Sequence[Path]) -> list[Column]:
    """Columns without sorting; the caller adds the links."""
    roles = _card_roles(paths)
    views = []
    for at, path in enumerate(paths):
        kind = shown_type(path.spec)
        label = path.label
        if path.currency:
            label = f"{label}, {path.currency}"
        width = _WIDTHS.get(kind, "rest")
        if at == 0:
            width = "number" if path.spec.definition.type == "auto_number" else "title"
        elif path.text == spec.title:
            width = "title"
        else:
            width = _roomy(visit, path.spec, label, width)
        views.append(
            Column(path.text, label, numeric=kind in NUMBERS - {"rating"}, width=width, role=roles.get(at, ""))
        )
    return views


def _roomy(visit: Visit, spec: FieldSpec, label: str, width: str) -> str:
    """The width, or a larger one where the head or a choice needs it, so that a page of records does not change it."""
    need = text_width(label) + _CELL + _ARROW
    if shown_type(spec) == "select":
        pills = (
            text_width(option_label(visit.snapshot, visit.locale, spec, code)) + (_ICON if option.icon else 0)
            for code, option in spec.options.items()
            if option.active
        )
        need = max(need, min(max(pills, default=0) + _PILL + _CELL, _WIDEST_PILL))
    elif need <= _PIXELS[width]:
        return width
    return str(min(-(-max(need, _PIXELS[width]) // _STEP) * _STEP, _WIDEST))


def text_width(text: str) -> int:
    """About how many pixels a text of 12 px takes: letters of Asia are as wide as they are high."""
    return round(sum(12.5 if ord(letter) >= 0x1100 else 8.4 if letter.isupper() else 6.7 for letter in text))


def _card_roles(paths: Sequence[Path]) -> dict[int, str]:
    """Which column goes where in the card of a phone: the first that fits each place."""
    wanted = (
        ("state", ("select", "record_type")), ("amount", ("money",)), ("date", ("date", "datetime")),
        ("second", ("lookup", "master_detail", "user", "principal", "text", "email", "phone")),
    )  # fmt: skip
    roles: dict[int, str] = {}
    for role, kinds in wanted:
        found = next(
            (at for at, path in enumerate(paths) if at and at not in roles and shown_type(path.spec) in kinds), None
        )
        if found is not None:
            roles[found] = role
    return roles


def row_views(
    visit: Visit,
    spec: ObjectSpec,
    paths: Sequence[Path],
    rows: Sequence[dict[str, Any]],
    present: Presenter,
    *,
    headless: bool = False,
) -> list[Row]:
    """The rows of a page; titles of the records they name are read together. Without heads an amount has its sign."""
    present.learn((path.spec, row.get(path.text)) for row in rows for path in paths)
    views = []
    for row in rows:
        cells = tuple(_in_list(_cell(visit, path, row, present, headless=headless)) for path in paths)
        title = next((cell.text for cell in cells if cell.text), "") or str(row["id"])[:8]
        views.append(Row(str(row["id"]), title, record_address(spec.name, row["id"]), cells))
    return views


def _cell(visit: Visit, path: Path, row: dict[str, Any], present: Presenter, *, headless: bool) -> Shown:
    currency = (row.get(path.code) or visit.formats.currency) if path.code else path.currency if headless else None
    return present.show(path.spec, row.get(path.text), currency or None, column=path.currency)


def _in_list(shown: Shown) -> Shown:
    """A value on one line: long texts and addresses are joined."""
    if shown.kind == "lines":
        return Shown("text", ", ".join(part.text for part in shown.parts))
    return shown


def is_reference(spec: FieldSpec) -> bool:
    """True for a field that names records."""
    return shown_type(spec) in REFERENCES
