"""The import wizard, step by step."""

from dataclasses import dataclass

from formwork.web.views.shown import Option


@dataclass(frozen=True, slots=True)
class WizardStep:
    """One step of the bar: state is done, current or ""."""

    label: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Wizard:
    """What every step shows."""

    label: str
    plural: str
    icon: str
    steps: tuple[WizardStep, ...]
    base: str
    """Address of this import, or of the upload page."""
    list_href: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class UploadView:
    """Step 1: the file, its reading, and a saved mapping."""

    wizard: Wizard
    formats: str
    limit: str
    mappings: tuple[Option, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class MapRow:
    """One column of the file and where it goes. `tone` of the result is ok, warn, bad or muted."""

    key: str
    column: str
    samples: str
    fields: tuple[Option, ...]
    confidence: int | None = None
    transforms: tuple[Option, ...] = ()
    match: tuple[Option, ...] = ()
    """For look-ups: the fields of the target by which its records are found."""
    may_add: bool = False
    """Whether values that are no choice of the field may be added to it; `adds` when they will be."""
    adds: bool = False
    result: str = ""
    tone: str = "ok"
    notes: tuple[str, ...] = ()
    """What to know about the column's values: which cannot be read, in which order days are written."""
    open: bool = False
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value of the file that was not found, with the nearest one that exists."""

    key: str
    column: str
    value: str
    rows: str
    match: str = ""
    match_value: str = ""
    alike: str = ""
    options: tuple[Option, ...] = ()
    note: str = ""
    may_create: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a dry run, formatted."""

    ready: str
    open: str
    check: str
    ready_label: str = ""
    open_label: str = ""
    check_label: str = ""


@dataclass(frozen=True, slots=True)
class BadCell:
    """One thing that is wrong with a row; without a column it is the row as a whole."""

    value: str
    why: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row of the file that will not be written, by its line, and why."""

    number: str
    cells: tuple[BadCell, ...]


@dataclass(frozen=True, slots=True)
class Mend:
    """One value of the file that is wrong, and what may be done about it; without choices it is only told."""

    key: str
    column: str
    value: str
    rows: str
    lines: str
    why: str
    choices: tuple[Option, ...] = ()
    may_type: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A value of the file for which a decision stands."""

    key: str
    column: str
    value: str
    instead: str


@dataclass(frozen=True, slots=True)
class MendView:
    """The open values of a dry run and the decisions so far. `more` says how many values are not shown."""

    open: tuple[Mend, ...] = ()
    decided: tuple[Decided, ...] = ()
    more: str = ""
    may_mend: bool = False


@dataclass(frozen=True, slots=True)
class NewChoice:
    """An option the import would add to a field."""

    field: str
    label: str
    rows: str


@dataclass(frozen=True, slots=True)
class MapView:
    """Step 2: columns to fields."""

    wizard: Wizard
    rows: tuple[MapRow, ...]
    proposals: tuple[Proposal, ...] = ()
    tally: Tally | None = None
    bad: tuple[BadRow, ...] = ()
    bad_total: str = ""
    warning: str = ""
    notes: tuple[str, ...] = ()
    """Required fields that have no column, rows that cannot be read."""
    basis: str = ""
    """How many rows were looked at."""
    mappings: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionsView:
    """Step 3: create, update or both; what to do with bad rows; saving the mapping."""

    wizard: Wizard
    modes: tuple[Option, ...]
    matches: tuple[Option, ...]
    bad_rows: tuple[Option, ...]
    mapping_name: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class CheckView:
    """Step 4: what the dry run found. `unseen` says that it ended early, `errors_href` has the bad rows as a file."""

    wizard: Wizard
    tally: Tally
    create: str
    update: str
    skip: str
    mend: MendView = MendView()
    new_choices: tuple[NewChoice, ...] = ()
    warning: str = ""
    may_run: bool = True
    blocked: str = ""
    """Why it may not run."""
    errors_href: str = ""
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class RunView:
    """Progress of the dry run or of step 5. `status` answers JSON with done, total, text and finished.

    `stop` is where to stop it, after `stop_question` when there is one.
    """

    wizard: Wizard
    done: int
    total: int
    text: str
    status: str
    result: str
    stop: str
    title: str
    note: str
    stop_label: str
    stop_question: str = ""


@dataclass(frozen=True, slots=True)
class ResultView:
    """Step 6: what was written, what was not, and the way back."""

    wizard: Wizard
    title: str
    text: str
    tone: str
    counts: tuple[tuple[str, str], ...]
    bad: tuple[BadRow, ...] = ()
    errors_href: str = ""
    undo: str = ""
    undone: str = ""
