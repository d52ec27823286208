"""An index of a table as SQLAlchemy writes it, and what is said when its values are not unique."""

from sqlalchemy import Column, ColumnElement, Connection, Index, MetaData, Table, and_, func, select
from sqlalchemy.sql.elements import quoted_name

from formwork.kernel import Invalid
from formwork.storage.predicate import predicate
from formwork.storage.schema.physical import ColumnShape, IndexShape, TableShape
from formwork.storage.schema.tables import physical_column, quoted

_TOLD = 5
"""Collisions named in a refusal."""


def make_index(shape: TableShape, index: IndexShape, schema: quoted_name | None, *, beside: bool = False) -> Index:
    """The index, not yet created; `beside` asks PostgreSQL to build it while others read and write."""
    table = _table(shape, index, schema)
    where = _condition(table, shape, index)
    return Index(
        quoted(index.name),
        *(table.c[name] for name in index.columns),
        unique=index.unique,
        postgresql_where=where,
        sqlite_where=where,
        postgresql_concurrently=beside,
    )


def columns_of(shape: TableShape, index: IndexShape) -> frozenset[str]:
    """The columns an index and its condition may name."""
    conditional = {one.name for one in shape.columns} if index.when is not None else {"deleted_at"}
    return frozenset(conditional.union(index.columns))


def duplicates(connection: Connection, shape: TableShape, index: IndexShape, schema: quoted_name | None) -> Invalid:
    """The refusal of a unique rule existing records break, with some of the values that occur more than once."""
    table = _table(shape, index, schema)
    keys = [table.c[name] for name in index.columns]
    shown = [func.min(table.c[_plain(shape, name)]).label(f"v{at}") for at, name in enumerate(index.columns)]
    statement = select(func.count().label("n"), *shown).group_by(*keys).having(func.count() > 1)
    statement = statement.where(*(one.is_not(None) for one in keys)).order_by(*keys).limit(_TOLD)
    condition = _condition(table, shape, index)
    rows = connection.execute(statement if condition is None else statement.where(condition)).all()
    told = "; ".join(f"{' / '.join(str(value) for value in row[1:])} ({row[0]} records)" for row in rows)
    names = ", ".join(f"`{name}`" for name in index.fields)
    return Invalid(
        f"Some records of `{shape.object}` agree in {names}, so it cannot be held unique. Change them first: {told}.",
        code="duplicates",
        extra={"object": shape.object, "fields": list(index.fields)},
    )


def _plain(shape: TableShape, name: str) -> str:
    """The column people wrote to, for a fold key the one it was made from."""
    column = next(one for one in shape.columns if one.name == name)
    if column.part != "fold":
        return name
    return next(one.name for one in shape.columns if one.field == column.field and one.part != "fold")


def _table(shape: TableShape, index: IndexShape, schema: quoted_name | None) -> Table:
    """The table with the columns an index needs, and those its fold keys come from."""
    wanted = columns_of(shape, index).union(_plain(shape, name) for name in index.columns)
    columns: list[ColumnShape] = [one for one in shape.columns if one.name in wanted]
    return Table(quoted(shape.name), MetaData(schema=schema), *(physical_column(one) for one in columns))


def _condition(table: Table, shape: TableShape, index: IndexShape) -> ColumnElement[bool] | None:
    terms: list[ColumnElement[bool]] = []
    if index.live and "deleted_at" in table.c:
        terms.append(table.c["deleted_at"].is_(None))
    if index.filled is not None:
        terms.append(table.c[index.filled].is_not(None))
    if index.when is not None:
        columns: dict[str, Column[object]] = {one.field: table.c[one.name] for one in shape.columns if one.part is None}
        terms.append(predicate(index.when, columns))
    return and_(*terms) if terms else None
