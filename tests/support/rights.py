"""The lending library under other rights: one linked Snapshot for each set of grants."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from uuid import UUID

from formwork.catalog import Snapshot
from formwork.catalog.link import link
from formwork.definitions.model import GrantDef, PermissionsDef, RoleDef, SharingRuleDef
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import Actor
from tests.support.tenants import LIBRARY, packages_of


def library_with(
    grants: Iterable[GrantDef],
    rules: Mapping[str, tuple[str, str]] | None = None,
    roles: Mapping[str, RoleDef] | None = None,
) -> Snapshot:
    """The library's Snapshot with these grants instead of its own; `rules` maps a name to (object, condition).

    Every role a grant names exists; `roles` says more about some. A second grant of a role on an object stands in a
    file of its own, since one file cannot say both.
    """
    files: list[dict[tuple[str, str], GrantDef]] = [{}]
    for grant in grants:
        place = (grant.role, grant.object)
        if all(place in file for file in files):
            files.append({})
        next(file for file in files if place not in file)[place] = grant
    first, *rest = (tuple(file.values()) for file in files)
    packages = dict(packages_of((LIBRARY,)))
    permissions = PermissionsDef(
        "library",
        roles={**{one.role: RoleDef(one.role, one.role) for one in first}, **(roles or {})},
        grants=first,
        sharing_rules={name: SharingRuleDef(name, object, when) for name, (object, when) in (rules or {}).items()},
    )
    others = [PermissionsDef("library", grants=more) for more in rest]
    packages["library"] = replace(packages["library"], permissions=(permissions, *others))
    linked = link(packages, FIELD_TYPES, previous=_library())
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


@cache
def _library() -> Snapshot:
    """The library with its own rights, of which every other one takes over what does not hang on them."""
    linked = link(packages_of((LIBRARY,)), FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


def person(user: UUID, *roles: str, scopes: Iterable[str] | None = None, **owners: Iterable[UUID]) -> Actor:
    """An actor with roles; `owners` says whose rows a scope stands for, `own` being the user's by default."""
    whose = {"own": frozenset({user}), **{scope: frozenset(ids) for scope, ids in owners.items()}}
    return Actor(
        user=user,
        name="somebody",
        roles=frozenset(roles),
        owners=whose,
        attributes={"id": user},
        scopes=None if scopes is None else frozenset(scopes),
    )
