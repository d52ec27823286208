"""The vocabulary all schemas share."""

from collections.abc import Mapping
from typing import Any

from formwork.fieldtypes.choice import CODE_PATTERN, OPTIONS_DEF

Schema = Mapping[str, Any]

NAME_PATTERN = "^[a-z][a-z0-9_]{0,40}$"
"""Objects, fields, roles, rules, views, tabs and sections."""
HUES = ("grey", "blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "violet")
LOCALE_PATTERN = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"

DEFS: Schema = {
    "name": {"type": "string", "pattern": NAME_PATTERN},
    "path": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,40}(\\.[a-z][a-z0-9_]{0,40}){0,5}$"},
    "sort": {"type": "string", "pattern": "^-?[a-z][a-z0-9_]{0,40}(\\.[a-z][a-z0-9_]{0,40}){0,5}$"},
    "code": {"type": "string", "pattern": CODE_PATTERN},
    "label": {"type": "string", "minLength": 1, "maxLength": 120},
    "text": {"type": "string", "minLength": 1, "maxLength": 2000},
    "expression": {"type": "string", "minLength": 1, "maxLength": 4000, "description": "An expression."},
    "hue": {"enum": list(HUES)},
    "options": OPTIONS_DEF,
    "icon": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,40}$"},
    "locale": {"type": "string", "pattern": LOCALE_PATTERN},
}

DEF_NAME: Schema = {"$ref": "#/$defs/name"}
FORMER_NAMES: Schema = {
    "anyOf": [{"$ref": "#/$defs/name"}, {"type": "array", "items": {"$ref": "#/$defs/name"}, "minItems": 1}],
    "description": "The former name, or all of them, oldest first: the values stay.",
}
DEF_PATH: Schema = {"$ref": "#/$defs/path"}
DEF_SORT: Schema = {"$ref": "#/$defs/sort"}
DEF_CODE: Schema = {"$ref": "#/$defs/code"}
DEF_LABEL: Schema = {"$ref": "#/$defs/label"}
DEF_TEXT: Schema = {"$ref": "#/$defs/text"}
DEF_EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
DEF_HUE: Schema = {"$ref": "#/$defs/hue"}
DEF_ICON: Schema = {"$ref": "#/$defs/icon"}
FLAG: Schema = {"type": "boolean"}
VALUE: Schema = {"type": ["string", "number", "boolean"]}
ANYTHING: Schema = {"type": "object"}


def record(properties: Schema, required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """A mapping with exactly these keys."""
    shape: dict[str, Any] = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    if required:
        shape["required"] = list(required)
    return shape


def named(item: Schema, names: Schema = DEF_NAME) -> dict[str, Any]:
    """A mapping from names to items."""
    return {"type": "object", "propertyNames": names, "additionalProperties": item}


def several(item: Schema, least: int = 0) -> dict[str, Any]:
    """A list of items."""
    shape: dict[str, Any] = {"type": "array", "items": item}
    return {**shape, "minItems": least} if least else shape


def either(*shapes: Schema) -> dict[str, Any]:
    """One of several shapes; the reader picks the one whose type fits when it explains a mistake."""
    return {"anyOf": list(shapes)}


def top(kind: str, title: str, shape: Schema, **defs: Schema) -> dict[str, Any]:
    """A whole document: the shape with its dialect, title and vocabulary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:formwork:schema:{kind}",
        "title": title,
        **shape,
        "$defs": {**DEFS, **defs},
    }
