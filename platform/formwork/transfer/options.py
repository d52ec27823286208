"""Options a file brings that its fields do not have: found here, published by whoever wires transfer to publishing."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from formwork.access import decide_management
from formwork.catalog import FieldSpec
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.expressions import fold
from formwork.fieldtypes import BadValue
from formwork.fieldtypes.characters import clean_line
from formwork.kernel import Denied, Invalid, Problem
from formwork.storage import Work
from formwork.transfer.table import Table
from formwork.transfer.values import clean_all, items_of, option_code

OPTION_TYPES = frozenset({"select", "multi_select"})
"""Field types whose list of options an import may lengthen."""
MOST_NEW = 100
"""Options one column may add: more is a column that was mapped to the wrong field."""
_LONGEST_LABEL = 120
_LONGEST_CODE = 56


@dataclass(frozen=True, slots=True)
class NewOption:
    """An option that is missing: the field, the code it will have, its label as the file writes it first."""

    object: str
    field: str
    code: str
    label: str
    rows: int


class OptionMaker(Protocol):
    """Adds options to the tenant's metadata. Both give the work under metadata that has them."""

    def try_on(self, work: Work, options: Sequence[NewOption]) -> Work:
        """For a dry run: nothing is published. Raises Invalid when the options would not be taken."""

    def publish(self, work: Work, options: Sequence[NewOption]) -> Work:
        """In the caller's transaction, by the ordinary way of publishing; raises what that raises."""


def may_add_options(work: Work) -> bool:
    """Whether the actor may publish, and so lengthen a field's list of options."""
    try:
        return decide_management(work.snapshot, work.context.actor).allowed
    except Denied:
        return False


def missing_options(work: Work, table: Table, mapping: ImportDef) -> tuple[NewOption, ...]:
    """What the file's cells ask for in columns with `create_options`; raises Invalid `too_many_options`."""
    wanted = [column for column in mapping.columns.values() if column.create_options]
    if not wanted:
        return ()
    spec = work.object(mapping.object)
    found: list[NewOption] = []
    problems: list[Problem] = []
    for column in wanted:
        field = spec.fields[column.field]
        counts = _missing(field, column, table)
        if len(counts) > MOST_NEW:
            message = (
                f"Column `{column.header}` would add {len(counts)} options to `{field.name}`; an import adds at most "
                f"{MOST_NEW}. Choose another field for it, or do not let it add options."
            )
            problems.append(
                Problem(f"/columns/{column.header}", "too_many_options", message, {"column": column.header})
            )
        taken = set(field.options)
        for label, rows in counts.items():
            code = _free_code(label, taken)
            taken.add(code)
            found.append(NewOption(spec.name, field.name, code, label, rows))
    if problems:
        raise Invalid(" ".join(one.message for one in problems), code="too_many_options", problems=problems)
    return tuple(found)


def _missing(field: FieldSpec, column: ColumnMapping, table: Table) -> Mapping[str, int]:
    """Label -> rows, in file order; texts that differ in case and accents only are one option."""
    place = table.headers.index(column.header)
    labels: dict[str, str] = {}
    counts: Counter[str] = Counter()
    texts = clean_all(column, (line.cells[place] if place < len(line.cells) else None for line in table.lines()))
    for text in texts:
        for label in _labels(field, text):
            counts[labels.setdefault(fold(label), label)] += 1
    return counts


def _labels(field: FieldSpec, text: str | None) -> Iterator[str]:
    """The texts of one cell that mean no option; what cannot be a label stays for its row to be blamed."""
    if text is None:
        return
    for item in items_of(field, text):
        try:
            label = clean_line(item, _LONGEST_LABEL)
        except BadValue:
            continue
        if label is not None and option_code(field, label) not in field.options:
            yield label


def _free_code(label: str, taken: Collection[str]) -> str:
    """A code made of the label's letters and digits, numbered when it is taken or nothing is left."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:_LONGEST_CODE].strip("_") or "option"
    numbered = (f"{plain}_{n}" for n in range(2, len(taken) + 3))
    return next(code for code in (plain, *numbered) if code not in taken)
