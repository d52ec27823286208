"""The menu a package brings."""

from dataclasses import dataclass, field

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry: an object, with the views shown beneath it."""

    object: str
    views: tuple[str, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """A group of the menu. Groups of several packages merge by `key`; `label` may come from any one."""

    key: str
    label: str = ""
    icon: str = ""
    items: tuple[NavigationItem, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NavigationDef:
    """metadata/<package>/navigation.yaml."""

    package: str
    groups: tuple[NavigationGroup, ...] = ()
    source: Source = field(default=NOWHERE, compare=False, repr=False)
