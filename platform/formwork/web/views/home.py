"""The start page, preferences, search results and problem pages."""

from dataclasses import dataclass

from formwork.web.views.listing import Empty
from formwork.web.views.record import Action
from formwork.web.views.security import ProviderLine
from formwork.web.views.shown import Option, Shown


@dataclass(frozen=True, slots=True)
class Line:
    """One record in a block or a result list."""

    title: str
    href: str
    icon: str = ""
    hue: str = "grey"
    detail: str = ""
    end: str = ""
    end_title: str = ""
    mark: Shown | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A card of the start page or a group of search results."""

    id: str
    label: str
    icon: str
    lines: tuple[Line, ...]
    all: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class HomeView:
    """The start page."""

    heading: str
    text: str
    blocks: tuple[Block, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class SearchView:
    """Results of the global search, grouped by object."""

    query: str
    groups: tuple[Block, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class PreferencesView:
    """What a person may set for themselves."""

    languages: tuple[Option, ...]
    timezones: tuple[Option, ...]
    themes: tuple[Option, ...]
    densities: tuple[Option, ...]
    shortcuts: bool = True
    saved: bool = False


@dataclass(frozen=True, slots=True)
class ProblemView:
    """An error page: what happened, why, what to do, and a reference for support."""

    status: int
    title: str
    text: str
    icon: str = "alert"
    hue: str = "red"
    actions: tuple[Action, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class LoginView:
    """The sign-in page."""

    tenant: str
    action: str
    email: str = ""
    error: str = ""
    next: str = ""
    notice: str = ""
    providers: tuple[ProviderLine, ...] = ()
