"""Roles, grants and sharing rules with every name resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from formwork.catalog.checker import Checker
from formwork.catalog.compose import Composition
from formwork.catalog.field_kind import NO_SUCH_OBJECT
from formwork.catalog.findings import Findings
from formwork.catalog.layer.rights import lay_roles, lay_rules, overrule, without_rules
from formwork.catalog.link_record_types import check_types, merge_types
from formwork.catalog.rights import Grant, Rights, SharingRule, VerbRight
from formwork.catalog.scope import Vocabulary
from formwork.definitions.model import SCOPES, GrantDef, RoleDef, SharingRuleDef
from formwork.expressions.types import BOOLEAN

RULE_PREFIX = "rule:"


def link_rights(
    composition: Composition, fields: Mapping[str, Mapping[str, object]], vocabulary: Vocabulary, findings: Findings
) -> Rights:
    """The rights of all packages together; grants for a role and object in several files add up.

    What the tenant's layer says of one takes the place of what they say.
    """
    checker = Checker(vocabulary, findings)
    present = {package.name for package in composition.packages}
    files = [
        file
        for package in composition.packages
        for file in package.permissions
        if file.with_package is None or file.with_package in present
    ]
    layer = [file for file in files if file.layer]
    roles = {name: role for file in files if not file.layer for name, role in file.roles.items()}
    roles = lay_roles(roles, layer, findings)
    written = {name: rule for file in files for name, rule in file.sharing_rules.items()}
    written, hidden = lay_rules(written, layer, findings)
    rules = _rules(written.values(), fields, checker, findings)
    grants: dict[tuple[str, str], Grant] = {}
    for file in files:
        for grant in file.grants:
            linked = _grant(without_rules(grant, hidden), roles, rules, fields, checker, findings)
            check_types(grant, composition.objects, findings)
            if linked is None:
                continue
            key = (linked.role, linked.object)
            if file.layer:
                grants[key] = overrule(grants.get(key), linked, file.layer["grants"][grant.role][grant.object])
            else:
                grants[key] = _merge(grants[key], linked) if key in grants else linked
    closure = {name: _closure(name, roles, findings) for name in roles}
    _require_portal(roles, closure, findings)
    return Rights(roles, closure, grants, rules)


def _rules(
    written: Iterable[SharingRuleDef],
    fields: Mapping[str, Mapping[str, object]],
    checker: Checker,
    findings: Findings,
) -> dict[str, SharingRule]:
    rules: dict[str, SharingRule] = {}
    for rule in written:
        if rule.object not in fields:
            findings.at(
                rule.source.at("object"),
                "unknown_object",
                f"sharing_rules.{rule.name}",
                f"There is no object `{rule.object}`.",
                findings.choice(rule.object, fields, NO_SUCH_OBJECT),
            )
            findings.lose(RULE_PREFIX + rule.name)
            continue
        when = checker.check(rule.when, rule.object, rule.source, ("when",), expect=BOOLEAN, sql=True)
        if when is None:
            findings.lose(RULE_PREFIX + rule.name)
        else:
            rules[rule.name] = SharingRule(rule.name, rule.object, when, rule.label)
    return rules


def _grant(
    grant: GrantDef,
    roles: Mapping[str, RoleDef],
    rules: Mapping[str, SharingRule],
    fields: Mapping[str, Mapping[str, object]],
    checker: Checker,
    findings: Findings,
) -> Grant | None:
    path = f"grants.{grant.role}.{grant.object}"
    above = replace(grant.source, base=grant.source.base[:-1])
    for name, known, what, source in (
        (grant.role, roles, "role", above), (grant.object, fields, "object", grant.source),
    ):  # fmt: skip
        if name not in known:
            findings.at(
                source.at(),
                f"unknown_{what}",
                path if what == "object" else f"grants.{grant.role}",
                f"There is no {what} `{name}`.",
                findings.choice(name, known, f"Name a {what} that is there, or remove the grant."),
            )
            return None
    for name in grant.fields:
        if name not in fields[grant.object]:
            findings.at(
                grant.source.at("fields", name),
                "unknown_field",
                f"{path}.fields.{name}",
                f"There is no field `{name}` on `{grant.object}`.",
                findings.choice(name, fields[grant.object], f"Name a field of `{grant.object}`."),
            )
    verbs: dict[str, tuple[VerbRight, ...]] = {}
    for verb, written in grant.verbs.items():
        for scope in written.scopes:
            rule = scope.removeprefix(RULE_PREFIX)
            scopes = [*SCOPES, *(RULE_PREFIX + name for name in rules)]
            if scope not in SCOPES and (not scope.startswith(RULE_PREFIX) or rule not in rules):
                findings.at(
                    grant.source.at(verb),
                    "unknown_scope",
                    f"{path}.{verb}",
                    f"There is no scope `{scope}`.",
                    findings.choice(scope, scopes, f"Known are {', '.join(scopes)}."),
                )
        when = None
        if written.when:
            when = checker.check(written.when, grant.object, grant.source, (verb, "when"), expect=BOOLEAN, sql=True)
        verbs[verb] = (VerbRight(written.scopes, when),)
    return Grant(grant.role, grant.object, verbs, grant.fields, grant.actions, grant.record_types)


def _merge(first: Grant, second: Grant) -> Grant:
    verbs = dict(first.verbs)
    for verb, rights in second.verbs.items():
        verbs[verb] = tuple(dict.fromkeys(verbs.get(verb, ()) + rights))
    return Grant(
        first.role,
        first.object,
        verbs,
        {**first.fields, **second.fields},
        tuple(dict.fromkeys(first.actions + second.actions)),
        merge_types(first.record_types, second.record_types),
    )


def _require_portal(roles: Mapping[str, RoleDef], closure: Mapping[str, frozenset[str]], findings: Findings) -> None:
    """A role for people of other organisations brings no right that is not for them."""
    for name, role in roles.items():
        if not role.portal:
            continue
        for inner in sorted(closure[name]):
            if roles[inner].manage_all or not roles[inner].portal:
                findings.at(
                    role.source.at("portal"),
                    "not_for_portal",
                    f"roles.{name}.portal",
                    f"`{name}` is marked for the portal and contains `{inner}`, which is not for people outside.",
                    "Leave that role out, or take the mark `portal` away.",
                )


def _closure(name: str, roles: Mapping[str, RoleDef], findings: Findings) -> frozenset[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        role = waiting.pop()
        if role in found:
            continue
        if role not in roles:
            owner = roles[name]
            findings.at(
                owner.source.at("includes"),
                "unknown_role",
                f"roles.{name}.includes",
                f"There is no role `{role}`.",
                findings.choice(role, roles, "Name a role that is there, or remove this one."),
            )
            continue
        found.add(role)
        waiting.extend(roles[role].includes)
    return frozenset(found)
