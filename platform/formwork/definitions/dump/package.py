"""What stands in metadata/<package> as it is written."""

from typing import Any

from formwork.definitions.dump.field import thaw
from formwork.definitions.dump.object import filled
from formwork.definitions.navigation import NavigationDef
from formwork.definitions.package import PackageDef
from formwork.definitions.package_test import PackageTestDef
from formwork.definitions.permissions import GrantDef, PermissionsDef, TypeGrant, VerbGrant
from formwork.definitions.translation import TranslationDef


def dump_package(manifest: PackageDef) -> dict[str, Any]:
    """The mapping that gives this manifest when parsed."""
    return filled(
        package=manifest.name,
        version=manifest.version,
        label=manifest.label,
        summary=manifest.summary,
        requires=manifest.requires,
        enhances=manifest.enhances,
        locales=manifest.locales,
    )


def dump_package_test(test: PackageTestDef) -> dict[str, Any]:
    """The mapping that gives these expectations when parsed."""
    expect = [{**filled(object=one.object, where=one.where), "count": one.count} for one in test.expect]
    return {"test": test.name, "expect": expect}


def dump_navigation(navigation: NavigationDef) -> dict[str, Any]:
    """The mapping that gives this menu when parsed."""
    if navigation.layer:
        return {"navigation": thaw(navigation.layer)}
    return {
        "navigation": [
            filled(
                group=group.key,
                label=group.label,
                icon=group.icon,
                order=group.order,
                items=[filled(object=item.object, views=item.views) for item in group.items],
            )
            for group in navigation.groups
        ]
    }


def dump_permissions(rights: PermissionsDef) -> dict[str, Any]:
    """The mapping that gives these rights when parsed."""
    if rights.layer:
        return {key: thaw(one) for key, one in rights.layer.items()}
    grants: dict[str, dict[str, Any]] = {}
    for grant in rights.grants:
        grants.setdefault(grant.role, {})[grant.object] = _grant(grant)
    head = {"with": rights.with_package} if rights.with_package else {}
    return head | filled(
        roles={
            name: filled(
                label=role.label,
                includes=role.includes,
                summary=role.summary,
                manage_all=role.manage_all,
                portal=role.portal,
            )
            for name, role in rights.roles.items()
        },
        grants=grants,
        sharing_rules=[
            filled(rule=rule.name, object=rule.object, when=rule.when, label=rule.label)
            for rule in rights.sharing_rules.values()
        ],
    )


def _grant(grant: GrantDef) -> dict[str, Any]:
    verbs = {verb: _verb(rows) for verb, rows in grant.verbs.items()}
    types = {code: _type(one) for code, one in grant.record_types.items()}
    return verbs | filled(fields=grant.fields, actions=grant.actions, record_types=types)


def _type(one: TypeGrant) -> dict[str, Any]:
    return ({} if one.use else {"use": False}) | filled(fields=one.fields)


def _verb(rows: VerbGrant) -> Any:
    scopes: Any = rows.scopes[0] if len(rows.scopes) == 1 else thaw(rows.scopes)
    return scopes if rows.when is None else {"scope": scopes, "when": rows.when}


def dump_translation(translation: TranslationDef) -> dict[str, Any]:
    """The nested mapping that gives these texts when parsed."""
    nested: dict[str, Any] = {}
    for path, text in translation.texts.items():
        here = nested
        for step in path[:-1]:
            here = here.setdefault(step, {})
        here[path[-1]] = text
    return nested
