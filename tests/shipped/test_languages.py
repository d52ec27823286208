"""The shipped packages speak every language they name."""

from collections.abc import Iterator

import pytest

from formwork.definitions.model import FieldDef, LayoutDef, ObjectDef, ObjectExtension, PackageContent
from tests.support.tenants import shipped

PAIRS = [(name, locale) for name, package in shipped().items() for locale in package.manifest.locales if locale != "en"]

TextPath = tuple[str, ...]


def _field(owner: str, field: FieldDef) -> Iterator[TextPath]:
    here = (owner, "fields", field.name)
    yield (*here, "label")
    if field.help:
        yield (*here, "help")
    if " " in field.placeholder:  # words; a code or a pattern is the same everywhere
        yield (*here, "placeholder")
    for code in field.settings.get("options", {}):
        yield (*here, "options", code)


def _objects(package: PackageContent) -> Iterator[TextPath]:
    for definition in package.objects:
        yield from ((definition.name, key) for key in ("label", "plural"))
        if definition.summary:
            yield (definition.name, "summary")
        if definition.master is not None:
            yield (definition.name, "fields", definition.master.field, "label")
    parts: list[tuple[str, ObjectDef | ObjectExtension]] = [(one.name, one) for one in package.objects]
    parts += [(one.extends, one) for one in package.extensions]
    for owner, part in parts:
        for field in part.fields.values():
            yield from _field(owner, field)
        yield from ((owner, "record_types", code) for code in part.record_types)
        yield from ((owner, "validations", rule.name) for rule in part.validations)


def _layout(layout: LayoutDef) -> Iterator[TextPath]:
    yield from ((layout.object, "views", name) for name in layout.views)
    for form in layout.forms.values():
        for tab in form.tabs:
            if tab.label:
                yield (layout.object, "tabs", tab.id)
            yield from ((layout.object, "sections", section.id) for section in tab.sections if section.label)
            yield from ((layout.object, "related", related.list) for related in tab.related if related.label)


def _wanted(package: PackageContent) -> Iterator[TextPath]:
    yield from _objects(package)
    for layout in package.layouts:
        yield from _layout(layout)
    for menu in package.navigation:
        yield from (("navigation", group.key) for group in menu.groups if group.label)
    for file in package.permissions:
        yield from (("roles", name) for name in file.roles)
        yield from (("sharing_rules", name) for name in file.sharing_rules)
        yield from (("role_summaries", name) for name, role in file.roles.items() if role.summary)
    yield from (("mappings", one.name) for one in package.mappings if one.label)
    yield from (("conversions", one.name) for one in package.conversions)


@pytest.mark.parametrize(("package", "locale"), PAIRS, ids=str)
def test_every_label_is_translated(package: str, locale: str) -> None:
    known: set[TextPath] = set()
    for content in shipped().values():
        for translation in content.translations:
            if translation.locale == locale:
                known |= set(translation.texts)
    missing = sorted({".".join(path) for path in _wanted(shipped()[package]) if path not in known})
    assert not missing, f"{len(missing)} texts of {package} have no {locale} translation: {missing[:20]}"


@pytest.mark.parametrize(("package", "locale"), PAIRS, ids=str)
def test_no_translation_is_of_something_gone(package: str, locale: str) -> None:
    wanted = {path for content in shipped().values() for path in _wanted(content)}
    owners = {path[0] for path in wanted}
    for translation in shipped()[package].translations:
        if translation.locale == locale:
            parts = {"fields", "views", "tabs", "sections", "related", "record_types", "validations"}
            checked = [p for p in translation.texts if len(p) > 2 and p[1] in parts and p[0] in owners]
            gone = [".".join(p) for p in checked if p not in wanted and p[-1] != "placeholder"]
            assert not gone, f"translations of what no longer exists: {gone[:20]}"
