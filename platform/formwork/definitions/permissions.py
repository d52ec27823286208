"""Roles, grants and sharing rules, as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source

SCOPES = ("own", "team", "department", "department_and_below", "subordinates", "shared", "all", "none")
"""Row scopes a grant may name, besides `rule:<name>`."""

ACTIONS = {"submit": "edit", "print": "read", "bulk_edit": "edit", "convert": "edit"}
"""Verbs that may stand among the `actions` of a grant: they reach the rows of the verb named here."""

VERBS = ("create", "read", "edit", "delete", "export", "import", "transfer", "share", "merge", *ACTIONS)
"""What a grant may allow on an object."""


@dataclass(frozen=True, slots=True)
class RoleDef:
    """A role. `manage_all` lifts every restriction on records; `includes` names roles it contains.

    `portal` marks a role for people of other organisations, who can be given no other.
    """

    name: str
    label: str
    includes: tuple[str, ...] = ()
    summary: str = ""
    manage_all: bool = False
    portal: bool = False
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class VerbGrant:
    """The rows a verb reaches: the union of `scopes`, of which those where `when` holds."""

    scopes: tuple[str, ...]
    when: str | None = None


@dataclass(frozen=True, slots=True)
class TypeGrant:
    """What a grant says otherwise about the records of one type: whether they may be made or become one (`use`),
    and levels of `fields`."""

    use: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantDef:
    """What `role` may do with `object`. A verb that is absent is refused.

    `fields` maps a field to `hidden`, `read` or `edit`. `actions` are named buttons; those of `ACTIONS` are
    verbs that reach whatever the person's `edit` (or `read`) reaches. `record_types` maps a type to what differs there.
    """

    role: str
    object: str
    verbs: Mapping[str, VerbGrant] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    actions: tuple[str, ...] = ()
    record_types: Mapping[str, TypeGrant] = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SharingRuleDef:
    """Opens the rows of `object` for which `when` holds to grants with scope `rule:<name>`."""

    name: str
    object: str
    when: str
    label: str = ""
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PermissionsDef:
    """metadata/<package>/permissions.yaml. `with_package` makes the whole file wait for a package.

    `layer` is the file of the tenant's own layer as written: what it says takes the place of what packages say. Its
    grants and the roles it names stand here too, with only what it says of them.
    """

    package: str
    with_package: str | None = None
    roles: Mapping[str, RoleDef] = field(default_factory=dict)
    grants: tuple[GrantDef, ...] = ()
    sharing_rules: Mapping[str, SharingRuleDef] = field(default_factory=dict)
    layer: Mapping[str, Any] = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)
