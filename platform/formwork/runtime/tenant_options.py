"""Options that an import adds to fields: a change of the tenant's own package, published like every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formwork.definitions.model import FieldChange, ObjectExtension, PackageContent, PackageDef
from formwork.publishing import Plan
from formwork.runtime.runtime import Runtime
from formwork.storage import Work
from formwork.transfer.options import NewOption

PACKAGE = "tenant"
"""The package that holds what a tenant has changed by itself; workspaces do not use its name."""


@dataclass(frozen=True, slots=True)
class TenantOptions:
    """An OptionMaker over the packages of the tenant at hand."""

    runtime: Runtime

    def try_on(self, work: Work, options: Sequence[NewOption]) -> Work:
        """The work under metadata with these options, nothing published. Adding options changes no table."""
        return work.with_snapshot(self._plan(work, options).snapshot)

    def publish(self, work: Work, options: Sequence[NewOption]) -> Work:
        """Publish them in this transaction; the note of the version names them."""
        work.unhurried()
        names = ", ".join(f"{one.object}.{one.field}: {one.label}" for one in options)
        return self.runtime.publish(work, self._plan(work, options), f"Options added by an import: {names}"[:200])

    def _plan(self, work: Work, options: Sequence[NewOption]) -> Plan:
        present = self.runtime.snapshots.packages(work)
        return self.runtime.plan(work, {PACKAGE: with_options(present, options)})


def with_options(present: Mapping[str, PackageContent], options: Sequence[NewOption]) -> PackageContent:
    """The tenant's own package with these options added to fields of other packages."""
    own = present.get(PACKAGE) or PackageContent(PackageDef(PACKAGE, "1.0.0", "Own additions"))
    needed = {_source(present, one) for one in options} - {PACKAGE}
    requires = {**{name: f">={present[name].manifest.version}" for name in sorted(needed)}, **own.manifest.requires}
    extensions = own.extensions
    for one in options:
        extensions = _extended(extensions, one)
    return replace(own, manifest=replace(own.manifest, requires=requires), extensions=extensions)


def _source(present: Mapping[str, PackageContent], option: NewOption) -> str:
    """The package that brings the field, which must come before the change of it."""
    for name, package in present.items():
        for one in package.objects:
            if one.name == option.object and option.field in one.fields:
                return name
        for extension in package.extensions:
            if extension.extends == option.object and option.field in extension.fields:
                return name
    raise KeyError(f"{option.object}.{option.field}")


def _extended(extensions: tuple[ObjectExtension, ...], option: NewOption) -> tuple[ObjectExtension, ...]:
    mine = next((one for one in extensions if one.extends == option.object and one.with_package is None), None)
    before = mine or ObjectExtension(option.object, PACKAGE)
    change = before.changes.get(option.field) or FieldChange(option.field, {})
    options = {**change.properties.get("options", {}), option.code: option.label}
    change = replace(change, properties={**change.properties, "options": options})
    after = replace(before, changes={**before.changes, option.field: change})
    return (*(one for one in extensions if one is not mine), after)
