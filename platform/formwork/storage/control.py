"""The control database: what is known of the tenants outside their own databases. Made on first use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, ForeignKey, MetaData, Table, func, inspect, select
from sqlalchemy.schema import CreateSchema

from formwork.kernel import Settings
from formwork.kernel.library import on_first_use
from formwork.storage.engines import Engines, sqlite_url
from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType
from formwork.storage.transaction import Mode, Place, transaction

if TYPE_CHECKING:
    from alembic import migration, operations
else:
    migration = on_first_use("alembic.migration")
    operations = on_first_use("alembic.operations")

SCHEMA = "formwork_control"
_LOCK = 0x666D_6374
"""Advisory lock under which the control schema is made."""
_TIMEOUT_MS = 10_000

CONTROL = MetaData()
TENANT = Table(
    "tenant",
    CONTROL,
    Column("name", TextType, primary_key=True),
    # The first version of the product reserved the column for a URL and left it empty; it holds a name of
    # FORMWORK_DATABASES, so that no password lies in the directory.
    Column("url", TextType, key="database", nullable=False),
    Column("location", TextType, nullable=False),
    Column("state", TextType, nullable=False),
    Column("label", TextType, nullable=False),
    Column("locale", TextType, nullable=False),
    Column("timezone", TextType, nullable=False),
    Column("currency", TextType, nullable=False),
    Column("created_at", DatetimeType, nullable=False),
    Column("purge_at", DatetimeType, nullable=True),
    Column("reason", TextType, nullable=True),
)
TENANT_HOST = Table(
    "tenant_host",
    CONTROL,
    Column("host", TextType, primary_key=True),
    Column("tenant", TextType, ForeignKey("tenant.name", ondelete="CASCADE"), nullable=False, index=True),
)
OPERATOR_LOG = Table(
    "operator_log",
    CONTROL,
    Column("id", IdType, primary_key=True),
    Column("at", DatetimeType, nullable=False),
    Column("by", TextType, nullable=False),
    Column("address", TextType, nullable=False),
    Column("act", TextType, nullable=False),
    Column("tenant", TextType, nullable=False, index=True),
    Column("detail", JsonType, nullable=False),
)


class Control:
    """One per process: opens transactions on the control database."""

    def __init__(self, settings: Settings, engines: Engines) -> None:
        if settings.database_url:
            self._place = Place(engines.get(settings.database_url), SCHEMA)
        else:
            settings.data.mkdir(parents=True, exist_ok=True)
            self._place = Place(engines.get(sqlite_url(settings.data / "control.sqlite")), None)
        self._ready = False

    @contextmanager
    def transaction(self, mode: Mode) -> Iterator[Connection]:
        """An open transaction; raises Unavailable when the database is down."""
        if not self._ready:
            self._prepare()
        with transaction(self._place, mode, _TIMEOUT_MS) as connection:
            yield connection

    def _prepare(self) -> None:
        with transaction(self._place, Mode.WRITE, _TIMEOUT_MS) as connection:
            if self._place.is_postgres:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
                connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            CONTROL.create_all(connection)
            self._add_columns(connection)
        self._ready = True

    def _add_columns(self, connection: Connection) -> None:
        """Columns that came with later versions of the product; versions before leave them blank."""
        for table in CONTROL.tables.values():
            found = {str(one["name"]) for one in inspect(connection).get_columns(table.name, schema=self._place.schema)}
            missing = [column for column in table.columns if column.name not in found]
            if missing:
                doer = operations.Operations(migration.MigrationContext.configure(connection))
                for column in missing:
                    fresh = Column(column.name, column.type, nullable=True)
                    doer.add_column(table.name, fresh, schema=self._place.schema)
