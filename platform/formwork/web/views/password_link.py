"""Asking for a link to choose a password, and the page it opens."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResetView:
    """The page that asks. `can_mail` is false where no mail server is set; `asked` after the form was sent."""

    can_mail: bool
    asked: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """The page of a link that works. `faults` are sentences by the name of their field."""

    action: str
    login: str
    name: str
    invited: bool
    faults: dict[str, str] = field(default_factory=dict)
    least: int = 8
    most: int = 128
