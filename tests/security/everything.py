"""A package with a field of every type, made from the list of types, and samples of each: open and hidden ones."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from formwork.catalog import FieldSpec
from formwork.fieldtypes import FIELD_TYPES
from formwork.fieldtypes.option import Option
from formwork.fieldtypes.value import Address, Geolocation, RecordRef

PLAIN = 2
"""The variant of a sample that anybody may see; 0 and 1 are what is hidden in each state."""
MARKS = ("zqxa", "zqxb", "open")
"""Begin every text, by variant; no answer may hold one of the first two."""
AMOUNTS = ("71928", "82917", "63638")
"""Begin every number, by variant."""
CANARIES = (*MARKS[:PLAIN], *AMOUNTS[:PLAIN])
_NAMESPACE = UUID("0198b5a0-0000-7000-8000-00000000a11e")
_OPTIONS = {"north": "North", "south": "South", "east": "East"}
_NEEDED: Mapping[str, Mapping[str, Any]] = {
    "select": {"options": _OPTIONS},
    "multi_select": {"options": _OPTIONS},
    "lookup": {"to": "thing_kind", "inverse": "things"},
    "polymorphic_lookup": {"to": ["thing", "thing_kind"]},
    "many_to_many": {"to": "thing_kind"},
    "reference": {"path": "a_lookup.name"},
    "formula": {"gives": "text", "expression": "concat(a_text, ' ', a_barcode)"},
    "rollup": {"of": "thing_part.thing", "sum": "amount"},
    "auto_number": {"format": "T-{0000}"},
}
FILES = frozenset({"file", "image", "signature"})
"""Types whose values are files."""
_POINTED = ((0, 1, 2), (2, 3, 0))
"""Where links of the shown rows lead, by variant."""
_OF_SYSTEM = frozenset({"record_id", "principal", "record_type", "master_detail"})
"""Types every object has fields of already."""


def write_everything(folder: Path) -> None:
    """A workspace with the package: `thing` has a field of every type, `thing_part` is its detail."""
    fields: dict[str, Any] = {"name": {"type": "text", "required": True, "searchable": True}}
    for name in FIELD_TYPES:
        if name not in _OF_SYSTEM:
            fields[f"a_{name}"] = {"type": name, "label": f"Label of {name}", **_NEEDED.get(name, {})}
    for name in ("a_text", "a_barcode"):
        fields[name]["searchable"] = True
    fields["a_number"]["label"] = "Label of number"
    fields["sealed"] = {"type": "text", "encrypted": True}
    fields["kept"] = {"type": "formula", "gives": "text", "expression": "concat(a_text, '!')", "stored": True}
    files: dict[str, Any] = {
        "metadata/things/package.json": {
            "package": "things", "version": "1.0.0", "label": "Things", "requires": {"core": "^1.0"},
        },
        "objects/things/thing.json": {
            "object": "thing", "label": "Thing", "plural": "Things", "title": "name", "fields": fields,
            "features": ["history", "search", "import", "files"],
        },
        "objects/things/thing_kind.json": {
            "object": "thing_kind", "label": "Kind", "plural": "Kinds", "title": "name",
            "fields": {
                "name": {"type": "text", "required": True, "searchable": True},
                "code": {"type": "text", "unique": True, "searchable": True},
                "parent": {"type": "lookup", "to": "thing_kind", "inverse": "below"},
                "weight": {"type": "number"},
            },
            "features": ["history", "search", "import"],
        },
        "objects/things/thing_part.json": {
            "object": "thing_part", "label": "Part", "plural": "Parts", "title": "name",
            "master": {"field": "thing", "to": "thing", "inverse": "parts"},
            "fields": {
                "name": {"type": "text"}, "amount": {"type": "money"}, "secret_note": {"type": "long_text"},
                "kind": {"type": "lookup", "to": "thing_kind"},
            },
            "features": ["history"],
        },
    }  # fmt: skip
    for path, document in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(document), encoding="utf-8")


def id_of(object: str, row: int) -> UUID:
    """The id of a row of the matrix."""
    return uuid5(_NAMESPACE, f"{object} {row}")


def file_id(field: FieldSpec, row: int, variant: int) -> UUID:
    """The id of the file a field holds in one row and variant."""
    return uuid5(_NAMESPACE, f"{field.object}.{field.name} {row} {variant}")


def sample(field: FieldSpec, row: int, variant: int) -> Any:
    """The value of a stored field in one row and variant; None for what has no sample of its own."""
    text = f"{MARKS[variant]}{row} {field.name}"
    longest = field.value_settings.get("max")
    if isinstance(longest, int) and field.value_type.name != "rating":
        text = text[:longest]
    number = Decimal(f"{AMOUNTS[variant]}{row}")
    match field.value_type.name:
        case "text" | "long_text" | "rich_text" | "barcode" | "auto_number" | "secret":
            return text
        case "email":
            return f"{MARKS[variant]}{row}.{field.name}@example.com"
        case "phone":
            return f"+34{AMOUNTS[variant]}{row}000"
        case "url":
            return f"https://{MARKS[variant]}{row}.example/{field.name}"
        case "integer":
            return int(number)
        case "rating":
            return 1 + variant
        case "number" | "money":
            return number
        case "percent":
            return number / Decimal(10_000_000)
        case "date":
            return date(2011 + variant * 3, 1 + row, 7)
        case "datetime":
            return datetime(2011 + variant * 3, 1 + row, 7, 11, 13, tzinfo=UTC)
        case "time":
            return time(3 + variant * 5, row)
        case "duration":
            return timedelta(hours=31 + variant * 7, minutes=row)
        case "boolean":
            return row < 2 and variant != 1  # true of few rows, as unique rules with conditions ask
        case "select":
            return _option(field.options, row + variant)
        case "multi_select":
            chosen = _option(field.options, row + variant)
            return () if chosen is None else (chosen,)
        case "tags":
            return (text,)
        case "address":
            return Address(street=text, city=f"{MARKS[variant]} city", country="ES")
        case "geolocation":
            return Geolocation(Decimal(f"1{variant}.{AMOUNTS[variant]}"), Decimal(f"2{variant}.{AMOUNTS[variant]}"))
        case "json":
            return {"held": text}
        case "file" | "image" | "signature":
            file = file_id(field, row, variant)
            return (file,) if field.value_settings.get("multiple") else file
    return _link(field, row, variant)


def _option(options: Mapping[str, Option], place: int) -> str | None:
    keys = [key for key, one in options.items() if one.active]
    return keys[place % len(keys)] if keys else None


def _link(field: FieldSpec, row: int, variant: int) -> Any:
    """One of the shown rows (0, 1) points at a shown record, one at an unseen one; at their masters all of them."""
    target = next((name for name in field.targets if name != field.object), None)
    if target is None or field.value_type.name in ("principal", "user", "user_list"):
        return None
    master = field.value_type.name == "master_detail"
    pointed = id_of(target, row % 2 if master else _POINTED[row][variant] if row < 2 else (3 if row % 2 == 0 else 1))
    match field.value_type.name:
        case "lookup" | "master_detail":
            return pointed
        case "polymorphic_lookup":
            return RecordRef(target, pointed)
        case "many_to_many":
            return (pointed,)
    return None
