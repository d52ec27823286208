"""The mapping step: each column of the file with its field, and back from the form to a mapping."""

from collections.abc import Mapping, Set
from dataclasses import replace

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import field_label
from formwork.definitions.model import ColumnMapping, ImportDef, Transform
from formwork.transfer.guess import Guess, GuessedColumn
from formwork.transfer.matching import text_keys
from formwork.transfer.options import OPTION_TYPES, may_add_options
from formwork.transfer.survey import ColumnSurvey, Survey
from formwork.web.language import say as _
from formwork.web.pages.importing.survey import told
from formwork.web.present import NUMBERS
from formwork.web.views.shown import Option
from formwork.web.views.wizard import MapRow, Proposal
from formwork.web.visit import Visit

_MOST_PROPOSALS = 4
_LONGEST_SAMPLE = 24
_SYSTEM = ("external_id", "owner", "record_type")


def importable(visit: Visit, spec: ObjectSpec) -> dict[str, FieldSpec]:
    """The fields a file may fill, by name."""
    writable = decide(visit.snapshot, visit.actor, spec.name, Verb.CREATE).writable
    return {
        name: one
        for name, one in spec.fields.items()
        if name in writable
        and not one.computed
        and not one.definition.read_only
        and (not one.system or name in _SYSTEM)
    }


def map_rows(visit: Visit, spec: ObjectSpec, mapping: ImportDef, guess: Guess, survey: Survey) -> tuple[MapRow, ...]:
    """One row per column of the file."""
    fields = importable(visit, spec)
    labels = {name: field_label(visit.snapshot, visit.locale, one) for name, one in fields.items()}
    rows = []
    for at, guessed in enumerate(guess.columns):
        column = mapping.columns.get(guessed.header)
        chosen = column.field if column is not None else ""
        choices = [Option("", _("Do not import"), not chosen)]
        choices += [
            Option(name, label, name == chosen)
            for name, label in sorted(labels.items(), key=lambda pair: pair[1].casefold())
        ]
        found = survey.columns.get(guessed.header, ColumnSurvey())
        rows.append(_row(visit, at, guessed, column, fields.get(chosen.partition(".")[0]), tuple(choices), found))
    return tuple(rows)


def unfilled(visit: Visit, spec: ObjectSpec, mapping: ImportDef) -> tuple[str, ...]:
    """The labels of fields a new record must have and neither a column, the mapping nor a default fills."""
    filled = {column.field.partition(".")[0] for column in mapping.columns.values()} | mapping.set.keys()
    return tuple(
        field_label(visit.snapshot, visit.locale, one)
        for name, one in importable(visit, spec).items()
        if one.definition.required
        and name not in filled
        and not has_default(spec, one, filled)
        and one.definition.record_types is None
        and one.definition.type != "auto_number"
    )


def has_default(spec: ObjectSpec, one: FieldSpec, filled: Set[str]) -> bool:
    """Whether a field fills itself: not when its default only reads fields that nothing fills."""
    if one.default is None:
        return one.default_value is not None
    read = [spec.fields.get(name) for object, name in one.default.reads if object == spec.name]
    return not read or any(
        field is None
        or field.name in filled
        or field.computed
        or field.default is not None
        or field.default_value is not None
        for field in read
    )


def _row(
    visit: Visit, at: int, guessed: GuessedColumn, column: ColumnMapping | None, one: FieldSpec | None,
    choices: tuple[Option, ...], survey: ColumnSurvey,
) -> MapRow:  # fmt: skip
    samples = ", ".join(text[:_LONGEST_SAMPLE] for text in guessed.samples[:3]) or _("blank")
    if column is None or one is None:
        return MapRow(str(at), guessed.header, samples, choices, skipped=True)
    same = guessed.column is not None and guessed.column.field == column.field
    result, tone, notes = told(visit, one, column, survey)
    if not result:
        result = _("ready") if same else _("chosen by you")
    return MapRow(
        str(at), guessed.header, samples, choices,
        confidence=guessed.percent if same else None,
        transforms=() if one.targets else _transforms(one, column.transform),
        match=_match_options(visit, one, column.by) if one.targets else (),
        may_add=one.definition.type in OPTION_TYPES and may_add_options(visit.work),
        adds=column.create_options,
        result=result, tone=tone, notes=notes, open=tone != "ok",
    )  # fmt: skip


def _match_options(visit: Visit, one: FieldSpec, by: str | None) -> tuple[Option, ...]:
    target = visit.snapshot.objects[one.targets[0]]
    found = [
        Option(
            name, _("by %(field)s", field=field_label(visit.snapshot, visit.locale, target.fields[name])), name == by
        )
        for name in text_keys(visit.work, target.name)
    ]
    return (*found, Option("id", _("by its id"), by in (None, "id")))


