"""Where each effective property of an object comes from: the package that says it last, or the tenant's own layer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formwork.definitions.documents import about
from formwork.definitions.dump.document import dump_document
from formwork.definitions.layer import TENANT
from formwork.definitions.leaves import Path, leaves
from formwork.definitions.model import PackageContent

OBJECT, LAYOUT, RIGHTS = "object", "layout", "permissions"


@dataclass(frozen=True, slots=True)
class Origin:
    """One property of an object: its path below `area`, and the packages that say it, the last of which holds.

    `area` is `object`, `layout` or `permissions`; `path` has dots, `fields.status.options.draft.label`.
    """

    area: str
    path: str
    packages: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        """True where the tenant's own layer has the say."""
        return self.packages[-1] == TENANT


def origins_of(packages: Sequence[PackageContent], object: str) -> tuple[Origin, ...]:
    """Every property anybody says of an object, its layout and the grants on it, in the order of paths.

    `packages` are in the order they are laid over each other, see `Snapshot.index`.
    """
    found: dict[tuple[str, Path], list[str]] = {}
    present = {package.name for package in packages}
    for package in packages:
        for area, path in _said(package, object, present):
            saying = found.setdefault((area, path), [])
            if package.name not in saying:
                saying.append(package.name)
    return tuple(Origin(area, ".".join(path), tuple(found[area, path])) for area, path in sorted(found))


def _said(package: PackageContent, object: str, present: set[str]) -> Iterator[tuple[str, Path]]:
    for area, documents in ((OBJECT, package.objects), (OBJECT, package.extensions), (LAYOUT, package.layouts)):
        for definition in _of_object(documents, object):
            waits = getattr(definition, "with_package", None)
            if waits is None or waits in present:
                yield from ((area, path) for path in leaves(dump_document(definition)[1]))
    for file in package.permissions:
        if file.with_package is None or file.with_package in present:
            grants: Mapping[str, Any] = dump_document(file)[1].get("grants", {})
            mine = {role: {object: objects[object]} for role, objects in grants.items() if object in objects}
            yield from ((RIGHTS, path) for path in leaves({"grants": mine}) if mine)


def _of_object(documents: Sequence[Any], object: str) -> Iterator[Any]:
    """The definitions about an object; of those that wait in their stored form no other is made."""
    for at, name in enumerate(about(documents)):
        if name == object:
            yield documents[at]
