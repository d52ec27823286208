"""The menu a package brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry: an object, with the views shown beneath it."""

    object: str
    views: tuple[str, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """A group of the menu. Groups of several packages merge by `key`; `label` and `order` may come from any one.

    `order` is the group's place, smallest first; None leaves it to the order of the packages.
    """

    key: str
    label: str = ""
    icon: str = ""
    items: tuple[NavigationItem, ...] = ()
    order: int | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NavigationDef:
    """metadata/<package>/navigation.yaml. `layer` are the groups of the tenant's own layer as written."""

    package: str
    groups: tuple[NavigationGroup, ...] = ()
    layer: tuple[Mapping[str, Any], ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)
