"""A Snapshot from its stored checked form: nothing is checked again, and each object is linked when it is first used.

What linking could only learn from all objects together lies in the Index beside the documents. Everything else
an object needs it finds in its own documents and in those of the objects its expressions reach.
"""

from collections.abc import Callable, Mapping
from threading import RLock

from formwork.catalog.checker import Checker
from formwork.catalog.compose import Composition, extend, extend_layout
from formwork.catalog.currencies import Currencies, with_twins
from formwork.catalog.field_kind import FieldKinds, actor_types
from formwork.catalog.findings import Findings
from formwork.catalog.index import Index
from formwork.catalog.link import assemble, fields_of, names_of
from formwork.catalog.link_fields import FieldLinker
from formwork.catalog.link_mappings import check_mappings
from formwork.catalog.link_rights import link_rights
from formwork.catalog.link_rules import link_object
from formwork.catalog.made import Made
from formwork.catalog.object import ObjectSpec
from formwork.catalog.scope import Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.documents import about
from formwork.definitions.model import FieldDef, LayoutDef, ObjectDef, ObjectExtension, PackageContent
from formwork.fieldtypes.base import FieldType


def link_stored(
    packages: Mapping[str, PackageContent], index: Index, field_types: Mapping[str, FieldType], version: str
) -> Snapshot:
    """The Snapshot of packages that were linked and found sound before they were stored with this index."""
    findings, lock = Findings(trusts=True), RLock()
    composition, layout_of = _compose(packages, index, lock)
    objects = composition.objects

    def fields_with_twins(name: str) -> dict[str, FieldDef]:
        own = plain[name]
        twins = [twin_maker.twin(name, own[base]) for base in index.twins.get(name, ())]
        return with_twins(own, {one.name: one for one in twins}) if twins else own

    def link_one(name: str) -> ObjectSpec:
        specs = linker.link_all(objects[name], fields[name])
        return link_object(objects[name], specs, lists[name], layout_of(name), checker, findings)

    plain = Made(objects, lambda name: fields_of(objects[name]), lock)
    fields = Made(objects, fields_with_twins, lock)
    lists = {name: index.lists.get(name, {}) for name in objects}
    kinds = FieldKinds(objects, fields, field_types, findings, index.features)
    plain_kinds = FieldKinds(objects, plain, field_types, findings, index.features)
    twin_maker = Currencies(objects, plain, plain_kinds, findings, bearers=index.bearers)
    currencies = Currencies(objects, fields, kinds, findings, bearers=index.bearers)
    names = Made(objects, lambda name: names_of(fields[name], lists[name], name, kinds, currencies), lock)
    vocabulary = Vocabulary(names, actor_types(kinds, fields))
    checker = Checker(vocabulary, findings)
    linker = FieldLinker(composition, kinds, currencies, field_types, checker)
    rights = link_rights(composition, fields, vocabulary, findings)
    mappings = check_mappings(composition, fields, vocabulary, findings)
    specs = Made(objects, link_one, lock)
    return assemble(version, composition, specs, vocabulary, rights, mappings, index, findings)


def _compose(
    packages: Mapping[str, PackageContent], index: Index, lock: RLock
) -> tuple[Composition, Callable[[str], LayoutDef | None]]:
    """The packages laid over each other object by object, and the layout of an object."""
    ordered = tuple(packages[name] for name in index.order)
    bases: dict[str, tuple[PackageContent, int]] = {}
    extensions: dict[str, list[ObjectExtension]] = {}
    layouts: dict[str, list[tuple[PackageContent, int]]] = {}
    for package in ordered:
        for at, name in enumerate(about(package.objects)):
            bases[name] = (package, at)
        for at, name in enumerate(about(package.layouts)):
            layouts.setdefault(name, []).append((package, at))
    for package in ordered:
        for extension in package.extensions:
            if extension.with_package is None or extension.with_package in packages:
                extensions.setdefault(extension.extends, []).append(extension)

    def compose_object(name: str) -> ObjectDef:
        package, at = bases[name]
        made = package.objects[at]
        for extension in extensions.get(name, ()):
            made = extend(made, extension, {}, Findings(trusts=True))
        return made

    def compose_layout(name: str) -> LayoutDef | None:
        found = [package.layouts[at] for package, at in layouts.get(name, ())]
        found = [one for one in found if one.with_package is None or one.with_package in packages]
        base = next((one for one in found if not one.extends), None)
        made = base
        for one in found:
            if one is not base:
                made = extend_layout(made, one, Findings(trusts=True))
        return made

    return Composition(ordered, Made(bases, compose_object, lock), {}), compose_layout
