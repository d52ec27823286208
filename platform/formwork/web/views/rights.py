"""Rights as pages show them: why somebody may or may not, roles with their tables, sharing rules."""

from dataclasses import dataclass, field

from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class Choice:
    """A look-up of a form: what was chosen, and what is typed where nothing was."""

    name: str
    id: str
    label: str
    lookup: str
    value: str = ""
    shown: str = ""
    help: str = ""
    invalid: bool = False
    required: bool = False
    needs: str = ""
    auto: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One step of an explanation in words, and whether it leads to the right."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """One path: its grant as a heading, and what it hangs on."""

    holds: bool
    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer in a sentence and how it came about."""

    allowed: bool
    title: str
    text: str
    state: tuple[Fact, ...] = ()
    ways: tuple[Way, ...] = ()
    fields: tuple[Fact, ...] = ()
    needed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyView:
    """The page that explains. `candidates` are records (title, address) to choose from where a text fits several."""

    person: Choice
    verbs: tuple[Option, ...]
    objects: tuple[Option, ...]
    record: str
    fields: tuple[Option, ...] = ()
    fault: str = ""
    candidates: tuple[Option, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in the list of roles."""

    href: str
    label: str
    summary: str
    includes: str
    people: int
    everything: bool = False


@dataclass(frozen=True, slots=True)
class RolesView:
    """The list of roles, with the two that may be compared."""

    roles: tuple[RoleLine, ...]
    left: tuple[Option, ...]
    right: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class GrantMark:
    """One letter of the table: a verb, how far it reaches (all, some, from, none), and the same in words."""

    letter: str
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class FieldMark:
    """The level of one field. `icon` shows it; `muted` where it goes with the object."""

    label: str
    name: str
    level: str
    icon: str
    muted: bool
    restricted: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class TypeMark:
    """One record type under the role: whether it may be used, in words, where that comes from, and the fields whose
    levels are told apart on records of it."""

    label: str
    use: str
    icon: str
    source: str
    fields: tuple[FieldMark, ...] = ()


@dataclass(frozen=True, slots=True)
class RightsRow:
    """An object in the table of a role. `href` opens or closes its fields."""

    name: str
    label: str
    icon: str
    hue: str
    href: str
    open: bool
    marks: tuple[GrantMark, ...] = ()
    scopes: tuple[str, ...] = ()
    more: str = ""
    written: str = ""
    fields: tuple[FieldMark, ...] = ()
    types: tuple[TypeMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who has the role."""

    id: str
    name: str
    href: str
    initials: str
    hue: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """The page of one role."""

    name: str
    label: str
    summary: str
    includes: tuple[Option, ...]
    included_by: tuple[Option, ...]
    everything: bool
    written: str
    find: str
    rows: tuple[RightsRow, ...]
    holders: tuple[Holder, ...]
    more_holders: int
    person: Choice
    fault: str = ""
    all_href: str = ""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference: of what, and what either role has."""

    object: str
    kind: str
    name: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class CompareView:
    """Two roles side by side, differences only."""

    left: tuple[Option, ...]
    right: tuple[Option, ...]
    left_label: str
    right_label: str
    lines: tuple[DifferenceLine, ...]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A sharing rule: what it opens, to whom, and how many records."""

    name: str
    object: str
    when: str
    roles: str
    reaches: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class BaselineLine:
    """Objects that have one baseline."""

    label: str
    text: str
    objects: str


@dataclass(frozen=True, slots=True)
class SharingView:
    """Baselines and sharing rules."""

    baselines: tuple[BaselineLine, ...]
    rules: tuple[RuleLine, ...]
    person: Choice
    fault: str = ""
    why: str = field(default="/setup/explain")
