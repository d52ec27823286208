"""May this actor do this, to which fields and rows, and why."""

from formwork.access.decide import decide, decide_beyond, may_use, require_scope
from formwork.access.decision import Decision, Verb
from formwork.access.hidden import HiddenFields
from formwork.access.manage import SCOPE, decide_management
from formwork.access.restrict import require_readable, restrict, restrict_for_platform, visible

__all__ = [
    "SCOPE",
    "Decision",
    "HiddenFields",
    "Verb",
    "decide",
    "decide_beyond",
    "decide_management",
    "may_use",
    "require_readable",
    "require_scope",
    "restrict",
    "restrict_for_platform",
    "visible",
]
