"""A package as the files an integrator would have written: one for each document, on the shelf of its kind."""

from collections.abc import Iterator
from typing import Any

from formwork.definitions.dump.document import dump_document
from formwork.definitions.dump.yaml_text import yaml_text
from formwork.definitions.workspace import SLOTS, PackageContent

_PLACES = {
    "object": "objects/{package}/{stem}",
    "layout": "layouts/{package}/{stem}",
    "permissions": "metadata/{package}/permissions",
    "navigation": "metadata/{package}/navigation",
    "translation": "metadata/{package}/translations/{stem}",
    "package_test": "metadata/{package}/tests/{stem}",
    "import": "metadata/{package}/imports/{stem}",
    "report": "metadata/{package}/reports/{stem}",
    "dashboard": "metadata/{package}/dashboards/{stem}",
    "mapping": "workflows/{package}/mappings/{stem}",
    "conversion": "workflows/{package}/mappings/{stem}",
    "workflow": "workflows/{package}/{stem}",
    "workflow_test": "workflows/{package}/tests/{stem}",
}
"""Kind -> its file without suffix; see `place_of`, which reads them."""


def package_files(package: PackageContent) -> dict[str, str]:
    """Path in a workspace -> text, for everything but seed records and the templates of prints.

    Loading the files gives the same definitions again, whatever files they came from. A package whose files are kept
    (the tenant's own) is those files.
    """
    if package.texts:
        return dict(sorted(package.texts.items()))
    name = package.name
    files = {f"metadata/{name}/package.yaml": yaml_text(dump_document(package.manifest)[1])}
    for slot in SLOTS:
        for definition in getattr(package, slot):
            kind, data = dump_document(definition)
            path = _PLACES[kind].format(package=name, stem=_stem(kind, definition, data))
            files[_free(path, files)] = yaml_text(data)
    files |= dict(_hooks(package))
    return dict(sorted(files.items()))


def _hooks(package: PackageContent) -> Iterator[tuple[str, str]]:
    if package.hooks:
        yield f"plugins/{package.name}/hooks.yaml", yaml_text(dump_document(package.hooks)[1])
        for hook in package.hooks:
            yield f"plugins/{package.name}/{hook.script}", hook.code


def _stem(kind: str, definition: Any, data: dict[str, Any]) -> str:
    """What a file is called: by what it defines or extends, and the package an extension waits for."""
    if kind == "translation":
        return str(definition.locale)
    if "extends" in data:
        return "_".join(filter(None, (data["extends"], data.get("with"))))
    return str(getattr(definition, "name", "") or data.get("object", kind))


def _free(path: str, files: dict[str, str]) -> str:
    """The path, counted on where an earlier document has it."""
    number = 1
    while f"{path}.yaml" in files:
        number += 1
        path = f"{path.removesuffix(f'_{number - 1}')}_{number}"
    return f"{path}.yaml"
