"""Removing records for good: their rows, their many-valued fields and every link to them."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, and_, delete, inspect, null, update
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint

from formwork.storage.schema.physical import POSITION_COLUMN
from formwork.storage.schema.tables import quoted, record_table
from formwork.storage.schema.types import IdType, TextType
from formwork.storage.standing import change_people
from formwork.storage.work import Work

_BATCH = 500


def purge(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """Delete rows; links to them become blank. Details are purged by the caller before their master.

    The foreign keys are read from the database, because retired columns hold links too.
    """
    change_people(work, object, removes=True)
    spec = work.object(object)
    table = record_table(spec)
    keys = list(_keys_to(work, spec.table))
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        for name, column, is_side in keys:
            link = Table(quoted(name), MetaData(), Column(quoted(column), IdType()))
            condition = link.c[column].in_(batch)
            if is_side:
                work.writer.execute(delete(link).where(condition))
            else:
                work.writer.execute(update(link).where(condition).values({column: null()}))
        _blank_polymorphic(work, object, batch)
        work.writer.execute(delete(table).where(table.c.id.in_(batch)))


def _keys_to(work: Work, target: str) -> Iterator[tuple[str, str, bool]]:
    """(table, column, whether it is a side table) of every foreign key that points at a table."""
    inspector = inspect(work.connection)
    found = inspector.get_multi_foreign_keys(schema=work.place.schema)
    primary = inspector.get_multi_pk_constraint(schema=work.place.schema)
    for key, constraints in found.items():
        for constraint in constraints:
            if constraint["referred_table"] == target:
                yield key[1], _column(constraint), POSITION_COLUMN in primary[key]["constrained_columns"]


def _column(constraint: ReflectedForeignKeyConstraint) -> str:
    return constraint["constrained_columns"][0]


def _blank_polymorphic(work: Work, object: str, ids: Sequence[UUID]) -> None:
    for spec in work.snapshot.objects.values():
        for field in spec.fields.values():
            if field.definition.type == "polymorphic_lookup" and object in field.targets:
                name, id_ = (column.name for column in field.columns[:2])
                link = Table(
                    quoted(spec.table), MetaData(), Column(quoted(name), TextType()), Column(quoted(id_), IdType())
                )
                condition = and_(link.c[id_].in_(ids), link.c[name] == object)
                work.writer.execute(update(link).where(condition).values({name: None, id_: None}))
