"""The select list: stored fields with all their columns, computed values, fields kept in side tables."""

from typing import Any

from sqlalchemy import ColumnElement, case

from formwork.catalog import FieldSpec, Selected
from formwork.expressions.nodes import Read
from formwork.storage.compile.cell import Cell
from formwork.storage.compile.decode import field_cell, many_cell, value_cell
from formwork.storage.compile.frame import Site, Source, Values
from formwork.storage.compile.reading import Reading
from formwork.storage.compile.slots import SHAPES


def select_list(reading: Reading, select: tuple[Selected, ...]) -> tuple[list[ColumnElement[Any]], tuple[Cell, ...]]:
    """The raw columns and how to read them."""
    columns: list[ColumnElement[Any]] = []
    cells: list[Cell] = []
    for place, item in enumerate(select):
        more, cell = _selected(reading, item, place, len(columns))
        columns += more
        cells.append(cell)
    return columns, tuple(cells)


def _selected(reading: Reading, item: Selected, place: int, first: int) -> tuple[list[ColumnElement[Any]], Cell]:
    postgres = reading.backend.schemas
    site = reading.site(place)
    root = SHAPES.of(item.expression).root
    if isinstance(root, Read):
        shown = _shown(reading, site, root)
        source, field = stored_field(reading, site, root)
        if field.side_table is not None:
            return [_blanked(source.id, shown)], many_cell(item.name, first, field)
        columns = [column for column in field.columns if column.part != "fold"]
        if columns and root.path.part is None:
            sqls: list[ColumnElement[Any]] = [source.column(column.name) for column in columns]
            if field.may_outlive or field.conceals:
                sqls[0] = reading.compiler.field(site, source, field, columns[0].part).sql
            cell = field_cell(item.name, first, field, columns, postgres=postgres)
            return [_blanked(sql, shown) for sql in sqls], cell
    operand = reading.compiler.value(site, root)
    return [operand.sql], value_cell(item.name, first, operand, item.expression.type, postgres=postgres)


def _shown(reading: Reading, site: Site, node: Read) -> ColumnElement[bool] | None:
    """TRUE for records on which the reader sees the field that is named, None when that is on all of them."""
    source = reading.compiler.reach(site, node.path)
    return reading.compiler.shown(source, source.spec.fields[node.path.field])


def _blanked(sql: ColumnElement[Any], shown: ColumnElement[bool] | None) -> ColumnElement[Any]:
    return sql if shown is None else case((shown, sql))


def stored_field(reading: Reading, site: Site, node: Read) -> tuple[Source, FieldSpec]:
    """The field a path ends at; a reference is followed to what it shows."""
    source = reading.compiler.reach(site, node.path)
    field = source.spec.fields[node.path.field]
    while field.reference is not None and node.path.part is None:
        shape = SHAPES.of(field.reference)
        if not isinstance(shape.root, Read):
            break
        node = shape.root
        source = reading.compiler.reach(Site(site.frame, source, Values(fixed=shape.values)), node.path)
        field = source.spec.fields[node.path.field]
    return source, field
