"""Rights under the tenant's layer: what it says of a role and object takes the place of what packages grant."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from formwork.catalog.findings import Findings
from formwork.catalog.layer.parts import Said, is_sound, lay, listed, named, switched
from formwork.catalog.rights import Grant
from formwork.definitions.model import GrantDef, PermissionsDef, RoleDef, SharingRuleDef, TypeGrant
from formwork.definitions.parse.permissions import parse_role

_NOTHING = ("none",)


def lay_roles(roles: Mapping[str, RoleDef], files: Iterable[PermissionsDef], findings: Findings) -> dict[str, RoleDef]:
    """Roles changed and added by the layer."""

    def change(known: RoleDef | None, one: Said) -> RoleDef:
        if known is None:
            return parse_role(one.key, one.properties, one.source)
        properties = one.properties
        if "includes" in properties:
            properties["includes"] = switched(known.includes, properties["includes"])
        return replace(known, **properties, source=one.source)

    found = dict(roles)
    for file in files:
        found = lay(found, named(file.layer.get("roles", {}), file.source.below("roles")), change, findings)
    return found


def lay_rules(
    rules: Mapping[str, SharingRuleDef], files: Iterable[PermissionsDef], findings: Findings
) -> tuple[dict[str, SharingRuleDef], frozenset[str]]:
    """Sharing rules changed and added by the layer, and the names of those it hides: grants go on naming them."""

    def change(known: SharingRuleDef | None, one: Said) -> SharingRuleDef | None:
        before = {} if known is None else {"object": known.object, "when": known.when, "label": known.label}
        data = {**{key: value for key, value in before.items() if value}, **one.properties}
        if not is_sound(findings, "permissions", "rule", data, one.source):
            return known
        return SharingRuleDef(one.key, data["object"], data["when"], data.get("label", ""), one.source)

    found = dict(rules)
    for file in files:
        said = listed(file.layer.get("sharing_rules", ()), file.source.below("sharing_rules"), "rule")
        found = lay(found, said, change, findings)
    return found, frozenset(rules) - frozenset(found)


def without_rules(grant: GrantDef, hidden: frozenset[str]) -> GrantDef:
    """The grant without the rows of sharing rules that are hidden; a verb that is left without any is gone."""
    if not hidden:
        return grant
    away = {f"rule:{name}" for name in hidden}
    kept = {
        verb: replace(rows, scopes=tuple(one for one in rows.scopes if one not in away))
        for verb, rows in grant.verbs.items()
    }
    return replace(grant, verbs={verb: rows for verb, rows in kept.items() if rows.scopes})


def overrule(known: Grant | None, said: Grant, written: Mapping[str, Any]) -> Grant:
    """The grant of a role and object under what the layer says of it, linked in `said` and as `written`.

    A verb, the level of a field and what is said of a record type stand instead of what packages say; a verb that
    reaches nothing is gone.
    """
    before = known or Grant(said.role, said.object)
    verbs = {
        verb: rights
        for verb, rights in {**before.verbs, **said.verbs}.items()
        if any(right.scopes != _NOTHING for right in rights)
    }
    types = dict(before.record_types)
    for code, one in said.record_types.items():
        usual = types.get(code, TypeGrant())
        use = one.use if "use" in written.get("record_types", {}).get(code, {}) else usual.use
        types[code] = TypeGrant(use, {**usual.fields, **one.fields})
    actions = switched(before.actions, written.get("actions", ()))
    return Grant(said.role, said.object, verbs, {**before.fields, **said.fields}, actions, types)
