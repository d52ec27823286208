"""Shape of metadata/<package>/translations/<locale>.yaml: the file name says the language."""

from formwork.definitions.schemas.words import DEF_CODE, DEF_PATH, DEF_TEXT, either, named, record, top

_TEXTS = named(DEF_TEXT)
_FIELD = either(
    DEF_TEXT,
    record({"label": DEF_TEXT, "help": DEF_TEXT, "placeholder": DEF_TEXT, "options": named(DEF_TEXT, DEF_CODE)}),
)
_PARTS = ("validations", "views", "tabs", "sections", "unique", "prints")
_SHELVES = (
    "navigation",
    "roles",
    "role_summaries",
    "sharing_rules",
    "reports",
    "dashboards",
    "mappings",
    "conversions",
    "imports",
    "workflows",
    "package",
)
_OBJECT = record(
    {
        "label": DEF_TEXT,
        "plural": DEF_TEXT,
        "summary": DEF_TEXT,
        "fields": named(_FIELD),
        "record_types": named(DEF_TEXT, DEF_CODE),
        "related": named(DEF_TEXT, DEF_PATH),
        **dict.fromkeys(_PARTS, _TEXTS),
    }
)

TRANSLATION = top(
    "translation",
    "Translations",
    {"type": "object", "properties": dict.fromkeys(_SHELVES, _TEXTS), "additionalProperties": _OBJECT},
)
