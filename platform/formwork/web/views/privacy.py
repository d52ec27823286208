"""Personal data: the search for a person, what belongs to them, and what was anonymised."""

from dataclasses import dataclass

from formwork.web.views.listing import Empty


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A record that may be the person's. `key` is `object:id`; `chosen` when it is one of theirs for sure."""

    key: str
    title: str
    label: str
    icon: str
    hue: str
    href: str
    chosen: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class DoneLine:
    """An anonymisation: what it was about, how far it is, who asked for it and when."""

    title: str
    detail: str
    state: str
    done: bool


@dataclass(frozen=True, slots=True)
class PrivacyView:
    """The search page."""

    text: str = ""
    found: tuple[FoundLine, ...] = ()
    done: tuple[DoneLine, ...] = ()
    due: tuple[tuple[str, str], ...] = ()
    """Objects whose records are kept for a time, and what the next night lets go of them."""
    error: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person. `changes` says in how many records of which objects something changes."""

    title: str
    records: tuple[FoundLine, ...]
    others: tuple[FoundLine, ...]
    changes: tuple[tuple[str, str], ...]
    word: str
    error: str = ""
