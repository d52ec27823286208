"""Taking a person's data out of rows: what mentions a text, what points at a record, and values put in their place.

Deleted records count like live ones here. Only maintenance that acts without limits calls this.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    inspect,
    or_,
    select,
    update,
)

from formwork.catalog.field import FieldSpec
from formwork.storage import bulk
from formwork.storage.cells import columns_of, many_valued
from formwork.storage.schema.physical import RECORD_COLUMN, side_column
from formwork.storage.schema.tables import quoted, record_table, side_tables
from formwork.storage.standing import change_people
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work
from formwork.storage.writes import replace_values

_PORTION = 100
"""Texts in one condition: SQLite takes a thousand terms."""


def overwrite(work: Work, object: str, changes: Sequence[tuple[UUID, Mapping[str, Any]]]) -> None:
    """Give records these values, deleted ones too; every row names the same fields. Their versions move on."""
    if not changes:
        return
    change_people(work, object)
    spec = work.object(object)
    table, names = record_table(spec), list(changes[0][1])
    columns = columns_of(work, spec, names, [values for _, values in changes])
    if columns:
        bulk.update_rows(work, table, [id for id, _ in changes], columns)
    for field in many_valued(spec, names):
        replace_values(work, object, field.name, {id: values[field.name] or () for id, values in changes})
    ids = [id for id, _ in changes]
    work.writer.execute(update(table).where(table.c.id.in_(ids)).values(version=table.c.version + 1))


def overwrite_freed(work: Work) -> None:
    """Let SQLite write zeros over what this connection frees; PostgreSQL's vacuum reuses it in time."""
    if not work.place.is_postgres:
        work.writer.exec_driver_sql("PRAGMA secure_delete = ON")


def mentioning(
    work: Work, object: str, fields: Sequence[str], texts: Sequence[str], after: UUID | None, limit: int
) -> list[UUID]:
    """The ids of records one of whose fields holds one of the texts, in id order, at most `limit` of them."""
    if not texts:
        return []
    spec = work.object(object)
    table, sides = record_table(spec), side_tables(spec)
    own = [table.c[column.name] for name in fields for column in spec.fields[name].columns if column.part != "fold"]
    asked = []
    for some in _portions(texts):
        asked += [select(table.c.id).where(_holds(own, some))] if own else []
        for field in many_valued(spec, fields):
            side = sides[field.name]
            asked.append(select(side.c[RECORD_COLUMN]).where(_holds([side.c[side_column(field)]], some)).distinct())
    return _first(work, asked, after, limit)


def linking(
    work: Work, field: FieldSpec, target: str, ids: Sequence[UUID], after: UUID | None = None, limit: int = 10_000
) -> list[UUID]:
    """The ids of records whose link `field` points at one of these records of `target`, in id order."""
    spec = work.object(field.object)
    table = record_table(spec)
    if field.side_table is not None:
        side = side_tables(spec)[field.name]
        return _first(work, [select(side.c[RECORD_COLUMN]).where(side.c[side_column(field)].in_(ids))], after, limit)
    names = [column.name for column in field.columns]
    if field.definition.type == "polymorphic_lookup":
        condition = and_(table.c[names[0]] == target, table.c[names[1]].in_(ids))
    else:
        condition = table.c[names[0]].in_(ids)
    return _first(work, [select(table.c.id).where(condition)], after, limit)


def blank_retired(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """Blank the columns of fields that were deleted and still wait for their purge."""
    spec = work.object(object)
    known = set(record_table(spec).c.keys())
    there = [one["name"] for one in inspect(work.connection).get_columns(spec.table, schema=work.place.schema)]
    gone = [name for name in there if name not in known]
    if gone and ids:
        table = Table(quoted(spec.table), MetaData(), *(Column(quoted(name), Text()) for name in gone))
        key = record_table(spec).c.id
        table.append_column(Column(quoted("id"), key.type))
        work.writer.execute(update(table).where(table.c.id.in_(ids)).values({table.c[name]: None for name in gone}))


def rows_mentioning(
    work: Work, table: str, columns: Sequence[str], texts: Sequence[str], after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Rows of a system table one of whose columns holds one of the texts; by id where it has one, after `after`."""
    if not texts:
        return []
    source = SYSTEM.tables[table]
    keys = [column.name for column in source.primary_key]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for some in _portions(texts):
        statement = select(source).where(_holds([source.c[name] for name in columns], some))
        statement = statement.order_by(*source.primary_key).limit(limit)
        if after is not None:
            statement = statement.where(source.c.id > after)
        for row in work.connection.execute(statement):
            found[tuple(row._mapping[name] for name in keys)] = dict(row._mapping)
    return [found[key] for key in sorted(found)][:limit]


def _first(work: Work, asked: Sequence[Select[Any]], after: UUID | None, limit: int) -> list[UUID]:
    found: set[UUID] = set()
    for statement in asked:
        id = statement.selected_columns[0]
        narrowed = statement if after is None else statement.where(id > after)
        found.update(work.connection.execute(narrowed.order_by(id).limit(limit)).scalars())
    return sorted(found)[:limit]


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts, as many at a time as one condition takes."""
    return (texts[start : start + _PORTION] for start in range(0, len(texts), _PORTION))


def _holds(columns: Sequence[ColumnElement[Any]], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether the columns together hold a text, whatever its letters' case.

    SQLite folds ASCII only, so what is written as it was found is looked for too.
    """
    whole: ColumnElement[str] = func.coalesce(cast(columns[0], Text), "")
    for column in columns[1:]:
        whole = whole + "\n" + func.coalesce(cast(column, Text), "")
    folded = func.lower(whole)
    terms = [whole.contains(text, autoescape=True) for text in texts]
    return or_(*terms, *(folded.contains(text.lower(), autoescape=True) for text in texts))
