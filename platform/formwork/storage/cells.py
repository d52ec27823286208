"""Field values to physical columns: compound parts and fold keys filled in, many-valued fields told apart."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.expressions.fold import fold
from formwork.fieldtypes.base import FieldType
from formwork.storage.sealing import sealer_of
from formwork.storage.work import Work

Columns: TypeAlias = dict[str, list[Any]]
"""Physical column -> its Python values, one per row."""


def columns_of(work: Work, spec: ObjectSpec, names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> Columns:
    """The columns of these fields, filled from rows of field values; a field a row does not name is blank.

    Fields without a column (read-time and many-valued ones) are left out.
    """
    columns: Columns = {}
    wanted = [field for name in names if (field := spec.fields[name]).columns]
    for field, values in zip(wanted, values_by_field([field.name for field in wanted], rows), strict=True):
        if field.sealed:
            seal = sealer_of(work).seal
            columns[field.columns[0].name] = [None if value is None else seal(field, value) for value in values]
        else:
            _fill(columns, field, values)
    return columns


def values_by_field(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The values of each field over all rows, None where one leaves it out. Most rows of a request name the same."""
    if len(names) > 1 and len(rows) > 1:
        try:
            return [list(values) for values in zip(*map(itemgetter(*names), rows), strict=True)]
        except KeyError:
            pass  # a row leaves some of them out
    return [[row.get(name) for row in rows] for name in names]


def many_valued(spec: ObjectSpec, names: Iterable[str]) -> list[FieldSpec]:
    """Those of the fields that keep their values in a side table."""
    return [spec.fields[name] for name in names if spec.fields[name].side_table is not None]


def _fill(columns: Columns, field: FieldSpec, values: list[Any]) -> None:
    parts = [column.name for column in field.columns if column.part != "fold"]
    if type(field.value_type).to_cells is FieldType.to_cells:
        columns[parts[0]] = values
    else:
        to_cells, settings = field.value_type.to_cells, field.value_settings
        cells = [to_cells(value, settings) for value in values]
        for place, name in enumerate(parts):
            columns[name] = [one[place] for one in cells]
    for column in field.columns:
        if column.part == "fold":
            columns[column.name] = [None if value is None else fold(value) for value in values]
