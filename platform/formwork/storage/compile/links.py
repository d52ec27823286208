"""Links: what a field that points at a record reads as once that record is deleted or not to be seen.

Such a link stays in its column and reads as blank. What it reads as is looked up beside the row, by the
primary key of what it points at; a condition that names a record still compares the column, which its
index serves, and asks besides whether the record is there.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, Text, and_, case, or_, select

from formwork.catalog import FieldSpec
from formwork.storage.compile.frame import Frame, Source
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.walker import Walker


def as_read(walker: Walker, frame: Frame, source: Source, field: FieldSpec, stored: Operand) -> Operand:
    """A stored link as its reader reads it. `stored` is its column, or one of its two."""
    columns = [source.column(column.name) for column in field.columns]
    id = columns[-1]
    if len(columns) == 1:
        found = target(walker, frame, field, field.targets[0], id)
        return stored if found is None else _masked(stored, found)
    tests = []
    for object in field.targets:
        found = target(walker, frame, field, object, id)
        named = columns[0] == walker.binder.constant(object, Text())
        tests.append(named if found is None else and_(named, found))
    return _masked(stored, or_(*tests)) if tests else stored


def target(
    walker: Walker, frame: Frame, field: FieldSpec, object: str, id: ColumnElement[object]
) -> ColumnElement[bool] | None:
    """TRUE when the record of an object with that id is there for the reader, None when it always is."""
    inner = walker.frame_of(walker.snapshot.objects[object], frame)
    seen = walker.visible(inner, inner.root) if field.conceals else None
    tests = [inner.root.id == id]
    if field.may_outlive:
        tests.append(inner.root.column("deleted_at").is_(None))
    elif seen is None:
        return None
    if seen is not None:
        tests.append(seen)
    found = select(verbatim("1")).select_from(inner.from_clause()).where(and_(*tests))
    return found.correlate(*frame.sources).exists()


def _masked(stored: Operand, there: ColumnElement[bool]) -> Operand:
    return replace(stored, sql=case((there, stored.sql)), link=stored.sql, there=there)
