"""Sign-in and security of one's own: the password, and where one is signed in."""

from dataclasses import dataclass, field


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
class SecurityView:
    """The page. `faults` are sentences by the name of their field."""

    sessions: tuple[SessionLine, ...]
    faults: dict[str, str] = field(default_factory=dict)
    least: int = 8