def _transforms(one: FieldSpec, current: tuple[Transform, ...]) -> tuple[Option, ...]:
    kind = one.definition.type
    words: list[tuple[str, str]] = [("", _("as is"))]
    if kind in ("date", "datetime"):
        words += [
            ("date:dmy", _("day, month, year")),
            ("date:mdy", _("month, day, year")),
            ("date:ymd", _("year, month, day")),
        ]
    elif kind in NUMBERS:
        words += [("decimal:,", _("decimal comma")), ("decimal:.", _("decimal point"))]
        words += [("scale:1000", _("in thousands")), ("scale:1000000", _("in millions"))]
    else:
        words.append(("trim", _("without spaces around")))
    spelt = spell(current)
    if spelt not in [value for value, _label in words]:
        words.append((spelt, spelt.replace("+", ", ")))
    return tuple(Option(value, label, value == spelt) for value, label in words)


def spell(steps: tuple[Transform, ...]) -> str:
    """Transforms as one text of a select."""
    return "+".join(one.kind if one.argument in (None, True) else f"{one.kind}:{one.argument}" for one in steps)


def read_transforms(text: str) -> tuple[Transform, ...]:
    """The transforms of such a text; what it does not know is left out."""
    found = []
    for part in text.split("+"):
        kind, _colon, argument = part.partition(":")
        if kind == "trim":
            found.append(Transform("trim"))
        elif kind in ("date", "decimal") and argument:
            found.append(Transform(kind, argument))
        elif kind == "scale" and argument.isdecimal():
            found.append(Transform("scale", int(argument)))
    return tuple(found)


def proposals(mapping: ImportDef, guess: Guess) -> tuple[Proposal, ...]:
    """Values of the file that match nothing, with the nearest one there is."""
    found = []
    for at, guessed in enumerate(guess.columns):
        column = mapping.columns.get(guessed.header)
        if column is None or guessed.column is None or guessed.column.field != column.field:
            continue
        for number, (text, like) in enumerate(guessed.suggestions):
            chosen = column.values.get(text)
            options = (
                Option("", _("Leave it as it is"), chosen is None),
                Option(like.text, _("Use %(value)s", value=like.text), chosen == like.text),
            )
            alike = _("%(percent)s %% alike", percent=like.percent)
            found.append(Proposal(f"{at}.{number}", guessed.header, text, "", like.text, like.text, alike, options))
    open_first = sorted(found, key=lambda one: not one.options[0].selected)
    return tuple(open_first[:_MOST_PROPOSALS])


def read_mapping_form(
    visit: Visit, spec: ObjectSpec, mapping: ImportDef, guess: Guess, form: Mapping[str, str]
) -> ImportDef:
    """The mapping as the form says. A field chosen twice stays with its first column."""
    fields = importable(visit, spec)
    columns: dict[str, ColumnMapping] = {}
    taken: set[str] = set()
    for at, guessed in enumerate(guess.columns):
        name = form.get(f"field:{at}", "")
        if name not in fields or name in taken:
            continue
        taken.add(name)
        columns[guessed.header] = _column(visit, fields[name], mapping.columns.get(guessed.header), at, guessed, form)
    filled = {column.field for column in columns.values()} | mapping.set.keys()
    match = mapping.match if set(mapping.match) <= filled else ()
    return replace(mapping, columns=columns, match=match)


def _column(
    visit: Visit, one: FieldSpec, before: ColumnMapping | None, at: int, guessed: GuessedColumn, form: Mapping[str, str]
) -> ColumnMapping:
    same = before is not None and before.field == one.name
    values = dict(before.values) if before is not None and same else {}
    for number, (text, _like) in enumerate(guessed.suggestions):
        chosen = form.get(f"value:{at}.{number}")
        if chosen:
            values[text] = chosen
        elif chosen is not None:
            values.pop(text, None)
    by: str | None = None
    if one.targets:
        wanted = form.get(f"match:{at}", "") if same else ""
        keys = text_keys(visit.work, one.targets[0])
        by = wanted if wanted == "id" or wanted in keys else next(iter(keys), None)
    steps = read_transforms(form.get(f"transform:{at}", "")) if same else ()
    adds = one.definition.type in OPTION_TYPES and bool(form.get(f"adds:{at}")) and same
    skip = before.skip if before is not None and same else ()
    return ColumnMapping(guessed.header, one.name, by, steps, values, adds, skip)
