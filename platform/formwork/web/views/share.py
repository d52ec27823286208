"""Sharing one record: who was given it, and the form that gives it to somebody else."""

from dataclasses import dataclass, field

from formwork.web.views.rights import Choice
from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class ShareLine:
    """Somebody who was given the record. `remove` is the address that takes it back, blank without the right."""

    title: str
    kind: str
    level: str
    detail: str
    initials: str
    hue: str
    part: str = ""
    why: str = ""
    remove: str = ""
    cause: str = "hand"


@dataclass(frozen=True, slots=True)
class ShareView:
    """The page. `faults` are sentences by the name of their field; `choice` is None without the right to share."""

    title: str
    label: str
    icon: str
    hue: str
    base: str
    owner: ShareLine | None
    lines: tuple[ShareLine, ...]
    choice: Choice | None
    levels: tuple[Option, ...] = ()
    until: str = ""
    note: str = ""
    part: str = ""
    has_team: bool = False
    why: str = ""
    faults: dict[str, str] = field(default_factory=dict)
