"""What surrounds every page: tenant, person, navigation, look and notices."""

from dataclasses import dataclass, field

from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the navigation; `sub` are pinned views, shown under the current object."""

    label: str
    href: str
    icon: str = ""
    current: bool = False
    sub: tuple["NavItem", ...] = ()


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A headed run of navigation lines; the first group has no heading."""

    label: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """The reader, as the top bar shows them."""

    name: str
    initials: str
    hue: str = "violet"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A toast: what was done, with an optional way back. `undo` is the address that is posted to."""

    text: str
    tone: str = "ok"
    detail: str = ""
    undo: str = ""
    undo_label: str = ""
    href: str = ""
    href_label: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How this reader wants pages to look; kept in a cookie so that the first paint is right."""

    theme: str = ""
    """light, dark, or "" to follow the system."""
    density: str = "normal"
    rail: bool = False


@dataclass(frozen=True, slots=True)
class ShellView:
    """The frame of a page. `lang` is the BCP 47 tag of the page, `languages` the choices."""

    tenant: str
    app: str = ""
    lang: str = "en"
    person: Person | None = None
    groups: tuple[NavGroup, ...] = ()
    create: tuple[NavItem, ...] = ()
    links: tuple[NavItem, ...] = ()
    languages: tuple[Option, ...] = ()
    look: Look = field(default_factory=Look)
    notices: tuple[Notice, ...] = ()
    banner: str = ""
    factor_until: str = ""
    """Until when the reader may go on without the second factor they must have, blank where they need none."""
    viewing: str = ""
    """Whom the reader sees the application as, blank for themselves."""
