"""A workspace folder or zip to its packages, every problem at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from formwork.definitions.check import check_document
from formwork.definitions.finding import Finding
from formwork.definitions.layer import TENANT
from formwork.definitions.layer_kinds import schema_of
from formwork.definitions.lost import Lost
from formwork.definitions.object import ObjectDef
from formwork.definitions.package import LAYER, PackageDef
from formwork.definitions.parse.document import parse_checked
from formwork.definitions.place_of_file import FilePlace, kind_of, place_of
from formwork.definitions.reading.csv_text import read_csv
from formwork.definitions.reading.document import Document
from formwork.definitions.reading.json_text import read_json
from formwork.definitions.reading.shelves import WorkspaceFiles, ZipFiles, open_files
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.definitions.salvage import names_in, salvage
from formwork.definitions.workspace import PackageContent, Workspace

_SLOTS = {
    "layout": "layouts",
    "permissions": "permissions",
    "navigation": "navigation",
    "translation": "translations",
    "seed": "seeds",
    "mapping": "mappings",
    "conversion": "conversions",
    "import": "imports",
    "workflow": "workflows",
    "workflow_test": "workflow_tests",
    "report": "reports",
    "package_test": "tests",
    "dashboard": "dashboards",
}


def load_workspace(path: Path) -> Workspace:
    """Every package of a folder or zip with all findings, both in a fixed order.

    Packages that have findings hold what could be read. Raises Malformed when `path` is no workspace.
    """
    return load_files(open_files(path))


def load_files(files: WorkspaceFiles) -> Workspace:
    """As `load_workspace`, from files that are already open."""
    loader = _Loader(files)
    for name in files.names():
        loader.read(name)
    return loader.workspace()


def load_texts(texts: Mapping[str, str]) -> Workspace:
    """As `load_workspace`, from texts by their paths in a workspace."""
    return load_files(ZipFiles({path: text.encode("utf-8", "surrogatepass") for path, text in texts.items()}))


class _Loader:
    def __init__(self, files: WorkspaceFiles) -> None:
        self._files = files
        self._names = frozenset(files.names())
        self._parts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self._manifests: dict[str, PackageDef] = {}
        self._seen: dict[str, str] = {}
        self._findings: list[Finding] = []
        self._lost: frozenset[Lost] = frozenset()

    def read(self, name: str) -> None:
        place = place_of(name)
        if place is None:
            self._note(
                name, "misplaced_file", "Nothing is kept in a file of this name here.", "Move, rename or remove it."
            )
            return
        self._seen.setdefault(place.package, name)
        if place.kind is None:
            return
        document = self._document(name, place)
        self._findings.extend(document.findings)
        if document.data is None:
            if not document.findings:
                self._note(name, "empty_file", "The file is empty.", "Fill or remove it.")
            elif place.suffix != ".csv":
                self._lost |= names_in(self._files.read(name).decode("utf-8", "replace"), place.stem)
            return
        kind = kind_of(place, document.data) or ""
        sound = self._sound_part(schema_of(kind, document.data, place.package), document)
        if sound.data is None:
            return
        definition, findings = parse_checked(
            kind, sound.data, place.package, sound.source, locale=place.stem, scripts=self._scripts(kind, place)
        )
        self._findings.extend(findings)
        if definition is not None:
            self._keep(kind, place, definition)

    def _sound_part(self, kind: str, document: Document) -> Document:
        mistakes = check_document(kind, document)
        if not mistakes:
            return document
        self._findings.extend(mistake.finding for mistake in mistakes)
        rest = salvage(document, mistakes, lambda edited: check_document(kind, edited))
        self._lost |= rest.lost
        return rest.document

    def workspace(self) -> Workspace:
        for package in sorted(set(self._seen) - set(self._manifests)):
            manifest = f"metadata/{package}/package.yaml"
            if package == TENANT:
                self._manifests[package] = LAYER
                continue
            if manifest not in self._names:
                message = f"Package `{package}` has no manifest."
                self._note(
                    self._seen[package], "no_manifest", message, f"Write {manifest}, or move the file to a package."
                )
            self._manifests[package] = PackageDef(package, "0.0.0", package)
        packages = {
            name: PackageContent(
                manifest,
                **{slot: tuple(found) for slot, found in self._parts[name].items()},
                texts=self._texts() if name == TENANT else {},
            )
            for name, manifest in sorted(self._manifests.items())
        }
        return Workspace(packages, tuple(sorted(set(self._findings))), self._lost)

    def _texts(self) -> dict[str, str]:
        """The files of the tenant's own package; data of records is no metadata."""
        places = {name: place_of(name) for name in self._names}
        own = [name for name, place in places.items() if place and place.package == TENANT and place.shelf != "seed"]
        return {name: self._files.read(name).decode("utf-8", "replace") for name in sorted(own)}

    def _document(self, name: str, place: FilePlace) -> Document:
        raw = self._files.read(name)
        if place.suffix == ".csv":
            return read_csv(raw, name, place.stem)
        return read_json(raw, name) if place.suffix == ".json" else read_yaml(raw, name)

    def _scripts(self, kind: str, place: FilePlace) -> dict[str, str]:
        if kind != "hooks":
            return {}
        folder = f"plugins/{place.package}/"
        scripts = [name for name in self._names if name.startswith(folder) and name.endswith(".py")]
        return {name.removeprefix(folder): self._files.read(name).decode("utf-8", "replace") for name in scripts}

    def _keep(self, kind: str, place: FilePlace, definition: Any) -> None:
        parts = self._parts[place.package]
        match kind:
            case "package":
                self._keep_manifest(place, definition)
            case "object":
                parts["objects" if isinstance(definition, ObjectDef) else "extensions"].append(definition)
            case "hooks":
                parts["hooks"].extend(definition)
            case "seed":
                written = place.suffix == ".csv"
                parts["seeds"].append(replace(definition, demo=definition.demo or place.demo, written=written))
            case _:
                parts[_SLOTS[kind]].append(definition)

    def _keep_manifest(self, place: FilePlace, manifest: PackageDef) -> None:
        self._manifests[place.package] = manifest
        if manifest.name != place.package:
            at = manifest.source.at("package")
            message = f"The package is called `{manifest.name}`, its folder `{place.package}`."
            mend = "Give both one name, on every shelf."
            self._findings.append(Finding(at.file, at.line, at.column, "package", "package_name", message, mend))

    def _note(self, name: str, code: str, message: str, mend: str) -> None:
        self._findings.append(Finding(name, 1, 1, "", code, message, mend))
