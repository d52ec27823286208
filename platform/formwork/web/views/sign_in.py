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
class ProviderRow:
    """A sign-in provider in the list; `off` while it lets nobody in."""

    href: str
    label: str
    detail: str
    off: bool


@dataclass(frozen=True, slots=True)
class SignInView:
    """The page."""

    factor: FactorPolicyView
    providers: tuple[ProviderRow, ...] = ()


@dataclass(frozen=True, slots=True)
class ProviderFormView:
    """A provider as a form. `address` is where it is kept, `back` what is registered at the provider.

    `makes` says that people of `domains` are made at their first sign-in, with the roles chosen in `roles`. `is_new`
    has no name yet. `faults` are sentences by the name of their field.
    """

    address: str
    back: str
    values: dict[str, str]
    roles: tuple[Option, ...]
    makes: bool = False
    is_new: bool = True
    enabled: bool = True
    faults: dict[str, str] = field(default_factory=dict)
