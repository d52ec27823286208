"""Shape of objects/<package>/<object>.yaml: an object, or an extension of one."""

from formwork.definitions.object import SHARING
from formwork.definitions.retention import ACTS, PERIOD
from formwork.definitions.schemas.field import field_defs
from formwork.definitions.schemas.words import (
    DEF_CODE,
    DEF_EXPRESSION,
    DEF_HUE,
    DEF_ICON,
    DEF_LABEL,
    DEF_NAME,
    DEF_TEXT,
    FLAG,
    FORMER_NAMES,
    either,
    named,
    record,
    several,
    top,
)

FEATURES = (
    "history files comments timeline search import print lock currency calendar team pool territory dup portal kanban "
    "scan map web_form"
).split()

_FIELDS = several(DEF_NAME, least=1)
_MASTER = record(
    {"field": DEF_NAME, "to": DEF_NAME, "inverse": DEF_NAME, "order_by": DEF_NAME, "label": DEF_LABEL,
     "renamed_from": FORMER_NAMES, "column": DEF_NAME},
    required=("field", "to", "inverse"),
)  # fmt: skip
RECORD_TYPE_KEYS = {"label": DEF_LABEL, "options": named(several(DEF_CODE, least=1)), "default": FLAG}
VALIDATION_KEYS = {
    "rule": DEF_NAME,
    "error_when": DEF_EXPRESSION,
    "message": DEF_TEXT,
    "at": DEF_NAME,
    "when_changed": either(DEF_NAME, _FIELDS),
}
UNIQUE_KEYS = {"fields": _FIELDS, "when": DEF_EXPRESSION, "message": DEF_TEXT}
RETENTION = {
    **record(
        {
            "after": {"type": "string", "pattern": PERIOD, "description": "Such as 90 days, 24 months, 10 years."},
            "from": {**DEF_NAME, "description": "The date it is counted from; created_at when absent."},
            "do": {"enum": list(ACTS)},
            "when": DEF_EXPRESSION,
        },
        required=("after", "do"),
    ),
    "description": "How long records are kept, and what becomes of them then.",
}
PLAIN_KEYS = {
    "label": DEF_LABEL,
    "plural": DEF_LABEL,
    "icon": DEF_ICON,
    "hue": DEF_HUE,
    "title": {**DEF_NAME, "description": "The field shown wherever a record is mentioned."},
    "summary": DEF_TEXT,
    "sharing": either({"enum": list(SHARING)}, record({"parent": DEF_NAME}, required=("parent",))),
}
"""What an object says of itself beside its parts."""
_SHARED = {
    "features": several({"enum": FEATURES}),
    "record_types": named({"$ref": "#/$defs/record_type"}, DEF_CODE),
    "validations": several({"$ref": "#/$defs/validation"}),
    "unique": several({"$ref": "#/$defs/unique"}),
    "indexes": several(_FIELDS),
    "retention": RETENTION,
}
_OBJECT = record(
    {
        "object": DEF_NAME,
        **PLAIN_KEYS,
        "master": _MASTER,
        "fields": named({"$ref": "#/$defs/field"}),
        "renamed_from": FORMER_NAMES,
        "table": {**DEF_NAME, "description": "The name in the database, where it is not the first name of the object."},
        "system": {**FLAG, "description": "Kept by the platform itself; only core says it."},
        **_SHARED,
    },
    required=("object", "fields"),
)
_EXTENSION = record(
    {
        "extends": DEF_NAME,
        "with": DEF_NAME,
        "fields": named(
            {"if": {"required": ["type"]}, "then": {"$ref": "#/$defs/field"}, "else": {"$ref": "#/$defs/field_change"}}
        ),
        **_SHARED,
    },
    required=("extends",),
)

OBJECT = top(
    "object",
    "Object",
    {
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/extension"},
        "else": {"$ref": "#/$defs/object"},
    },
    object=_OBJECT,
    extension=_EXTENSION,
    record_type=either(DEF_LABEL, record(RECORD_TYPE_KEYS, required=("label",))),
    validation=record(VALIDATION_KEYS, required=("rule", "error_when", "message")),
    unique=either(_FIELDS, record(UNIQUE_KEYS, required=("fields",))),
    **field_defs(),
)
