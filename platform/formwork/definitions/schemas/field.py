"""Shape of a field: common properties plus those of its type."""

from typing import Any

from formwork.definitions.schemas.words import (
    DEF_EXPRESSION,
    DEF_LABEL,
    DEF_NAME,
    DEF_TEXT,
    FLAG,
    FORMER_NAMES,
    Schema,
    either,
    record,
    several,
)
from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.registry import WRITTEN_TYPES

DEFAULT: Schema = {
    "anyOf": [
        {"type": ["string", "number", "boolean", "array"]},
        record({"expression": DEF_EXPRESSION}, required=("expression",)),
        {"type": "object", "not": {"required": ["expression"]}},
    ],
    "description": "A literal for text and select fields; for other types a text is an expression. "
    "{expression: …} makes it one for every type.",
}

COMMON: Schema = {
    "label": DEF_LABEL,
    "help": {**DEF_TEXT, "description": "Shown below the input."},
    "placeholder": DEF_LABEL,
    "required": {**FLAG, "description": "A record cannot be saved without it."},
    "required_when": {**DEF_EXPRESSION, "description": "Required while this holds."},
    "unique": {**FLAG, "description": "No two live records may agree in it."},
    "default": DEFAULT,
    "history": {**FLAG, "description": "Every change is kept."},
    "searchable": {**FLAG, "description": "Found by the global search and by look-ups."},
    "visible_when": {**DEF_EXPRESSION, "description": "Shown on forms while this holds."},
    "readonly_when": {**DEF_EXPRESSION, "description": "Cannot be edited while this holds."},
    "read_only": {**FLAG, "description": "Written by the system only."},
    "encrypted": {**FLAG, "description": "Stored encrypted; cannot be filtered, sorted or indexed."},
    "restricted": {**FLAG, "description": "Hidden without an explicit grant."},
    "personal": {**FLAG, "description": "Personal data of a living person."},
    "index": {**FLAG, "description": "An index of its own."},
    "record_types": several({"$ref": "#/$defs/code"}, least=1),
    "renamed_from": FORMER_NAMES,
    "column": {**DEF_NAME, "description": "The name in the database, where it is not the first name of the field."},
}
"""What every field may say, whatever its type."""
_OWNED = ("renamed_from", "column")
"""What only the file that brings a field may say: where its values lie."""

_FIGURES = ("count", "sum", "min", "max", "avg", "latest")


def field_def(field_type: FieldType) -> dict[str, Any]:
    """The exact shape of a field of one type."""
    settings = field_type.schema()
    shape = record(
        {"type": {"const": field_type.name}, **_common(), **settings},
        required=("type", *field_type.required_settings()),
    )
    if field_type.name == "rollup":
        shape["oneOf"] = [{"required": [figure]} for figure in _FIGURES]
    return shape


def _common(without: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: {"$ref": f"#/$defs/common/properties/{name}"} for name in COMMON if name not in without}


def field_defs() -> dict[str, Schema]:
    """`$defs` of all field types, of `field` (chooses by `type`) and of `field_change` (no type)."""
    words = [one.name for one in WRITTEN_TYPES]
    choose = [
        {
            "if": {"type": "object", "properties": {"type": {"const": word}}, "required": ["type"]},
            "then": {"$ref": f"#/$defs/{word}_field"},
        }
        for word in words
    ]
    return {
        "common": {"properties": COMMON},
        "field": {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"enum": words}},
            "allOf": choose,
        },
        "field_change": record({**_common(without=_OWNED), **_merged()}, minProperties=1),
        **{f"{one.name}_field": field_def(one) for one in WRITTEN_TYPES},
    }


def _merged() -> dict[str, Any]:
    shapes: dict[str, list[Any]] = {}
    for field_type in WRITTEN_TYPES:
        for key, shape in field_type.schema().items():
            known = shapes.setdefault(key, [])
            if shape not in known:
                known.append(shape)
    return {key: known[0] if len(known) == 1 else either(*known) for key, known in shapes.items()}
