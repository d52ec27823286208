"""Which kind of document stands where on the shelves."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

_METADATA = {"package": "package", "permissions": "permissions", "navigation": "navigation"}
_METADATA_FOLDERS = {
    "translations": "translation",
    "imports": "import",
    "reports": "report",
    "dashboards": "dashboard",
    "tests": "package_test",
}
_TEXT = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file on a shelf: `kind` is None for files that belong to another file (scripts, templates)."""

    shelf: str
    package: str
    stem: str
    suffix: str
    kind: str | None
    demo: bool = False


def place_of(name: str) -> FilePlace | None:
    """The place of `shelf/package/…`; None when nothing is kept there."""
    path = PurePosixPath(name)
    if len(path.parts) < 3:
        return None
    shelf, package, *folders = path.parts[:-1]
    kind = _kind(shelf, tuple(folders), path)
    if kind == "":
        return None
    return FilePlace(shelf, package, path.stem, path.suffix, kind, shelf == "seed" and "demo" in folders)


def _kind(shelf: str, folders: tuple[str, ...], path: PurePosixPath) -> str | None:
    """The kind, None for companions of a document, an empty text for files out of place."""
    text = path.suffix in _TEXT
    match shelf, folders:
        case "metadata", ():
            return _METADATA.get(path.stem, "") if text else ""
        case "metadata", (folder,) if text:
            return _METADATA_FOLDERS.get(folder, "")
        case "objects", () if text:
            return "object"
        case "layouts", ():
            return "layout" if text else None if path.suffix in (".html", ".css") else ""
        case "workflows", () if text:
            return "workflow"
        case "workflows", ("mappings",) if text:
            return "mapping"
        case "workflows", ("tests",) if text:
            return "workflow_test"
        case "plugins", ():
            return "hooks" if text and path.stem == "hooks" else None if path.suffix == ".py" else ""
        case "seed", () | ("demo",):
            return "seed" if text or path.suffix == ".csv" else ""
    return ""


def kind_of(place: FilePlace, data: Any) -> str | None:
    """The kind once the document is read: mappings and conversions share a folder."""
    if place.kind == "mapping" and isinstance(data, dict) and "conversion" in data:
        return "conversion"
    return place.kind
