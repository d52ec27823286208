"""From packages to a Snapshot: lay them over each other, resolve every name, check every expression.

`link` never stops at the first problem; a Snapshot is made only when no finding is an error.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from formwork.catalog.compose import Composition, compose
from formwork.catalog.currencies import Currencies
from formwork.catalog.field_kind import FieldKinds, actor_types
from formwork.catalog.findings import Findings
from formwork.catalog.graph import order_derivations
from formwork.catalog.link_fields import link_fields
from formwork.catalog.link_layouts import check_layouts
from formwork.catalog.link_lists import link_lists
from formwork.catalog.link_mappings import check_mappings
from formwork.catalog.link_rights import link_rights
from formwork.catalog.link_rules import link_objects
from formwork.catalog.scope import ObjectNames, Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.catalog.words import field_handle, list_handle
from formwork.definitions.model import (
    DETAIL_LACKS,
    NOWHERE,
    SYSTEM_FIELDS,
    FieldDef,
    Finding,
    NavigationGroup,
    PackageContent,
)
from formwork.expressions import Kind
from formwork.fieldtypes.base import FieldType


@dataclass(frozen=True, slots=True)
class Linked:
    """The answer of `link`: a Snapshot when nothing is wrong, and every finding."""

    snapshot: Snapshot | None
    findings: tuple[Finding, ...]


def link(
    packages: Mapping[str, PackageContent], field_types: Mapping[str, FieldType], *, version: str | None = None
) -> Linked:
    """Link packages. `version` is the content's hash when the caller already knows it."""
    findings = Findings()
    composition = compose(packages, findings)
    fields = all_fields(composition)
    kinds = FieldKinds(composition.objects, fields, field_types, findings)
    currencies = Currencies(composition.objects, fields, kinds, findings)
    lists = link_lists(composition.objects, fields, kinds, findings)
    vocabulary = Vocabulary(
        {
            name: ObjectNames(
                {
                    key: field_handle(key, kind, currencies.of(name, key) if kind.type.kind is Kind.MONEY else "")
                    for key in fields[name]
                    if (kind := kinds.kind_of(name, key)) is not None
                },
                {key: list_handle(spec) for key, spec in lists[name].items()},
            )
            for name in composition.objects
        },
        actor_types(kinds, fields),
    )
    specs = link_fields(composition, fields, kinds, currencies, field_types, vocabulary, findings)
    objects = link_objects(composition, specs, lists, vocabulary, findings)
    rights = link_rights(composition, objects, vocabulary, findings)
    derivations, readers = order_derivations(objects, findings)
    check_layouts(composition, objects, vocabulary, rights, findings)
    mappings, conversions, imports = check_mappings(composition, objects, vocabulary, findings)
    if findings.has_errors:
        return Linked(None, findings.all)
    snapshot = Snapshot(
        version=version or content_hash(packages),
        packages={package.name: package.manifest for package in composition.packages},
        objects=objects,
        vocabulary=vocabulary,
        rights=rights,
        derivations=derivations,
        readers=readers,
        navigation=_navigation(composition),
        texts=_texts(composition),
        seeds=tuple(seed for package in composition.packages for seed in package.seeds),
        mappings=mappings,
        conversions=conversions,
        imports=imports,
    )
    return Linked(snapshot, findings.all)


def all_fields(composition: Composition) -> dict[str, dict[str, FieldDef]]:
    """Every object's fields: its own, its master field, and the system fields after them."""
    result: dict[str, dict[str, FieldDef]] = {}
    for name, definition in composition.objects.items():
        own = dict(definition.fields)
        master = definition.master
        if master is not None and master.field not in own:
            label = master.label or master.field.replace("_", " ").capitalize()
            own = {
                master.field: FieldDef(
                    master.field,
                    "master_detail",
                    label,
                    required=True,
                    index=True,
                    settings={"to": master.to, "on_delete": "cascade", "filter": None, "inverse": None},
                    source=definition.source.below("master") if definition.source is not NOWHERE else NOWHERE,
                ),
                **own,
            }
        lacks = DETAIL_LACKS if master is not None else frozenset()
        system = {key: value for key, value in SYSTEM_FIELDS.items() if key not in lacks and key not in own}
        result[name] = {**own, **system}
    return result


def content_hash(packages: Mapping[str, PackageContent]) -> str:
    """A hash of everything the packages say, the same on every machine."""
    digest = hashlib.sha256()
    for name in sorted(packages):
        digest.update(repr(packages[name]).encode())
    return digest.hexdigest()


def _navigation(composition: Composition) -> tuple[NavigationGroup, ...]:
    groups: dict[str, NavigationGroup] = {}
    for package in composition.packages:
        for definition in package.navigation:
            for group in definition.groups:
                known = groups.get(group.key)
                groups[group.key] = (
                    group
                    if known is None
                    else NavigationGroup(
                        group.key, known.label or group.label, known.icon or group.icon, known.items + group.items
                    )
                )
    return tuple(
        NavigationGroup(g.key, g.label, g.icon, tuple(i for i in g.items if i.object in composition.objects))
        for g in groups.values()
    )


def _texts(composition: Composition) -> dict[str, dict[tuple[str, ...], str]]:
    texts: dict[str, dict[tuple[str, ...], str]] = {}
    for package in composition.packages:
        for translation in package.translations:
            texts.setdefault(translation.locale, {}).update(translation.texts)
    return texts
