"""Packages laid over each other: objects with their extensions, layouts with theirs.

A field that refers to another package's object lives in that package's `extends` file, and an
extension that waits for an absent package is left out. Two packages adding one field or option is
a link error, so the order of packages never decides what a tenant gets. The tenant's own layer comes after all of
them and changes by key what any of them says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from formwork.catalog.field_kind import NO_SUCH_OBJECT
from formwork.catalog.findings import Findings
from formwork.catalog.layer.layout import lay_layout
from formwork.catalog.layer.object import lay_field, lay_object
from formwork.definitions.check_field import check_change
from formwork.definitions.layer import TENANT
from formwork.definitions.model import (
    LayoutDef,
    ObjectDef,
    ObjectExtension,
    PackageContent,
    PackageDef,
    Place,
)
from formwork.definitions.parse import apply_change
from formwork.definitions.version_range import fits
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import networkx
else:
    networkx = on_first_use("networkx")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Composition:
    """What the packages say together, before any name is resolved."""

    packages: tuple[PackageContent, ...]
    objects: Mapping[str, ObjectDef]
    layouts: Mapping[str, LayoutDef]
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(object, field) -> the package that brings the field."""


def compose(packages: Mapping[str, PackageContent], findings: Findings) -> Composition:
    """Order the packages by what they require and lay extensions over what they extend."""
    ordered = _in_order(packages, findings)
    objects: dict[str, ObjectDef] = {}
    origins: dict[tuple[str, str], str] = {}
    for package in ordered:
        for definition in package.objects:
            if definition.name in objects:
                other = objects[definition.name].package
                findings.at(
                    definition.source.at("object"),
                    "duplicate_object",
                    definition.name,
                    f"Package `{other}` already has an object `{definition.name}`.",
                    "Choose another name, or extend it with `extends:`.",
                )
                continue
            objects[definition.name] = definition
            origins.update({(definition.name, name): package.name for name in definition.fields})
    for package in ordered:
        for extension in package.extensions:
            if extension.with_package is None or extension.with_package in packages:
                base = objects.get(extension.extends)
                if base is None:
                    _report_absent(extension, objects, findings)
                else:
                    objects[base.name] = extend(base, extension, origins, findings)
    return Composition(ordered, objects, _layouts(ordered, packages, objects, findings), origins)


def _in_order(packages: Mapping[str, PackageContent], findings: Findings) -> tuple[PackageContent, ...]:
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(sorted(packages.keys() - {TENANT}))
    for name, package in packages.items():
        for required in package.manifest.requires if name != TENANT else ():
            if required == TENANT:
                findings.at(
                    package.manifest.source.at("requires", required),
                    "reserved_name",
                    f"requires.{required}",
                    f"Package `{name}` requires `{required}`, the name of each tenant's own layer.",
                    "Remove the requirement; a layer that others need is exported as a package.",
                )
            elif required in packages:
                graph.add_edge(required, name)
                _check_version(package, packages[required].manifest, findings)
            else:
                findings.at(
                    package.manifest.source.at("requires", required),
                    "missing_package",
                    f"requires.{required}",
                    f"Package `{name}` requires `{required}`, which is not in the workspace.",
                    findings.nearest(required, packages) or "Add the package or remove the requirement.",
                )
    try:
        order = list(networkx.lexicographical_topological_sort(graph))
    except networkx.NetworkXUnfeasible:
        cycle = [edge[0] for edge in networkx.find_cycle(graph)]
        findings.at(
            packages[cycle[0]].manifest.source.at("requires"),
            "package_cycle",
            "requires",
            f"Packages require each other in a circle: {' → '.join([*cycle, cycle[0]])}.",
            "Remove one of these requirements; use `enhances` for what is optional.",
        )
        order = sorted(packages.keys() - {TENANT})
    return tuple(packages[name] for name in (*order, *({TENANT} & packages.keys())))


def _check_version(package: PackageContent, there: PackageDef, findings: Findings) -> None:
    wanted = package.manifest.requires[there.name]
    if not fits(there.version, wanted):
        findings.at(
            package.manifest.source.at("requires", there.name),
            "wrong_version",
            f"requires.{there.name}",
            f"Package `{package.name}` requires `{there.name}` {wanted}, which is here as {there.version}.",
            f"Bring `{there.name}` into that range, or take a version of `{package.name}` that goes with it.",
        )


