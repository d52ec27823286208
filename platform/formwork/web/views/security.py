"""Sign-in and security of one's own: password, second factors, passkeys, keys, and where one is signed in."""

from dataclasses import dataclass, field

from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A place one is signed in. `id` is empty for this very one, which is ended by signing out."""

    id: str
    title: str
    detail: str
    seen: str
    seen_exactly: str
    is_phone: bool = False


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey of one's own."""

    id: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """An API key of one's own; `mark` says why it is not good any more, blank while it is."""

    id: str
    name: str
    detail: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """A provider one may sign in with. `linked` says since when, blank while one cannot."""

    name: str
    label: str
    linked: str = ""


@dataclass(frozen=True, slots=True)
class ProviderLinkView:
    """A login at a provider somebody came back with, before it is linked. `account` is its name there."""

    provider: str
    label: str
    account: str


@dataclass(frozen=True, slots=True)
class SecurityView:
    """The page. `faults` are sentences by the name of their field."""

    sessions: tuple[SessionLine, ...]
    faults: dict[str, str] = field(default_factory=dict)
    least: int = 8
    has_password: bool = True
    has_totp: bool = False
    codes: int = 0
    codes_most: int = 10
    needs_factor: str = ""
    """That a second factor must be set up, and by when; blank where none must."""
    passkeys: tuple[PasskeyLine, ...] = ()
    providers: tuple[ProviderLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorView:
    """Setting up an authenticator app: the picture to scan and the same in letters, blank before it has begun."""

    picture: str = ""
    secret: str = ""
    error: str = ""
    needed: str = ""
    """That one must be set up, and by when; blank where none must."""
    onward: str = ""
    """Where the person goes afterwards."""
    later: str = ""
    """Where they may go without, blank where they may not."""


@dataclass(frozen=True, slots=True)
class CodesView:
    """Recovery codes, shown this once, and where the person goes afterwards."""

    codes: tuple[str, ...]
    onward: str = "/security"


@dataclass(frozen=True, slots=True)
class SecondStepView:
    """The second step of a sign-in: what may be shown."""

    tenant: str
    totp: bool
    passkey: bool
    recovery: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """Showing again who one is. `asks` is `password`, `code` or blank where only a passkey or provider will do."""

    asks: str
    next: str
    passkey: bool = False
    providers: tuple[ProviderLine, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class NewKeyView:
    """API keys, and the form for one more; `made` is the text of the one just made, shown this once."""

    keys: tuple[KeyLine, ...]
    scopes: tuple[Option, ...]
    objects: tuple[Option, ...]
    days: tuple[Option, ...]
    name: str = ""
    narrow: bool = False
    made: str = ""
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptFormView:
    """A form that was sent before one had shown who one is, or after the session had ended.

    `address` sends it on to where it goes (`to`), once; `back` is the page it stands on.
    """

    address: str
    to: str
    back: str
    fields: tuple[tuple[str, str], ...]
