"""Shapes of what the tenant's own layer says of other packages: per key a property, `hidden` or `after`, never a
whole list."""

from typing import Any

from formwork.definitions.schemas.field import field_defs
from formwork.definitions.schemas.layout import (
    ASSIGNMENT,
    PLACEMENT_KEYS,
    PRINT_KEYS,
    RELATED_KEYS,
    RELATED_NAME,
    SECTION_KEYS,
    VIEWS,
)
from formwork.definitions.schemas.navigation import ORDER
from formwork.definitions.schemas.object import (
    FEATURES,
    PLAIN_KEYS,
    RECORD_TYPE_KEYS,
    RETENTION,
    UNIQUE_KEYS,
    VALIDATION_KEYS,
)
from formwork.definitions.schemas.permissions import GRANT_KEYS, ROLE_KEYS, RULE_KEYS, VERB
from formwork.definitions.schemas.words import (
    DEF_CODE,
    DEF_EXPRESSION,
    DEF_ICON,
    DEF_LABEL,
    DEF_NAME,
    DEF_PATH,
    FLAG,
    Schema,
    either,
    named,
    record,
    several,
    top,
)

_HIDDEN: dict[str, Any] = {"hidden": {**FLAG, "description": "Taken out of what packages say, until this is removed."}}
_AFTER: dict[str, Any] = {"after": {**DEF_PATH, "description": "The key it stands behind; what is not there: the end."}}
_FIELDS = several(DEF_NAME, least=1)


def _switches(word: Schema) -> Schema:
    """Words that are added, or each with whether it holds."""
    return either(several(word), {"type": "object", "propertyNames": word, "additionalProperties": FLAG})


def _part(keys: Schema, key: str) -> dict[str, Any]:
    """A part that is named by one of its keys and says only what differs."""
    return record({**keys, **_AFTER, **_HIDDEN}, required=(key,))


_NAMES = several(either(DEF_PATH, _part({"field": DEF_PATH}, "field")))
"""Names of fields that are added, or moved and taken away one by one."""
_CHANGE = record({**field_defs()["field_change"]["properties"], **_HIDDEN}, minProperties=1)

LAYER_OBJECT = top(
    "layer_object",
    "Object in the tenant's layer",
    record(
        {
            "extends": DEF_NAME,
            "with": DEF_NAME,
            **PLAIN_KEYS,
            "features": _switches({"enum": FEATURES}),
            "fields": named(
                {
                    "if": {"required": ["type"]},
                    "then": {"$ref": "#/$defs/field"},
                    "else": {"$ref": "#/$defs/field_change"},
                }
            ),
            "record_types": named(either(DEF_LABEL, record({**RECORD_TYPE_KEYS, **_AFTER, **_HIDDEN})), DEF_CODE),
            "validations": several(_part(VALIDATION_KEYS, "rule")),
            "unique": several(either(_FIELDS, record({**UNIQUE_KEYS, **_HIDDEN}, required=("fields",)))),
            "indexes": several(either(_FIELDS, record({"fields": _FIELDS, **_HIDDEN}, required=("fields",)))),
            "retention": RETENTION,
        },
        required=("extends",),
    ),
    **{**field_defs(), "field_change": _CHANGE},
)

_SECTION = record(
    {**SECTION_KEYS, "detail": DEF_NAME, "fields": several({"$ref": "#/$defs/placement"}), **_AFTER, **_HIDDEN},
    anyOf=[{"required": ["id"]}, {"required": ["detail"]}],
)
_RELATED = either(RELATED_NAME, _part({**RELATED_KEYS, "columns": _NAMES}, "list"))
_TAB = _part(
    {
        "id": DEF_NAME,
        "label": DEF_LABEL,
        "visible_when": DEF_EXPRESSION,
        "sections": several({"$ref": "#/$defs/section"}),
        "related": several(_RELATED),
    },
    "id",
)
_VIEW_KEYS = {key: shape for kind in VIEWS.values() for key, shape in kind["properties"].items()}
_VIEW = record({**_VIEW_KEYS, "type": {"enum": list(VIEWS)}, "columns": _NAMES, "card": _NAMES, **_AFTER, **_HIDDEN})

LAYER_LAYOUT = top(
    "layer_layout",
    "Layout in the tenant's layer",
    record(
        {
            "extends": DEF_NAME,
            "with": DEF_NAME,
            "forms": {
                "type": "object",
                "propertyNames": DEF_NAME,
                "properties": {"assign": several(ASSIGNMENT)},
                "additionalProperties": record(
                    {"header": _NAMES, "tabs": several({"$ref": "#/$defs/tab"}), **_AFTER, **_HIDDEN}
                ),
            },
            "views": named(_VIEW),
            "prints": named(record({**PRINT_KEYS, **_HIDDEN})),
            "quick": _NAMES,
        },
        required=("extends",),
    ),
    placement=either(DEF_NAME, _part(PLACEMENT_KEYS, "field")),
    section=_SECTION,
    tab=_TAB,
)

_ROLE = record({**ROLE_KEYS, "includes": _switches(DEF_NAME)})
_GRANT = record({**GRANT_KEYS, "actions": _switches(DEF_NAME)})

LAYER_PERMISSIONS = top(
    "layer_permissions",
    "Rights in the tenant's layer",
    record(
        {
            "roles": named(either(DEF_LABEL, _ROLE)),
            "grants": named(named({"$ref": "#/$defs/grant"})),
            "sharing_rules": several(_part(RULE_KEYS, "rule")),
        }
    ),
    verb=VERB,
    grant=_GRANT,
)

_ITEM = either(DEF_NAME, _part({"object": DEF_NAME, "views": _FIELDS}, "object"))
_GROUP = _part(
    {"group": DEF_NAME, "label": DEF_LABEL, "icon": DEF_ICON, "order": ORDER, "items": several(_ITEM)}, "group"
)

LAYER_NAVIGATION = top(
    "layer_navigation",
    "Navigation in the tenant's layer",
    record({"navigation": several(_GROUP, least=1)}, required=("navigation",)),
)
