"""Shapes of workflows/<package>/mappings/*.yaml."""

from formwork.definitions.schemas.words import DEF_EXPRESSION, DEF_LABEL, DEF_NAME, VALUE, named, record, several, top

_ASSIGNMENTS = named(VALUE)
_DETAIL = record({"to": DEF_NAME, "fields": _ASSIGNMENTS, "when": DEF_EXPRESSION}, required=("to", "fields"))
_STEP = record({"mapping": DEF_NAME, "as": DEF_NAME, "link": DEF_NAME}, required=("mapping", "as"))

MAPPING = top(
    "mapping",
    "Mapping",
    record(
        {
            "mapping": DEF_NAME,
            "with": DEF_NAME,
            "label": DEF_LABEL,
            "from": DEF_NAME,
            "to": DEF_NAME,
            "fields": _ASSIGNMENTS,
            "details": named(_DETAIL),
            "reuse_when": DEF_EXPRESSION,
        },
        required=("mapping", "from", "to"),
    ),
)

CONVERSION = top(
    "conversion",
    "Conversion",
    record(
        {
            "conversion": DEF_NAME,
            "with": DEF_NAME,
            "label": DEF_LABEL,
            "from": DEF_NAME,
            "creates": several(_STEP, least=1),
            "set": _ASSIGNMENTS,
            "when": DEF_EXPRESSION,
        },
        required=("conversion", "from", "creates"),
    ),
)
