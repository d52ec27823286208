"""Shape of metadata/<package>/package.yaml."""

from formwork.definitions.schemas.words import DEF_LABEL, DEF_NAME, DEF_TEXT, named, record, several, top

_RANGE = {"type": "string", "pattern": r"^(\^|~|>=)?\d+(\.\d+){0,2}$", "description": "^1.0, ~1.2, >=1.0 or 1.2.3"}

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
