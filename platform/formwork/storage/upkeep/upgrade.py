"""Bringing a tenant's system tables to this version of the product."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, inspect, select

from formwork.kernel import Unavailable
from formwork.kernel.library import on_first_use
from formwork.storage.postgres_functions import create_functions
from formwork.storage.system_tables import SYSTEM
from formwork.storage.upkeep.migrations import MIGRATIONS, Migration

if TYPE_CHECKING:
    from alembic import migration, operations
else:
    migration = on_first_use("alembic.migration")
    operations = on_first_use("alembic.operations")

FIRST = 1
_LOCK = 0x666D_7570
"""Advisory lock under which a database is upgraded."""


def latest(migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The number of the newest system schema this version of the product knows."""
    return migrations[-1].number if migrations else FIRST


def upgrade(connection: Connection, now: datetime, migrations: Sequence[Migration] = MIGRATIONS) -> Sequence[int]:
    """Make the system tables, or run the migrations that are missing; gives the numbers that ran.

    Runs inside the caller's transaction, so a failing migration leaves the tenant as it was. Raises
    Unavailable when the database is from a newer product.
    """
    schema_table = SYSTEM.tables["fw_schema"]
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if schema is not None:
        create_functions(connection, schema)
    if not inspect(connection).has_table("fw_schema", schema=schema):
        SYSTEM.create_all(connection)
        connection.execute(insert(schema_table).values(number=latest(migrations), name="first", at=now))
        return [latest(migrations)]
    current = number(connection)
    if current > latest(migrations):
        raise Unavailable(
            "This tenant was upgraded by a newer version of the product. Install that version.", code="newer_schema"
        )
    pending = [one for one in migrations if one.number > current]
    doer = operations.Operations(migration.MigrationContext.configure(connection, opts={"as_sql": False}))
    for one in pending:
        one.upgrade(doer)
        connection.execute(insert(schema_table).values(number=one.number, name=one.name, at=now))
    return [one.number for one in pending]


def number(connection: Connection) -> int:
    """The number of the newest migration this database has."""
    newest: int = connection.execute(select(func.max(SYSTEM.tables["fw_schema"].c.number))).scalar_one()
    return newest
