"""How people sign in, as whoever administers sets it up."""

from dataclasses import dataclass, field

from formwork.web.views.rights import Holder
from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class FactorPolicyView:
    """Who must have a second factor, as a form. `asked` people must, of whom `without` (and `more`) have none yet.

    `own` is False while the installation's setting holds. `faults` are sentences by the name of their field.
    """

    who: tuple[Option, ...]
    roles: tuple[Option, ...]
    days: str
    most_days: int
    own: bool
    asked: int = 0
    without: tuple[Holder, ...] = ()
    more: int = 0
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignInView:
    """The page."""

    factor: FactorPolicyView
