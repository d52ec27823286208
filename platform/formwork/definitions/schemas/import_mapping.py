"""Shape of metadata/<package>/imports/*.yaml."""

from formwork.definitions.schemas.words import (
    DEF_LABEL,
    DEF_NAME,
    DEF_PATH,
    FLAG,
    VALUE,
    either,
    named,
    record,
    several,
    top,
)

_TRANSFORM = either(
    {"const": "trim"},
    record({"date": {"enum": ["dmy", "mdy", "ymd"]}}, required=("date",)),
    record({"decimal": {"enum": [",", "."]}}, required=("decimal",)),
    record({"scale": {"type": "number", "exclusiveMinimum": 0}}, required=("scale",)),
)
_COLUMN = record(
    {
        "field": DEF_PATH,
        "by": DEF_NAME,
        "transform": several(_TRANSFORM),
        "values": {"type": "object", "additionalProperties": VALUE},
        "create_options": FLAG,
        "skip": several({"type": "string"}),
    },
    required=("field",),
)

IMPORT = top(
    "import",
    "Import mapping",
    record(
        {
            "import": DEF_NAME,
            "with": DEF_NAME,
            "object": DEF_NAME,
            "label": DEF_LABEL,
            "format": {"enum": ["csv", "xlsx"]},
            "match": several(DEF_NAME, least=1),
            "set": named(VALUE),
            "columns": {"type": "object", "minProperties": 1, "additionalProperties": either(DEF_PATH, _COLUMN)},
        },
        required=("import", "object", "columns"),
    ),
)
