"""Field values to physical columns: compound parts and fold keys filled in, many-valued fields told apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.expressions.fold import fold
from formwork.fieldtypes.base import FieldType

Cells: TypeAlias = dict[str, Any]
"""Physical column -> Python value."""


def cells_of(spec: ObjectSpec, names: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> list[Cells]:
    """For each row the cells of these fields; a field a row does not name is blank.

    Fields without a column (read-time and many-valued ones) are left out.
    """
    fields = [spec.fields[name] for name in names if spec.fields[name].columns]
    plain = [(field.name, field.columns[0].name) for field in fields if _is_plain(field)]
    writers = [(field.name, _writer(field)) for field in fields if not _is_plain(field)]
    result: list[Cells] = []
    for row in rows:
        cells = {column: row.get(name) for name, column in plain}
        for name, write in writers:
            write(cells, row.get(name))
        result.append(cells)
    return result


def many_valued(spec: ObjectSpec, names: Iterable[str]) -> list[FieldSpec]:
    """Those of the fields that keep their values in a side table."""
    return [spec.fields[name] for name in names if spec.fields[name].side_table is not None]


def _is_plain(field: FieldSpec) -> bool:
    return len(field.columns) == 1 and type(field.value_type).to_cells is FieldType.to_cells


def _writer(field: FieldSpec) -> Callable[[Cells, Any], None]:
    to_cells, settings = field.value_type.to_cells, field.value_settings
    columns = [column.name for column in field.columns if column.part != "fold"]
    key = next((column.name for column in field.columns if column.part == "fold"), None)

    def write(cells: Cells, value: Any) -> None:
        cells.update(zip(columns, to_cells(value, settings), strict=True))
        if key is not None:
            cells[key] = None if value is None else fold(value)

    return write
