"""The menu of all packages: groups merge by key and stand by their order, under what the tenant's layer says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from formwork.catalog.findings import Findings
from formwork.catalog.layer.layout import hidden_views, layouts_of_layer
from formwork.catalog.layer.parts import Said, lay, listed, moved
from formwork.definitions.model import NavigationDef, NavigationGroup, NavigationItem, PackageContent
from formwork.definitions.parse.manifest import parse_item

UNPLACED = 100
"""Where a group of the menu stands that says no `order`."""
_GROUP = ("label", "icon", "order")


def menu_of(
    packages: Sequence[PackageContent], objects: Mapping[str, Any], findings: Findings
) -> tuple[NavigationGroup, ...]:
    """The groups with the entries whose objects are there."""
    groups: dict[str, NavigationGroup] = {}
    said: list[Said] = []
    for package in packages:
        for definition in package.navigation:
            if definition.layer:
                said += listed(definition.layer, definition.source.below("navigation"), "group")
            else:
                _merge(groups, definition.groups)
    groups = lay(
        groups, (_without_after(one) for one in said), lambda known, one: _group(known, one, findings), findings
    )
    ordered = {
        group.key: group
        for group in sorted(groups.values(), key=lambda one: UNPLACED if one.order is None else one.order)
    }
    for one in said:
        if one.key in ordered:
            ordered = moved(ordered, one, findings)
    away = hidden_views(layouts_of_layer(packages))
    return tuple(replace(group, items=_shown(group, objects, away)) for group in ordered.values())


def menus_of(packages: Sequence[PackageContent]) -> Iterable[NavigationDef]:
    """Every menu that is written, what the layer hides left out of it."""
    for package in packages:
        for definition in package.navigation:
            if not definition.layer:
                yield definition
                continue
            hidden = {group["group"] for group in definition.layer if group.get("hidden")}
            yield replace(definition, groups=tuple(one for one in definition.groups if one.key not in hidden))


def _merge(groups: dict[str, NavigationGroup], added: Iterable[NavigationGroup]) -> None:
    for group in added:
        known = groups.get(group.key)
        groups[group.key] = (
            group
            if known is None
            else replace(
                known,
                label=known.label or group.label,
                icon=known.icon or group.icon,
                items=known.items + group.items,
                order=group.order if known.order is None else known.order,
            )
        )


def _without_after(one: Said) -> Said:
    """Groups are moved when they stand in their order."""
    return replace(one, body={key: value for key, value in one.body.items() if key != "after"})


def _group(known: NavigationGroup | None, one: Said, findings: Findings) -> NavigationGroup:
    group = known or NavigationGroup(one.key, source=one.source)
    items = {item.object: item for item in group.items}
    said = listed(one.body.get("items", ()), one.source.below("items"), "object")
    return replace(
        group,
        **{key: one.body[key] for key in _GROUP if key in one.body},
        items=tuple(lay(items, said, _item, findings).values()),
    )


def _item(known: NavigationItem | None, one: Said) -> NavigationItem:
    if known is None:
        return parse_item(one.properties, one.source)
    return replace(known, views=tuple(one.body.get("views", known.views)), source=one.source)


def _shown(
    group: NavigationGroup, objects: Mapping[str, Any], away: Mapping[str, frozenset[str]]
) -> tuple[NavigationItem, ...]:
    return tuple(
        replace(item, views=tuple(name for name in item.views if name not in away.get(item.object, ())))
        for item in group.items
        if item.object in objects
    )
