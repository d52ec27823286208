"""The pages of Studio: what is changed, the objects, one object, a field, publishing."""

from dataclasses import dataclass, field

from formwork.web.views.listing import Empty, Tab
from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed document. `parts` are its changes in words, `behind` says that another text was published since."""

    path: str
    label: str
    href: str
    icon: str
    hue: str
    mark: str
    """Its state in a word: new, changed or removed."""
    parts: tuple[str, ...]
    by: str
    at: str
    version: int
    yaml: str
    behind: bool = False
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Trouble:
    """One problem of the draft, and where it is mended."""

    text: str
    mend: str
    place: str
    href: str
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The first page of Studio."""

    changed: tuple[Changed, ...]
    troubles: tuple[Trouble, ...]
    counts: tuple[tuple[str, str, str], ...]
    """Number, word and address."""
    can_publish: bool
    version: str = ""


@dataclass(frozen=True, slots=True)
class ObjectLine:
    """An object of the list."""

    name: str
    label: str
    href: str
    icon: str
    hue: str
    origin: str
    extended: bool
    own: bool
    fields: int
    types: int
    views: int
    unpublished: str = ""


@dataclass(frozen=True, slots=True)
class ObjectGroup:
    """The objects of one package."""

    label: str
    count: str
    lines: tuple[ObjectLine, ...]


@dataclass(frozen=True, slots=True)
class ObjectsView:
    """The list of objects."""

    tabs: tuple[Tab, ...]
    groups: tuple[ObjectGroup, ...]
    count: str
    find: str = ""
    show: str = ""
    empty: Empty | None = None


@dataclass(frozen=True, slots=True)
class NewObjectView:
    """The form of an object that is made. `values` and `faults` are by the name of their control."""

    icons: tuple[Option, ...]
    hues: tuple[Option, ...]
    features: tuple[Option, ...]
    groups: tuple[Option, ...]
    roles: tuple[Option, ...]
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field of an object's list."""

    name: str
    label: str
    href: str
    icon: str
    type: str
    rules: str
    origin: str
    own: bool
    unpublished: str
    """In a word, blank for what is live."""


@dataclass(frozen=True, slots=True)
class ObjectHead:
    """The head of an object's pages."""

    name: str
    label: str
    icon: str
    hue: str
    origin: str
    own: bool
    extended: bool
    tabs: tuple[Tab, ...]
    records: str = ""
    pending: int = 0


@dataclass(frozen=True, slots=True)
class FieldsView:
    """An object's page with its fields."""

    head: ObjectHead
    fields: tuple[FieldLine, ...]
    new: str
    find: str = ""


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What an object is called and looks like; `sharing` is empty where it follows another record."""

    head: ObjectHead
    values: dict[str, str]
    faults: dict[str, str]
    icons: tuple[Option, ...]
    hues: tuple[Option, ...]
    features: tuple[Option, ...]
    titles: tuple[Option, ...]
    sharing: tuple[Option, ...]
    began: str


@dataclass(frozen=True, slots=True)
class RightsLine:
    """A role with its choices by verb."""

    role: str
    label: str
    verbs: tuple[tuple[str, tuple[Option, ...]], ...]


@dataclass(frozen=True, slots=True)
class RightsView:
    """What each role may do with an object's records. A detail follows the record it is part of."""

    head: ObjectHead
    roles: tuple[RightsLine, ...]
    is_detail: bool
    began: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A validation rule. `own` came with the layer, `said` when the layer says something of it."""

    name: str
    message: str
    error_when: str
    href: str
    own: bool
    said: bool
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class RulesView:
    """The validation rules of an object, and the form of one. `was` names the rule that is changed."""

    head: ObjectHead
    rules: tuple[RuleLine, ...]
    fields: tuple[Option, ...]
    values: dict[str, str]
    faults: dict[str, str]
    was: str
    began: str


@dataclass(frozen=True, slots=True)
class YamlView:
    """The documents behind a page, to be shown and copied."""

    head: ObjectHead | None
    documents: tuple[tuple[str, str], ...]
    """Path and text."""


@dataclass(frozen=True, slots=True)
class TypeTile:
    """A type of fields to choose, with an example."""

    name: str
    label: str
    example: str
    icon: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """A control of what only some types know. `kind` is text, number, check, select, choices, expression or options."""

    key: str
    label: str
    kind: str
    value: str = ""
    help: str = ""
    options: tuple[Option, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class OptionLine:
    """A choice of a select field."""

    code: str
    label: str
    hue: str
    active: bool = True
    fixed: bool = False
    """True for a choice of a package, which can be switched off and not be taken out."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """The form of a field."""

    head: ObjectHead
    address: str
    label: str
    is_new: bool
    own: bool
    tiles: tuple[tuple[str, tuple[TypeTile, ...]], ...]
    type: str
    type_label: str
    settings: tuple[Setting, ...]
    flags: tuple[Setting, ...]
    options: tuple[OptionLine, ...]
    hues: tuple[Option, ...]
    began: str
    does: str
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    theirs: tuple[tuple[str, str], ...] = ()
    others: tuple[Option, ...] = ()
    """The fields of the tenant layer this one can stand behind; none where it is not the layer's."""
    uses: tuple[tuple[str, str], ...] = ()
    """Who uses the field: what it is, and where."""
    api: str = ""
    may_remove: bool = False
    type_chosen: bool = False
    """True when somebody has chosen the type of a new field, so that the others step back."""
    is_changed: bool = False
    """True for a package's field of which something is changed here."""
    may_hide: bool = False
    may_place: bool = False
    """True when the object's forms are written, so that a new field is on them only where it is placed."""
    places: bool = True


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A field as it would look; `faults` say why it does not fit yet."""

    label: str
    help: str
    type: str
    placeholder: str
    required: bool
    options: tuple[OptionLine, ...]
    example: str
    api: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetiredLine:
    """A field or object that was taken out and can be brought back."""

    object: str
    field: str
    label: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the database. `hue` is that of its cost, `more` says rows, who waits, and some values that go."""

    text: str
    cost: str
    hue: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version."""

    number: int
    at: str
    by: str
    note: str
    href: str = ""
    """Where one goes back to it, blank for the one in force."""


@dataclass(frozen=True, slots=True)
class VersionsView:
    """The versions, newest first."""

    versions: tuple[VersionLine, ...]
    retired: tuple[RetiredLine, ...] = ()


@dataclass(frozen=True, slots=True)
class GoBackView:
    """What going back to an older version would do."""

    line: VersionLine
    differences: tuple[str, ...]
    steps: tuple[StepLine, ...]
    typed: tuple[tuple[str, str], ...]
    base: int
    consent: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PublishView:
    """What would be published, and what that means."""

    changed: tuple[Changed, ...]
    troubles: tuple[Trouble, ...]
    differences: tuple[str, ...]
    steps: tuple[StepLine, ...]
    typed: tuple[tuple[str, str], ...]
    """What must be typed to lose data: the name of its control and what to type."""
    base: int
    consent: str = ""
    fault: str = ""
    note: str = ""
    chosen: int = 0
