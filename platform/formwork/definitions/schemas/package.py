"""Shape of metadata/<package>/package.yaml."""

from formwork.definitions.schemas.words import (
    DEF_EXPRESSION,
    DEF_LABEL,
    DEF_NAME,
    DEF_TEXT,
    named,
    record,
    several,
    top,
)

_RANGE = {"type": "string", "pattern": r"^(\^|~|>=)?\d+(\.\d+){0,2}$", "description": "^1.0, ~1.2, >=1.0 or 1.2.3"}

_EXPECTATION = record(
    {"object": DEF_NAME, "where": DEF_EXPRESSION, "count": {"type": "integer", "minimum": 0}},
    required=("object", "count"),
)

PACKAGE_TEST = top(
    "package_test",
    "Package test",
    record({"test": DEF_NAME, "expect": several(_EXPECTATION, least=1)}, required=("test", "expect")),
)

PACKAGE = top(
    "package",
    "Package",
    record(
        {
            "package": DEF_NAME,
            "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
            "label": DEF_LABEL,
            "summary": DEF_TEXT,
            "requires": named(_RANGE),
            "enhances": several(DEF_NAME),
            "locales": several({"$ref": "#/$defs/locale"}, least=1),
        },
        required=("package", "version", "label"),
    ),
)
