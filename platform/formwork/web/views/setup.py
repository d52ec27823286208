"""The page that lists what can be set up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetupPage:
    """One page of setup: its address, name, what it is for in a phrase, and its icon."""

    href: str
    label: str
    text: str
    icon: str = "gear"


@dataclass(frozen=True, slots=True)
class SetupView:
    """The pages this reader may open."""

    pages: tuple[SetupPage, ...]
