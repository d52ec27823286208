"""Shape of metadata/<package>/permissions.yaml."""

from formwork.definitions.permissions import SCOPES, VERBS
from formwork.definitions.schemas.words import (
    DEF_CODE,
    DEF_EXPRESSION,
    DEF_LABEL,
    DEF_NAME,
    DEF_TEXT,
    FLAG,
    either,
    named,
    record,
    several,
    top,
)

_SCOPE = {"type": "string", "pattern": f"^({'|'.join(SCOPES)}|rule:[a-z][a-z0-9_]{{0,40}})$"}
_SCOPE_LIST = several(_SCOPE, least=1)
VERB = either(
    FLAG,
    _SCOPE,
    _SCOPE_LIST,
    record({"scope": either(_SCOPE, _SCOPE_LIST), "when": DEF_EXPRESSION}, required=("scope",)),
)
ROLE_KEYS = {
    "label": DEF_LABEL,
    "includes": several(DEF_NAME),
    "summary": DEF_TEXT,
    "manage_all": FLAG,
    "portal": FLAG,
}
_ROLE = either(DEF_LABEL, record(ROLE_KEYS, required=("label",)))
_LEVELS = named({"enum": ["hidden", "read", "edit"]})
_TYPE = record({"use": FLAG, "fields": _LEVELS})
GRANT_KEYS = {
    **{verb: {"$ref": "#/$defs/verb"} for verb in VERBS},
    "actions": {**several(DEF_NAME), "description": "Buttons; submit, print, bulk_edit and convert are verbs."},
    "fields": _LEVELS,
    "record_types": named(_TYPE, DEF_CODE),
}
RULE_KEYS = {"rule": DEF_NAME, "object": DEF_NAME, "when": DEF_EXPRESSION, "label": DEF_LABEL}

PERMISSIONS = top(
    "permissions",
    "Roles, grants and sharing rules",
    record(
        {
            "with": DEF_NAME,
            "roles": named({"$ref": "#/$defs/role"}),
            "grants": named(named({"$ref": "#/$defs/grant"})),
            "sharing_rules": several({"$ref": "#/$defs/rule"}),
        }
    ),
    verb=VERB,
    grant=record(GRANT_KEYS),
    role=_ROLE,
    rule=record(RULE_KEYS, required=("rule", "object", "when")),
)
