"""Locks of a schema change on PostgreSQL: all at once and briefly, or step back and let others through."""

import time
from collections.abc import Sequence

from sqlalchemy import func, inspect, select

from formwork.kernel import Unavailable
from formwork.storage.engines import BUSY_MS
from formwork.storage.schema.step import (
    ConvertedColumn,
    DroppedIndex,
    FoldKeys,
    NewColumn,
    NewForeignKey,
    NewIndex,
    RenewedColumn,
    RevivedColumn,
    SchemaStep,
    WiderColumn,
)
from formwork.storage.schema.tables import quoted
from formwork.storage.work import Work

_CHANGING = (NewColumn, ConvertedColumn, RenewedColumn, RevivedColumn, WiderColumn, DroppedIndex)
WAIT_MS = 80
"""How long the change waits in the line of a table before it leaves it again."""
TRIES = 50


def lock_publishing(work: Work) -> None:
    """One publish of a tenant at a time; held until the transaction ends. On SQLite every writer is alone anyway."""
    work.take_turn()
    if work.place.is_postgres:
        work.connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(work.place.schema))))


def lock_name(work: Work, name: str) -> None:
    """One transaction of the tenant at a time past this name; held until it ends. On SQLite every writer is alone."""
    work.take_turn()
    if work.place.is_postgres:
        key = func.hashtext(f"{work.place.schema}:{name}")
        work.connection.execute(select(func.pg_advisory_xact_lock(key)))


def lock_tables(work: Work, steps: Sequence[SchemaStep]) -> None:
    """Take the locks the steps need, in a publish that is alone; raises Unavailable when the tables are never free.

    A waiting ALTER TABLE makes everyone behind it wait, so the wait is short and repeated.
    """
    known = set(inspect(work.connection).get_table_names(schema=work.place.schema))
    changed = {step.table for step in steps if _changes(step)} & known
    read = ({step.table for step in steps if _reads(step)} | _targets(steps)) & known - changed
    if not changed and not read:
        return
    for _ in range(TRIES):
        try:
            with work.savepoint():
                work.connection.exec_driver_sql(f"SET LOCAL lock_timeout = {WAIT_MS}")
                _lock(work, changed, "ACCESS EXCLUSIVE")
                _lock(work, read, "SHARE ROW EXCLUSIVE")
        except Unavailable:
            time.sleep(WAIT_MS / 1000)
        else:
            work.connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_MS}")
            return
    raise Unavailable(
        "The tables are in use all the time. Try again when there is less going on.", code="database_unavailable"
    )


def _changes(step: SchemaStep) -> bool:
    return isinstance(step.change, _CHANGING)


def _reads(step: SchemaStep) -> bool:
    return isinstance(step.change, FoldKeys) or (isinstance(step.change, NewIndex) and not step.change.is_new)


def _targets(steps: Sequence[SchemaStep]) -> set[str]:
    keys = [step.change.key for step in steps if isinstance(step.change, NewColumn | ConvertedColumn | NewForeignKey)]
    return {key.target for key in keys if key is not None}


def _lock(work: Work, tables: set[str], mode: str) -> None:
    if tables:
        quote = work.connection.dialect.identifier_preparer.quote
        names = [f"{quote(quoted(work.place.schema or ''))}.{quote(quoted(name))}" for name in sorted(tables)]
        work.connection.exec_driver_sql(f"LOCK TABLE {', '.join(names)} IN {mode} MODE")
