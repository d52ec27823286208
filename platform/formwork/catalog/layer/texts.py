"""Translations of all packages. A text the tenant's layer replaces is told by no package's translation any more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from formwork.definitions.layer import TENANT
from formwork.definitions.model import LayoutDef, ObjectExtension, PackageContent

Path = tuple[str, ...]
_OBJECT = ("label", "plural", "summary")
_FIELD = ("label", "help", "placeholder")


def texts_of(packages: Sequence[PackageContent]) -> dict[str, dict[Path, str]]:
    """Language to the texts by path, later packages over earlier ones."""
    texts: dict[str, dict[Path, str]] = {}
    for package in packages:
        if package.name == TENANT:
            replaced = set(_replaced(package))
            texts = {locale: {p: text for p, text in one.items() if p not in replaced} for locale, one in texts.items()}
        for translation in package.translations:
            texts.setdefault(translation.locale, {}).update(translation.texts)
    return texts


def _replaced(layer: PackageContent) -> Iterator[Path]:
    """The paths of every text the layer says itself."""
    for extension in layer.extensions:
        yield from _of_object(extension)
    for layout in layer.layouts:
        yield from _of_layout(layout)
    for menu in layer.navigation:
        yield from (("navigation", group["group"]) for group in menu.layer if "label" in group)
    for file in layer.permissions:
        for name, role in file.layer.get("roles", {}).items():
            if _says(role, "label"):
                yield "roles", name
            if _says(role, "summary"):
                yield "role_summaries", name
        yield from (("sharing_rules", rule["rule"]) for rule in file.layer.get("sharing_rules", ()) if "label" in rule)


def _of_object(extension: ObjectExtension) -> Iterator[Path]:
    name, said = extension.extends, extension.layer
    yield from ((name, key) for key in _OBJECT if key in said)
    for field, change in extension.changes.items():
        yield from ((name, "fields", field, key) for key in _FIELD if key in change.properties)
        options: Mapping[str, Any] = change.properties.get("options", {})
        yield from ((name, "fields", field, "options", code) for code, one in options.items() if _says(one, "label"))
    yield from ((name, "record_types", code) for code, one in _parts(said, "record_types") if _says(one, "label"))
    yield from ((name, "validations", rule["rule"]) for rule in said.get("validations", ()) if "message" in rule)


def _of_layout(layout: LayoutDef) -> Iterator[Path]:
    name, said = layout.object, layout.layer
    for shelf in ("views", "prints"):
        yield from ((name, shelf, key) for key, one in _parts(said, shelf) if "label" in one)
    for key, form in _parts(said, "forms"):
        for tab in form.get("tabs", ()) if key != "assign" else ():
            if "label" in tab:
                yield name, "tabs", tab["id"]
            sections = [one for one in tab.get("sections", ()) if "label" in one]
            yield from ((name, "sections", one.get("id") or one["detail"]) for one in sections)
            related = [one for one in tab.get("related", ()) if _says(one, "list") and "label" in one]
            yield from ((name, "related", one["list"]) for one in related)


def _parts(said: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
    yield from said.get(key, {}).items()


def _says(written: Any, key: str) -> bool:
    """Whether a part says a property; one that is only a text says its label."""
    return key == "label" if isinstance(written, str) else key in written
