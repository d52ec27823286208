"""The tenant layer: what a tenant made and changed itself, a package among the others, kept as files."""

from collections.abc import Mapping

from formwork.definitions.place_of_file import place_of
from formwork.definitions.reading.yaml_text import read_yaml

TENANT = "tenant"
"""The package of the tenant layer; nobody else's package is called so."""
MANIFEST = f"metadata/{TENANT}/package.yaml"
FIRST_MANIFEST = f"package: {TENANT}\nversion: 1.0.0\nlabel: Made here\n"
"""The manifest of a layer nobody wrote one for."""
_COMPANIONS = (".html", ".css", ".py")


def with_manifest(files: Mapping[str, str]) -> dict[str, str]:
    """The files of a layer with its manifest."""
    return {MANIFEST: FIRST_MANIFEST, **files}


def why_no_document(path: str, text: str) -> str:
    """Why a layer cannot keep this text under this path, blank when it can.

    What stands in it is judged with everything else when the draft is checked; it only must be readable.
    """
    place = place_of(path)
    if place is None or place.package != TENANT or place.shelf == "seed" or ".." in path:
        return (
            f"The tenant's own documents lie below its name on their shelves, such as `objects/{TENANT}/<object>.yaml`."
        )
    if place.kind is None:
        return "" if path.endswith(_COMPANIONS) else "This is no script and no template."
    if not path.endswith(".yaml"):
        return "Documents of the tenant layer are YAML: let the path end with `.yaml`."
    read = read_yaml(text.encode("utf-8"), path)
    if read.findings:
        return str(read.findings[0])
    return "" if isinstance(read.data, dict) else f"{path}:1:1: A document is a mapping of keys."
