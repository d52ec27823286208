"""Shape of metadata/<package>/navigation.yaml."""

from formwork.definitions.schemas.words import DEF_ICON, DEF_LABEL, DEF_NAME, either, record, several, top

_ITEM = either(DEF_NAME, record({"object": DEF_NAME, "views": several(DEF_NAME, least=1)}, required=("object",)))
ORDER = {
    "type": "integer",
    "minimum": 1,
    "maximum": 1000,
    "description": "Place of the group in the menu: the smallest stands first, groups without one after 100.",
}
_GROUP = record(
    {"group": DEF_NAME, "label": DEF_LABEL, "icon": DEF_ICON, "order": ORDER, "items": several(_ITEM, least=1)},
    required=("group", "items"),
)

NAVIGATION = top("navigation", "Navigation", record({"navigation": several(_GROUP, least=1)}, required=("navigation",)))
