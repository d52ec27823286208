"""Shape of layouts/<package>/<object>.yaml."""

from formwork.definitions.schemas.words import (
    DEF_CODE,
    DEF_EXPRESSION,
    DEF_LABEL,
    DEF_NAME,
    DEF_PATH,
    DEF_SORT,
    FLAG,
    either,
    named,
    record,
    several,
    top,
)

RELATED_NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,40}\\.[a-z][a-z0-9_]{0,40}$"}
PLACEMENT_KEYS = {
    "field": DEF_NAME,
    "visible_when": DEF_EXPRESSION,
    "required_when": DEF_EXPRESSION,
    "readonly": FLAG,
    "span": {"type": "integer", "minimum": 1, "maximum": 3},
}
_PLACEMENT = either(DEF_NAME, record(PLACEMENT_KEYS, required=("field",)))
_PLACED = several({"$ref": "#/$defs/placement"}, least=1)
SECTION_KEYS = {
    "id": DEF_NAME,
    "label": DEF_LABEL,
    "columns": {"type": "integer", "minimum": 1, "maximum": 3},
    "fields": _PLACED,
    "visible_when": DEF_EXPRESSION,
    "after": DEF_NAME,
}
_FIELD_SECTION = record(SECTION_KEYS, required=("id", "fields"))
_DETAIL_SECTION = record(
    {
        "detail": DEF_NAME,
        "id": DEF_NAME,
        "label": DEF_LABEL,
        "fields": _PLACED,
        "visible_when": DEF_EXPRESSION,
        "after": DEF_NAME,
    },
    required=("detail", "fields"),
)
RELATED_KEYS = {
    "list": RELATED_NAME,
    "label": DEF_LABEL,
    "columns": several(DEF_PATH, least=1),
    "sort": several(DEF_SORT),
}
_RELATED = either(RELATED_NAME, record(RELATED_KEYS, required=("list",)))
_TAB = record(
    {
        "id": DEF_NAME,
        "label": DEF_LABEL,
        "visible_when": DEF_EXPRESSION,
        "after": DEF_NAME,
        "sections": several({"$ref": "#/$defs/section"}),
        "related": several({"$ref": "#/$defs/related"}),
    },
    required=("id",),
)
_FORM = record({"header": {**several(DEF_PATH), "maxItems": 6}, "tabs": several({"$ref": "#/$defs/tab"})})
ASSIGNMENT = record({"record_type": DEF_CODE, "role": DEF_NAME, "form": DEF_NAME}, required=("form",))
_VIEW_COMMON = {
    "label": DEF_LABEL,
    "filter": DEF_EXPRESSION,
    "sort": several(DEF_SORT),
    "roles": several(DEF_NAME),
    "columns": several(DEF_PATH, least=1),
}
VIEWS = {
    "list": record({"type": {"const": "list"}, **_VIEW_COMMON, "group": DEF_PATH}, required=("label", "columns")),
    "kanban": record(
        {"type": {"const": "kanban"}, **_VIEW_COMMON, "by": DEF_NAME, "card": several(DEF_PATH), "sum": DEF_NAME},
        required=("label", "type", "by"),
    ),
    "calendar": record(
        {"type": {"const": "calendar"}, **_VIEW_COMMON, "start": DEF_NAME, "end": DEF_NAME, "title": DEF_PATH},
        required=("label", "type", "start"),
    ),
    "map": record(
        {"type": {"const": "map"}, **_VIEW_COMMON, "location": DEF_NAME, "title": DEF_PATH},
        required=("label", "type", "location"),
    ),
}
PRINT_KEYS = {
    "label": DEF_LABEL,
    "page": {"enum": ["A4", "Letter"]},
    "template": {"type": "string", "pattern": "^[\\w-]+\\.html$"},
}
_PRINT = record(PRINT_KEYS, required=("label", "template"))
_CHOOSE_VIEW = {
    "type": "object",
    "properties": {"type": {"enum": list(VIEWS)}},
    "allOf": [
        {
            "if": {
                "type": "object",
                "properties": {"type": {"const": kind}},
                "required": ["type"] if kind != "list" else [],
            },
            "then": {"$ref": f"#/$defs/{kind}_view"},
        }
        for kind in VIEWS
    ],
}

LAYOUT = top(
    "layout",
    "Layout",
    record(
        {
            "object": DEF_NAME,
            "extends": DEF_NAME,
            "with": DEF_NAME,
            "forms": {
                "type": "object",
                "propertyNames": DEF_NAME,
                "properties": {"assign": several({"$ref": "#/$defs/assignment"})},
                "additionalProperties": {"$ref": "#/$defs/form"},
            },
            "views": named({"$ref": "#/$defs/view"}),
            "prints": named({"$ref": "#/$defs/print"}),
            "quick": several(DEF_NAME, least=1),
        },
        oneOf=[{"required": ["object"]}, {"required": ["extends"]}],
    ),
    placement=_PLACEMENT,
    section={
        "type": "object",
        "if": {"required": ["detail"]},
        "then": {"$ref": "#/$defs/detail_section"},
        "else": {"$ref": "#/$defs/field_section"},
    },
    field_section=_FIELD_SECTION,
    detail_section=_DETAIL_SECTION,
    related=_RELATED,
    tab=_TAB,
    form=_FORM,
    assignment=ASSIGNMENT,
    print=_PRINT,
    view=_CHOOSE_VIEW,
    **{f"{kind}_view": shape for kind, shape in VIEWS.items()},
)
