"""From packages to a Snapshot: lay them over each other, resolve every name, check every expression.

`link` never stops at the first problem; a Snapshot is made only when no finding is an error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from formwork.catalog.checker import Checker
from formwork.catalog.compose import Composition, compose
from formwork.catalog.currencies import Currencies
from formwork.catalog.field_kind import FieldKinds, actor_types
from formwork.catalog.findings import Findings
from formwork.catalog.graph import order_derivations
from formwork.catalog.index import Index, features_of, pointers_of, readers_of
from formwork.catalog.layer.menu import menu_of
from formwork.catalog.layer.texts import texts_of
from formwork.catalog.link_fields import FieldLinker
from formwork.catalog.link_layouts import check_layouts
from formwork.catalog.link_lists import link_lists
from formwork.catalog.link_mappings import Mappings, check_mappings
from formwork.catalog.link_names import check_names
from formwork.catalog.link_parents import check_parents
from formwork.catalog.link_rights import link_rights
from formwork.catalog.link_rules import link_object
from formwork.catalog.object import ListSpec, ObjectSpec
from formwork.catalog.reuse import Reuse
from formwork.catalog.rights import Rights
from formwork.catalog.scope import ObjectNames, Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.catalog.words import field_handle, list_handle
from formwork.definitions.lost import Lost
from formwork.definitions.model import (
    DETAIL_LACKS,
    NOWHERE,
    SYSTEM_FIELDS,
    FieldDef,
    Finding,
    ObjectDef,
    PackageContent,
)
from formwork.definitions.stored import documents_hash, dump_packages
from formwork.expressions import Kind
from formwork.fieldtypes.base import FieldType

NOTHING_LINKED = Snapshot(version="", packages={}, objects={}, vocabulary=Vocabulary({}), rights=Rights())
"""What there is before the first version."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The answer of `link`: a Snapshot when nothing is wrong, and every finding."""

    snapshot: Snapshot | None
    findings: tuple[Finding, ...]


def link(
    packages: Mapping[str, PackageContent],
    field_types: Mapping[str, FieldType],
    *,
    version: str | None = None,
    previous: Snapshot = NOTHING_LINKED,
    lost: Iterable[Lost] = (),
) -> Linked:
    """Link packages and check everything. `version` is the content's hash when the caller already knows it.

    Objects of the `previous` Snapshot that no change concerns are taken over as they are, checked before.
    The absence of a `lost` name (written, but faulty) is not told again.
    """
    findings = Findings(lost)
    composition = compose(packages, findings)
    features = features_of(composition.objects)
    fields = {name: fields_of(definition) for name, definition in composition.objects.items()}
    kinds = FieldKinds(composition.objects, fields, field_types, findings, features)
    currencies = Currencies(composition.objects, fields, kinds, findings)
    check_names(composition.objects, fields, findings)
    lists = link_lists(composition.objects, fields, kinds, findings)
    reuse = Reuse(previous, composition.objects, fields, lists, currencies.bearers)
    vocabulary = Vocabulary(
        {
            name: reuse.names(name) or names_of(fields[name], lists[name], name, kinds, currencies)
            for name in composition.objects
        },
        actor_types(kinds, fields),
    )
    reuse.compare(vocabulary)
    linker = FieldLinker(composition, kinds, currencies, field_types, Checker(vocabulary, findings))
    objects, taken = _link_objects(composition, fields, lists, linker, reuse, findings)
    specs = {name: spec.fields for name, spec in objects.items()}
    rights = link_rights(composition, specs, vocabulary, findings)
    check_parents(objects, findings)
    derivations = order_derivations(objects, findings)
    is_known = reuse.only_adds and previous.rights.roles.keys() <= rights.roles.keys()
    check_layouts(composition, objects, vocabulary, rights, findings, known=taken if is_known else ())
    mappings = check_mappings(composition, specs, vocabulary, findings)
    if findings.has_errors:
        return Linked(None, findings.all)
    index = Index(
        order=tuple(package.name for package in composition.packages),
        features=features,
        lists={name: own for name, own in lists.items() if own},
        twins=_twins(fields), bearers=currencies.bearers, pointers=pointers_of(objects), derivations=derivations,
    )  # fmt: skip
    version = version or documents_hash(dump_packages(packages))
    snapshot = assemble(version, composition, objects, vocabulary, rights, mappings, index, findings)
    return Linked(snapshot, findings.all)


def _link_objects(
    composition: Composition,
    fields: Mapping[str, Mapping[str, FieldDef]],
    lists: Mapping[str, Mapping[str, ListSpec]],
    linker: FieldLinker,
    reuse: Reuse,
    findings: Findings,
) -> tuple[dict[str, ObjectSpec], set[str]]:
    """Every object, and the names of those that were taken over from the version before."""
    objects: dict[str, ObjectSpec] = {}
    taken: set[str] = set()
    for name, definition in composition.objects.items():
        layout = composition.layouts.get(name)
        kept = reuse.object(name, layout)
        if kept is None:
            specs = linker.link_all(definition, fields[name])
            objects[name] = link_object(definition, specs, lists[name], layout, linker.checker, findings)
        else:
            objects[name] = kept
            taken.add(name)
    return objects, taken


def _twins(fields: Mapping[str, Mapping[str, FieldDef]]) -> dict[str, tuple[str, ...]]:
    """The fields that have twins, by object."""
    found = {name: tuple(one.twin_of for one in own.values() if one.twin_of) for name, own in fields.items()}
    return {name: names for name, names in found.items() if names}


def names_of(
    fields: Mapping[str, FieldDef],
    lists: Mapping[str, ListSpec],
    object: str,
    kinds: FieldKinds,
    currencies: Currencies,
) -> ObjectNames:
    """What an object offers to expressions."""
    return ObjectNames(
        {
            key: field_handle(key, kind, currencies.of(object, key) if kind.type.kind is Kind.MONEY else "")
            for key in fields
            if (kind := kinds.kind_of(object, key)) is not None
        },
        {key: list_handle(spec) for key, spec in lists.items()},
    )


def assemble(
    version: str,
    composition: Composition,
    objects: Mapping[str, ObjectSpec],
    vocabulary: Vocabulary,
    rights: Rights,
    mappings: Mappings,
    index: Index,
    findings: Findings,
) -> Snapshot:
    """The Snapshot of linked parts."""
    return Snapshot(
        version=version,
        packages={package.name: package.manifest for package in composition.packages},
        objects=objects,
        vocabulary=vocabulary,
        rights=rights,
        derivations=index.derivations,
        readers=readers_of(index.derivations),
        navigation=menu_of(composition.packages, composition.objects, findings),
        texts=texts_of(composition.packages),
        seeds=tuple(seed for package in composition.packages for seed in package.seeds),
        mappings=mappings[0],
        conversions=mappings[1],
        imports=mappings[2],
        index=index,
    )


def fields_of(definition: ObjectDef) -> dict[str, FieldDef]:
    """An object's fields: its master field, its own, and the system fields after them."""
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
                renamed_from=master.renamed_from,
                column=master.column,
                settings={"to": master.to, "on_delete": "cascade", "filter": None, "inverse": None},
                source=definition.source.below("master") if definition.source is not NOWHERE else NOWHERE,
            ),
            **own,
        }
    lacks = DETAIL_LACKS if master is not None else frozenset()
    return {**own, **{key: one for key, one in SYSTEM_FIELDS.items() if key not in lacks and key not in own}}
