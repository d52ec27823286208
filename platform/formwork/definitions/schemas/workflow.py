"""Shape of workflows/<package>/*.yaml: the frame of each family; nodes and actions are checked where they run."""

from formwork.definitions.schemas.words import (
    ANYTHING,
    DEF_EXPRESSION,
    DEF_LABEL,
    DEF_NAME,
    DEF_TEXT,
    either,
    named,
    record,
    several,
    top,
)
from formwork.definitions.workflow import WORKFLOW_KINDS

_ACTIONS = several(ANYTHING)
_COMMON = {"workflow": DEF_NAME, "with": DEF_NAME, "object": DEF_NAME, "label": DEF_LABEL, "summary": DEF_TEXT}
_ON = dict.fromkeys(("on_submit", "on_approve", "on_reject", "on_recall", "on_cancel"), _ACTIONS)
_STEPS = {
    "start": either(DEF_NAME, ANYTHING),
    "nodes": named(ANYTHING),
    "lock": {"enum": ["hard", "approver_fields", "none"]},
    "watch": several(DEF_NAME),
    "variables": named(ANYTHING),
}
_RECALL = {"enum": ["any_time", "before_first_decision", "never"]}
_FAMILIES = {
    "approval": record(
        {"kind": {"const": "approval"}, **_COMMON, **_STEPS, **_ON, "recall": _RECALL},
        required=("workflow", "object", "nodes"),
    ),
    "process": record(
        {"kind": {"const": "process"}, **_COMMON, **_STEPS, **_ON, "recall": _RECALL, "lanes": named(ANYTHING)},
        required=("workflow", "object", "nodes"),
    ),
    "automation": record(
        {
            "kind": {"const": "automation"},
            **_COMMON,
            "when": either(DEF_EXPRESSION, ANYTHING),
            "if": DEF_EXPRESSION,
            "do": _ACTIONS,
        },
        required=("workflow", "object", "when", "do"),
    ),
    "stage_flow": record(
        {
            "kind": {"const": "stage_flow"},
            **_COMMON,
            "field": DEF_NAME,
            "when": DEF_EXPRESSION,
            "record_types": several(DEF_NAME),
            "stages": {"type": "object", "minProperties": 1, "additionalProperties": ANYTHING},
            "moves": ANYTHING,
        },
        required=("workflow", "object", "field", "stages"),
    ),
}

WORKFLOW = top(
    "workflow",
    "Workflow",
    {
        "type": "object",
        "required": ["workflow", "kind"],
        "properties": {"kind": {"enum": list(WORKFLOW_KINDS)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{kind}"}}
            for kind in WORKFLOW_KINDS
        ],
    },
    **_FAMILIES,
)

WORKFLOW_TEST = top(
    "workflow_test",
    "Workflow test",
    record(
        {
            "test": DEF_NAME,
            "workflow": DEF_NAME,
            "record": ANYTHING,
            "steps": several(ANYTHING, least=1),
            "expect": ANYTHING,
        },
        required=("test", "workflow", "steps"),
    ),
)
