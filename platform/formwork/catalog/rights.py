"""Linked rights: roles with their includes resolved, grants and sharing rules compiled."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.definitions.model import RoleDef, TypeGrant
from formwork.expressions import Expression


@dataclass(frozen=True, slots=True)
class VerbRight:
    """The rows a verb reaches: union of scopes, narrowed by `when`."""

    scopes: tuple[str, ...]
    when: Expression | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one object. `fields` maps a field to hidden, read or edit.

    `verbs` holds for each verb what the files say that grant it; they add up.
    """

    role: str
    object: str
    verbs: Mapping[str, tuple[VerbRight, ...]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    record_types: Mapping[str, TypeGrant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SharingRule:
    """Rows of `object` for which `when` holds, opened to grants that name the rule."""

    name: str
    object: str
    when: Expression
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything roles say. `closure` maps a role to itself and all it includes."""

    roles: Mapping[str, RoleDef] = field(default_factory=dict)
    closure: Mapping[str, frozenset[str]] = field(default_factory=dict)
    grants: Mapping[tuple[str, str], Grant] = field(default_factory=dict)
    """(role, object) -> grant, several files of one role and object merged."""
    rules: Mapping[str, SharingRule] = field(default_factory=dict)
