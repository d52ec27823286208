"""What a tenant made itself as a package under a name of its own, which other tenants can install.

New objects, fields, rules, views and rights go along. What takes something of another package away, moves or renames
it is for this tenant alone: packages add to each other and cannot say it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formwork.catalog import Snapshot
from formwork.catalog.reuse import reads_of
from formwork.definitions import load_files, package_files
from formwork.definitions.dump.yaml_text import yaml_text
from formwork.definitions.edit import set_value
from formwork.definitions.edit.yaml_edit import remove_parts
from formwork.definitions.layer import MANIFEST, TENANT
from formwork.definitions.layer_kinds import says_more
from formwork.definitions.leaves import Path, leaves, removals
from formwork.definitions.model import PackageContent
from formwork.definitions.place_of_file import place_of
from formwork.definitions.reading.shelves import ZipFiles
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.kernel import Invalid, NotFound, Problem
from formwork.publishing.refusal import invalid_metadata
from formwork.publishing.upgrade import name_of, parts_together, place_in

_WORDS = frozenset({"hidden", "after"})
_NOTHING = (False, "none", "hidden")
"""Rights that take something away."""


@dataclass(frozen=True, slots=True)
class OwnWork:
    """The files of the package by their paths, its definitions, and the keys of what stays with the tenant."""

    files: Mapping[str, str]
    content: PackageContent
    left: tuple[str, ...]


def own_work(
    packages: Mapping[str, PackageContent], snapshot: Snapshot, name: str, *, label: str = "", version: str = "1.0.0",
    leave_out: bool = False,
) -> OwnWork:  # fmt: skip
    """The tenant's own work as package `name`, with the packages it needs as its requirements.

    Raises NotFound `unknown_package` where the tenant made nothing, Invalid `reserved_name` for a name that is taken,
    and `only_layer` naming what no package can say, unless that is left out.
    """
    layer = packages.get(TENANT)
    if layer is None:
        raise NotFound("This tenant has made nothing itself yet.", code="unknown_package")
    if name in packages:
        raise Invalid(f"`{name}` is installed here already. Choose another name.", code="reserved_name")
    others = {key: one for key, one in packages.items() if key != TENANT}
    sorter = _Sorter(parts_together(others), {one.name for one in layer.objects})
    files: dict[str, str] = {}
    for path, text in package_files(layer).items():
        kept = sorter.sorted(path, text)
        if kept is not None and path != MANIFEST:
            files[path.replace(f"/{TENANT}/", f"/{name}/", 1)] = kept
    if sorter.left and not leave_out:
        problems = [Problem(f"/{key}", "only_layer", f"Only your own layer can say `{key}`.") for key in sorter.left]
        raise Invalid(
            f"{len(sorter.left)} things change what other packages say and cannot be in a package. Leave them out, or "
            "take them back first.",
            code="only_layer",
            problems=problems,
        )
    needed = _needed(layer, others, snapshot)
    manifest = {
        "package": name, "version": version, "label": label or layer.manifest.label,
        "requires": {one: f"^{others[one].manifest.version}" for one in sorted(needed)},
        "locales": list(layer.manifest.locales),
    }  # fmt: skip
    files[f"metadata/{name}/package.yaml"] = yaml_text(manifest)
    return OwnWork(dict(sorted(files.items())), _read(files, name), tuple(sorter.left))


def _read(files: Mapping[str, str], name: str) -> PackageContent:
    read = load_files(ZipFiles({path: text.encode() for path, text in files.items()}))
    errors = [finding for finding in read.findings if finding.severity == "error"]
    if errors:
        raise invalid_metadata(errors)
    return read.packages[name]


class _Sorter:
    """Takes out of the layer's documents what no package can say, and notes its keys."""

    def __init__(self, known: set[tuple[str, str, Path]], own: set[str]) -> None:
        self._known = known
        self._own = own
        self.left: list[str] = []

    def sorted(self, path: str, text: str) -> str | None:
        """The document as a package can have it; None when nothing is left."""
        place = place_of(path)
        data: Any = read_yaml(text.encode("utf-8"), path).data if place is not None and place.kind else None
        if place is None or not says_more(place.kind or "", data, TENANT):
            return text
        area, about = place_in(place.kind or "", data, place.stem)
        said = leaves(data)
        gone = {leaf for leaf, value in said.items() if self._stays(area, about, leaf, value)}
        self.left += [name_of((area, about, leaf)) for leaf in sorted(gone)]
        steps = removals(data, gone.__contains__)
        if steps is None:
            return None
        text = remove_parts(text, steps) if steps else text
        features = data.get("features")
        if isinstance(features, Mapping) and any(features.values()):
            text = set_value(text, ("features",), [word for word, holds in features.items() if holds])
        return text

    def _stays(self, area: str, about: str, leaf: Path, value: Any) -> bool:
        """Whether a leaf is for this tenant alone."""
        match area:
            case "object":
                return self._of_object(about, leaf, value)
            case "layout":
                return (leaf[-1] in _WORDS and not self._is_new_part(about, leaf)) or self._is_known(about, leaf)
            case "permissions":
                return self._of_rights(leaf, value)
        return leaf[-1] in _WORDS or (area, about, leaf[:4] if "items" in leaf else leaf[:2]) in self._known

    def _of_object(self, about: str, leaf: Path, value: Any) -> bool:
        match leaf[0]:
            case "fields":
                return leaf[-1] == "hidden" or (leaf[2:3] == ("options",) and leaf[-1] == "after")
            case "record_types" | "validations" | "unique" | "indexes":
                return leaf[-1] in _WORDS or ("object", about, leaf[:2]) in self._known
            case "features":
                return value is False
        return leaf[0] != "retention"

    def _is_new_part(self, about: str, leaf: Path) -> bool:
        """Whether a tab or section of the layer's own is placed, which packages can do."""
        return leaf[0] == "forms" and leaf[-1] == "after" and leaf[-3] in ("tabs", "sections") and (
            ("layout", about, leaf[:-1]) not in self._known
        )  # fmt: skip

    def _is_known(self, about: str, leaf: Path) -> bool:
        """Whether a leaf of a layout changes a part that a package has."""
        if leaf[0] != "forms" or leaf[1:2] == ("assign",):
            return leaf[0] == "quick" or ("layout", about, leaf[:2]) in self._known
        ends = [leaf.index(word) + 2 for word in ("related", "sections", "tabs", "header") if word in leaf[2:]]
        inner = leaf[: max(ends, default=2)]
        return ("layout", about, inner) in self._known

    def _of_rights(self, leaf: Path, value: Any) -> bool:
        if leaf[0] != "grants":
            return leaf[-1] in _WORDS or ("permissions", "", leaf[:2]) in self._known
        return leaf[2] not in self._own and value in _NOTHING


def _needed(layer: PackageContent, others: Mapping[str, PackageContent], snapshot: Snapshot) -> set[str]:
    """The packages that bring what the layer extends, reads, points at, grants and places."""
    objects = {one.extends for one in layer.extensions} | {one.object for one in layer.layouts}
    objects |= {grant.object for file in layer.permissions for grant in file.grants}
    objects |= {item.object for menu in layer.navigation for group in menu.groups for item in group.items}
    own = [field for one in layer.objects for field in snapshot.objects[one.name].fields.values()]
    own += [snapshot.objects[one.extends].fields[name] for one in layer.extensions for name in one.fields]
    objects |= {target for field in own for target in field.targets}
    read = {pair for field in own for pair in reads_of(field)}
    objects |= {object for object, _ in read}
    needed = {snapshot.objects[object].package for object in objects if object in snapshot.objects}
    for package in others.values():
        brought = {(one.extends, field) for one in package.extensions for field in one.fields}
        roles = {role for file in package.permissions for role in file.roles}
        if brought & read or roles & {grant.role for file in layer.permissions for grant in file.grants}:
            needed.add(package.name)
    return needed - {TENANT}
