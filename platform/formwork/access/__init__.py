"""May this actor do this, to which fields and rows, and why."""

from formwork.access.compare import Difference, compare_roles
from formwork.access.decide import ON_MASTER, READING, decide, decide_beyond, may_use, require_scope
from formwork.access.decision import Decision, Verb
from formwork.access.hidden import HiddenFields, may_ask, tells_list
from formwork.access.manage import SCOPE, decide_management, may_manage
from formwork.access.matrix import (
    PARENT,
    Cell,
    FieldCell,
    ObjectRights,
    Reach,
    field_rights,
    role_rights,
)
from formwork.access.restrict import require_readable, restrict, restrict_for_platform, visible
from formwork.access.type_matrix import TypeRights, type_rights
from formwork.access.ways import BASELINE, MANAGE_ALL, FieldWay, Way, field_ways, path_to_role, ways

__all__ = [
    "BASELINE",
    "MANAGE_ALL",
    "ON_MASTER",
    "PARENT",
    "READING",
    "SCOPE",
    "Cell",
    "Decision",
    "Difference",
    "FieldCell",
    "FieldWay",
    "HiddenFields",
    "ObjectRights",
    "Reach",
    "TypeRights",
    "Verb",
    "Way",
    "compare_roles",
    "decide",
    "decide_beyond",
    "decide_management",
    "field_rights",
    "field_ways",
    "may_ask",
    "may_manage",
    "may_use",
    "path_to_role",
    "require_readable",
    "require_scope",
    "restrict",
    "restrict_for_platform",
    "role_rights",
    "tells_list",
    "type_rights",
    "visible",
    "ways",
]
