"""How well a column of a file fits a field: by its header, and by its values."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from formwork.catalog import FieldSpec, Snapshot
from formwork.catalog.labels import field_label, object_label, record_type_label
from formwork.definitions.model import ColumnMapping, Transform
from formwork.expressions import fold
from formwork.fieldtypes import BadValue, LoadContext
from formwork.kernel.library import on_first_use
from formwork.transfer.values import circumstances, clean, read_value

if TYPE_CHECKING:
    from rapidfuzz import fuzz
else:
    fuzz = on_first_use("rapidfuzz.fuzz")

_DAY = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})(\s.*)?", re.ASCII)
_SCALES = (
    (re.compile(r"\b(in|en) (millions?|millones|mio)\b|\((m|mio|millions?)\)", re.IGNORECASE), 1_000_000),
    (re.compile(r"\b(in|en) (thousands?|miles)\b|\((k|thousands?)\)", re.IGNORECASE), 1_000),
)
_COMMA = re.compile(r"-?\d{1,3}(\.\d{3})*,\d{1,2}|-?\d+,\d{1,2}", re.ASCII)
_ASIDE = re.compile(r"\(.*?\)")
"""What stands in brackets tells of units, not of the field."""
_DATES = frozenset({"date", "datetime"})
_NUMBERS = frozenset({"integer", "number", "money", "percent"})


@dataclass(frozen=True, slots=True)
class Fit:
    """How alike, in percent, and the cleaning that makes the values fit."""

    percent: int
    transform: tuple[Transform, ...] = ()


def header_likeness(snapshot: Snapshot, field: FieldSpec, header: str) -> int:
    """How alike a header is to a field's name and its labels in every language, in percent."""
    names = {field.name.replace("_", " "), field.label}
    names |= {field_label(snapshot, locale, field) for locale in snapshot.texts}
    own = set(_plain(field.object + " " + snapshot.object(field.object).definition.label).split())
    if field.name == snapshot.object(field.object).title:
        own |= _kinds(snapshot, field.object)
    bare = _plain(_ASIDE.sub(" ", header))
    wanted = {_plain(header), bare, " ".join(word for word in bare.split() if word not in own)} - {""}
    return round(max((_alike(one, _plain(name)) for one in wanted for name in names), default=0))


def _kinds(snapshot: Snapshot, object: str) -> set[str]:
    """The words a file may put before the title: the object and its record types in every language."""
    spec = snapshot.object(object)
    labels = {one.label for one in spec.definition.record_types.values()}
    for locale in snapshot.texts:
        labels.add(object_label(snapshot, locale, spec))
        labels |= {record_type_label(snapshot, locale, spec, code) for code in spec.definition.record_types}
    return {word for label in labels for word in _plain(label).split()}


def value_fit(field: FieldSpec, header: str, texts: Sequence[str], where: LoadContext) -> Fit:
    """Which share of the texts the field takes, in percent, after the best cleaning there is."""
    transform = guess_transform(field, header, texts)
    if not texts:
        return Fit(50, transform)
    if field.targets:
        return Fit(60, transform)
    column = ColumnMapping(header, field.name, transform=transform)
    here = circumstances(column, where)
    good = sum(_reads(column, field, text, here) for text in texts)
    return Fit(round(100 * good / len(texts)), transform)


def guess_transform(field: FieldSpec, header: str, texts: Sequence[str]) -> tuple[Transform, ...]:
    """The cleaning the texts ask for."""
    found: list[Transform] = [Transform("trim")] if any(text != text.strip() for text in texts) else []
    kind = field.field_type.name
    if kind in _DATES:
        order = date_order(texts)
        found += [Transform("date", order)] if order else []
    elif kind in _NUMBERS:
        if texts and sum(bool(_COMMA.fullmatch(text.strip())) for text in texts) > len(texts) / 2:
            found.append(Transform("decimal", ","))
        found += [Transform("scale", factor) for words, factor in _SCALES if words.search(header)]
    return tuple(found)


def date_order(texts: Sequence[str]) -> str | None:
    """`dmy` or `mdy`, as most days are written (day first where nothing tells), None for ISO or no dates."""
    days = [found for text in texts if (found := _DAY.fullmatch(text.strip())) and len(found.group(1)) < 3]
    if not days:
        return None
    day_first = sum(int(found.group(1)) > 12 for found in days)
    month_first = sum(int(found.group(2)) > 12 for found in days)
    return "mdy" if month_first > day_first else "dmy"


def _reads(column: ColumnMapping, field: FieldSpec, text: str, where: LoadContext) -> bool:
    try:
        return read_value(column, field, clean(column, text) or "", where) is not None
    except BadValue:
        return False


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(name)).strip()


def _alike(left: str, right: str) -> float:
    if left == right:
        return 100.0
    return max(fuzz.ratio(left.replace(" ", ""), right.replace(" ", "")), fuzz.token_sort_ratio(left, right)) * 0.97