def _report_absent(extension: ObjectExtension, objects: Mapping[str, ObjectDef], findings: Findings) -> None:
    nearest = findings.nearest(extension.extends, objects)
    findings.at(
        extension.source.at("extends"),
        "unknown_object",
        "extends",
        f"There is no object `{extension.extends}` to extend.",
        nearest or NO_SUCH_OBJECT,
    )
    for name in (*extension.fields, *extension.changes, *extension.record_types):
        findings.lose(name, nearest.strip("`?").rpartition("`")[2])


def extend(
    base: ObjectDef, extension: ObjectExtension, origins: dict[tuple[str, str], str], findings: Findings
) -> ObjectDef:
    """An object with an extension laid over it; `origins` learns which package brings the added fields."""
    in_layer = extension.package == TENANT
    fields = dict(base.fields)
    for name, added in extension.fields.items():
        if name in fields:
            owner = origins.get((base.name, name), base.package)
            findings.at(
                added.source.at(),
                "duplicate_field",
                f"fields.{name}",
                f"`{base.name}` already has a field `{name}` from package `{owner}`.",
                "Choose another name, or leave out `type` to change properties of the existing field.",
            )
            continue
        fields[name] = added
        origins[(base.name, name)] = extension.package
    for name, change in extension.changes.items():
        if name not in fields:
            findings.at(
                change.source.at(),
                "unknown_field",
                f"fields.{name}",
                f"`{base.name}` has no field `{name}` to change, and a new field needs a `type`.",
                findings.choice(name, fields, "Correct the name, or add `type:` to make it a new field."),
            )
            continue
        fields[name] = lay_field(fields[name], change, findings) if in_layer else apply_change(fields[name], change)
        for fault in () if findings.trusts else check_change(fields[name], change):
            findings.at(Place(fault.file, fault.line, fault.column), fault.code, fault.path, fault.message, fault.mend)
    base = replace(base, fields=fields, retention=extension.retention or base.retention)
    if in_layer:
        return lay_object(base, extension, findings)
    return replace(
        base,
        validations=base.validations + extension.validations,
        unique=base.unique + extension.unique,
        indexes=base.indexes + extension.indexes,
        record_types={**base.record_types, **extension.record_types},
        features=tuple(dict.fromkeys(base.features + extension.features)),
    )


def _layouts(
    ordered: tuple[PackageContent, ...],
    packages: Mapping[str, PackageContent],
    objects: Mapping[str, ObjectDef],
    findings: Findings,
) -> dict[str, LayoutDef]:
    layouts: dict[str, LayoutDef] = {}
    extensions: list[LayoutDef] = []
    for package in ordered:
        for layout in package.layouts:
            if layout.with_package is not None and layout.with_package not in packages:
                continue
            if layout.object not in objects:
                findings.at(
                    layout.source.at("object"),
                    "unknown_object",
                    "object",
                    f"There is no object `{layout.object}` to lay out.",
                    findings.choice(layout.object, objects, NO_SUCH_OBJECT),
                )
            elif layout.extends or layout.object in layouts:
                extensions.append(layout)
            else:
                layouts[layout.object] = layout
    for extension in extensions:
        layouts[extension.object] = extend_layout(layouts.get(extension.object), extension, findings)
    return layouts


def extend_layout(base: LayoutDef | None, extension: LayoutDef, findings: Findings) -> LayoutDef:
    """A layout with an extension laid over it; the extension alone where there is none."""
    if extension.layer:
        return lay_layout(base, extension, findings)
    if base is None:
        return replace(extension, extends=False)
    forms = dict(base.forms)
    for name, form in extension.forms.items():
        old = forms.get(name)
        if old is None:
            forms[name] = form
            continue
        tabs = list(old.tabs)
        for tab in form.tabs:
            place = next((i for i, known in enumerate(tabs) if known.id == tab.id), None)
            if place is not None:
                known = tabs[place]
                tabs[place] = replace(
                    known,
                    sections=_insert(known.sections, tab.sections),
                    related=known.related + tab.related,
                )
            else:
                tabs = list(_insert(tuple(tabs), (tab,)))
        forms[name] = replace(old, header=tuple(dict.fromkeys(old.header + form.header))[:6], tabs=tuple(tabs))
    return replace(
        base,
        forms=forms,
        assign=extension.assign + base.assign,
        views={**base.views, **extension.views},
        prints={**base.prints, **extension.prints},
        quick=base.quick or extension.quick,
    )


def _insert(items: tuple[T, ...], added: tuple[T, ...]) -> tuple[T, ...]:
    """The items with each added one behind the key its `after` names, or at the end."""
    result = list(items)
    for item in added:
        anchor = getattr(item, "after", None)
        place = next((i for i, known in enumerate(result) if getattr(known, "id", None) == anchor), None)
        result.insert(len(result) if place is None else place + 1, item)
    return tuple(result)
