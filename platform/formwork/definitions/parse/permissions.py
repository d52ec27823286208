"""Roles, grants, sharing rules."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.labels import label_of
from formwork.definitions.layer import TENANT
from formwork.definitions.parse.field import freeze
from formwork.definitions.permissions import (
    VERBS,
    GrantDef,
    PermissionsDef,
    RoleDef,
    SharingRuleDef,
    TypeGrant,
    VerbGrant,
)
from formwork.definitions.source import Source


def parse_permissions(data: Mapping[str, Any], package: str, source: Source) -> PermissionsDef:
    """The rights of a checked mapping."""
    layer = freeze(data) if package == TENANT else {}
    return PermissionsDef(
        package=package,
        with_package=data.get("with"),
        roles={name: parse_role(name, one, source.below("roles", name)) for name, one in data.get("roles", {}).items()},
        grants=tuple(
            _grant(role, target, one, source.below("grants", role, target))
            for role, objects in data.get("grants", {}).items()
            for target, one in objects.items()
        ),
        sharing_rules={
            one["rule"]: SharingRuleDef(
                one["rule"], one["object"], one["when"], one.get("label", ""), source.below("sharing_rules", index)
            )
            for index, one in enumerate(() if layer else data.get("sharing_rules", ()))
        },
        layer=layer,
        source=source,
    )


def parse_role(name: str, written: Any, source: Source) -> RoleDef:
    """The role of a checked value; in the tenant's layer it may leave out its label."""
    if isinstance(written, str):
        return RoleDef(name, written, source=source)
    return RoleDef(
        name=name,
        label=written.get("label") or label_of(name),
        includes=switched_on(written.get("includes", ())),
        summary=written.get("summary", ""),
        manage_all=written.get("manage_all", False),
        portal=written.get("portal", False),
        source=source,
    )


def _grant(role: str, target: str, data: Mapping[str, Any], source: Source) -> GrantDef:
    return GrantDef(
        role=role,
        object=target,
        verbs={verb: _verb(data[verb]) for verb in VERBS if verb in data},
        fields=dict(data.get("fields", {})),
        actions=switched_on(data.get("actions", ())),
        record_types={
            code: TypeGrant(one.get("use", True), dict(one.get("fields", {})))
            for code, one in data.get("record_types", {}).items()
        },
        source=source,
    )


def switched_on(written: Any) -> tuple[str, ...]:
    """The words of a list, or those of a mapping that hold."""
    return tuple(word for word in written if not isinstance(written, Mapping) or written[word])


def _verb(written: Any) -> VerbGrant:
    match written:
        case bool():
            return VerbGrant(("all",) if written else ("none",))
        case str():
            return VerbGrant((written,))
        case list() | tuple():
            return VerbGrant(tuple(written))
    return VerbGrant(_verb(written["scope"]).scopes, written.get("when"))
