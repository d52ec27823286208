"""Roles, grants, sharing rules."""

from collections.abc import Mapping
from typing import Any

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
    return PermissionsDef(
        package=package,
        with_package=data.get("with"),
        roles={name: _role(name, one, source.below("roles", name)) for name, one in data.get("roles", {}).items()},
        grants=tuple(
            _grant(role, target, one, source.below("grants", role, target))
            for role, objects in data.get("grants", {}).items()
            for target, one in objects.items()
        ),
        sharing_rules={
            one["rule"]: SharingRuleDef(
                one["rule"], one["object"], one["when"], one.get("label", ""), source.below("sharing_rules", index)
            )
            for index, one in enumerate(data.get("sharing_rules", ()))
        },
        source=source,
    )


def _role(name: str, written: Any, source: Source) -> RoleDef:
    if isinstance(written, str):
        return RoleDef(name, written, source=source)
    return RoleDef(
        name=name,
        label=written["label"],
        includes=tuple(written.get("includes", ())),
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
        actions=tuple(data.get("actions", ())),
        record_types={
            code: TypeGrant(one.get("use", True), dict(one.get("fields", {})))
            for code, one in data.get("record_types", {}).items()
        },
        source=source,
    )


def _verb(written: Any) -> VerbGrant:
    match written:
        case bool():
            return VerbGrant(("all",) if written else ("none",))
        case str():
            return VerbGrant((written,))
        case list() | tuple():
            return VerbGrant(tuple(written))
    return VerbGrant(_verb(written["scope"]).scopes, written.get("when"))
