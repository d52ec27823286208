"""Shape of plugins/<package>/hooks.yaml."""

from formwork.definitions.hook import HOOK_EVENTS
from formwork.definitions.schemas.words import DEF_EXPRESSION, DEF_LABEL, DEF_NAME, record, several, top

_HOOK = record(
    {
        "hook": DEF_NAME,
        "object": DEF_NAME,
        "events": several({"enum": list(HOOK_EVENTS)}, least=1),
        "script": {"type": "string", "pattern": "^[a-z][a-z0-9_]*\\.py$"},
        "when": DEF_EXPRESSION,
        "label": DEF_LABEL,
    },
    required=("hook", "object", "events", "script"),
)

HOOKS = top("hooks", "Script hooks", record({"hooks": several(_HOOK)}, required=("hooks",)))
