"""A mapping guessed for a file: fields by header and values, look-ups by the field that finds most records."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.fieldtypes import LoadContext, RecordRef
from formwork.storage import Work
from formwork.transfer.likeness import Fit, header_likeness, value_fit
from formwork.transfer.matching import Matcher, Suggestion, text_keys
from formwork.transfer.table import Line, Table

_LEAST = 60
"""Percent below which a column is left for a person to decide."""
_SHOWN = 5
_TRIED = 50
_HEADER_WEIGHT = 0.7


@dataclass(frozen=True, slots=True)
class GuessedColumn:
    """One column of the file: what it probably is, how sure that is in percent, and values to look at.

    `suggestions` maps a value that matches no record to the one most like it.
    """

    header: str
    column: ColumnMapping | None
    percent: int
    samples: tuple[str, ...]
    suggestions: tuple[tuple[str, Suggestion], ...] = ()


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping to start from, and what it rests on."""

    mapping: ImportDef
    columns: tuple[GuessedColumn, ...]


def guess_mapping(work: Work, object: str, table: Table) -> Guess:
    """The mapping a table most probably wants, over the fields the actor may write."""
    lines = table.sample()
    texts = {header: _texts(lines, place) for place, header in enumerate(table.headers) if header}
    chosen = _assign(work, object, texts)
    matcher = Matcher(work)
    columns = [_described(work, object, header, found, chosen.get(header), matcher) for header, found in texts.items()]
    mapped = {one.header: one.column for one in columns if one.column is not None}
    mapping = ImportDef(
        name=f"{object}_file"[:41],
        package="",
        object=object,
        label=work.object(object).definition.plural,
        format=table.format,
        match=_match(work, object, [one.field for one in mapped.values()]),
        columns=mapped,
    )
    return Guess(mapping, tuple(columns))


def _assign(work: Work, object: str, texts: dict[str, list[str]]) -> dict[str, tuple[FieldSpec, Fit]]:
    """Header -> field and fit, best pairs first, no field twice."""
    context = work.context
    where = LoadContext(zone=context.timezone, locale=context.locale)
    fields = _writable(work, object)
    pairs: list[tuple[int, str, FieldSpec, Fit]] = []
    for header, found in texts.items():
        for field in fields:
            alike = header_likeness(work.snapshot, field, header)
            if alike < _LEAST:
                continue
            fit = value_fit(field, header, found[:_TRIED], where)
            percent = round(alike * _HEADER_WEIGHT + fit.percent * (1 - _HEADER_WEIGHT))
            if percent >= _LEAST and (not found or fit.percent > 0):
                pairs.append((percent, header, field, fit))
    pairs.sort(key=lambda pair: (-pair[0], pair[2].system, list(texts).index(pair[1])))
    chosen: dict[str, tuple[FieldSpec, Fit]] = {}
    taken: set[str] = set()
    for percent, header, field, fit in pairs:
        if header not in chosen and field.name not in taken:
            chosen[header] = (field, Fit(percent, fit.transform))
            taken.add(field.name)
    return chosen


def _writable(work: Work, object: str) -> list[FieldSpec]:
    decision = decide(work.snapshot, work.context.actor, object, Verb.CREATE)
    spec = work.object(object)
    return [
        field
        for name, field in spec.fields.items()
        if name in decision.writable
        and not field.computed
        and not field.definition.read_only
        and (not field.system or name in ("external_id", "owner", "record_type"))
    ]


def _described(
    work: Work, object: str, header: str, texts: list[str], chosen: tuple[FieldSpec, Fit] | None, matcher: Matcher
) -> GuessedColumn:
    samples = tuple(dict.fromkeys(texts))[:_SHOWN]
    if chosen is None:
        return GuessedColumn(header, None, 0, samples)
    field, fit = chosen
    column = ColumnMapping(header, field.name, transform=fit.transform)
    if not field.targets:
        return GuessedColumn(header, column, fit.percent, samples)
    wanted = [text.strip() for text in dict.fromkeys(texts)]
    by, missing = _by(work, field, wanted, matcher)
    column = ColumnMapping(header, field.name, by, fit.transform)
    hints = [(text, like) for text in missing[:_TRIED] if (like := matcher.suggestion(field, by, text)) is not None]
    return GuessedColumn(header, column, fit.percent, samples, tuple(hints))


def _by(work: Work, field: FieldSpec, texts: Sequence[str], matcher: Matcher) -> tuple[str | None, list[str]]:
    """The field of the target that most of the texts are found by (None for ids), and what it misses."""
    candidates = text_keys(work, field.targets[0])
    best: str | None = None
    most = sum(isinstance(one, UUID | RecordRef) for one in matcher.match(field, None, texts).values())
    missing = list(texts)
    for name in candidates:
        found = matcher.match(field, name, texts)
        if len(found) > most or (best is None and most == 0):
            best, most, missing = name, len(found), [text for text in texts if text not in found]
    return best, missing


def _match(work: Work, object: str, fields: Sequence[str]) -> tuple[str, ...]:
    """The first unique rule all of whose fields the file fills."""
    for rule in work.object(object).uniques:
        if set(rule.fields) <= set(fields):
            return rule.fields
    return ()


def _texts(lines: Sequence[Line], place: int) -> list[str]:
    return [cell for line in lines if place < len(line.cells) and (cell := line.cells[place]) is not None]
