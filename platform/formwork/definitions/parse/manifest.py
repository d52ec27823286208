"""What stands in metadata/<package>: manifest, navigation, translations."""

from collections.abc import Iterator, Mapping
from typing import Any

from formwork.definitions.labels import label_of
from formwork.definitions.layer import TENANT
from formwork.definitions.navigation import NavigationDef, NavigationGroup, NavigationItem
from formwork.definitions.package import PackageDef
from formwork.definitions.package_test import Expectation, PackageTestDef
from formwork.definitions.parse.field import freeze
from formwork.definitions.source import Source
from formwork.definitions.translation import TranslationDef


def parse_package(data: Mapping[str, Any], package: str, source: Source) -> PackageDef:
    """The manifest of a checked mapping."""
    return PackageDef(
        name=data["package"],
        version=data["version"],
        label=data.get("label") or label_of(package),
        summary=data.get("summary", ""),
        requires=dict(data.get("requires", {})),
        enhances=tuple(data.get("enhances", ())),
        locales=tuple(data.get("locales", ("en",))),
        source=source,
    )


def parse_package_test(data: Mapping[str, Any], package: str, source: Source) -> PackageTestDef:
    """The expectations of a checked mapping."""
    expect = tuple(
        Expectation(one["object"], one["count"], one.get("where"), source.below("expect", index))
        for index, one in enumerate(data["expect"])
    )
    return PackageTestDef(data["test"], package, expect, source)


def parse_navigation(data: Mapping[str, Any], package: str, source: Source) -> NavigationDef:
    """The menu of a checked mapping."""
    groups = tuple(
        NavigationGroup(
            key=group["group"],
            label=group.get("label", ""),
            icon=group.get("icon", ""),
            items=tuple(
                parse_item(item, source.below("navigation", at, "items", index))
                for index, item in enumerate(group.get("items", ()))
            ),
            order=group.get("order"),
            source=source.below("navigation", at),
        )
        for at, group in enumerate(data["navigation"])
    )
    return NavigationDef(package, groups, freeze(data["navigation"]) if package == TENANT else (), source)


def parse_item(written: Any, source: Source) -> NavigationItem:
    """The entry of a checked value."""
    if isinstance(written, str):
        return NavigationItem(written, source=source)
    return NavigationItem(written["object"], tuple(written.get("views", ())), source)


def parse_translation(data: Mapping[str, Any], package: str, locale: str, source: Source) -> TranslationDef:
    """The texts of a checked mapping; a field that is only a text is its label."""
    return TranslationDef(package, locale, dict(_texts(data, ())), source)


def _texts(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in data.items():
        here = (*path, key)
        if not isinstance(value, str):
            yield from _texts(value, here)
        elif len(path) == 2 and path[1] == "fields":
            yield (*here, "label"), value
        else:
            yield here, value
