"""Fresh, empty databases for tests: a SQLite file or a PostgreSQL database of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

KINDS = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Database:
    """One empty database.

    `kind` is "sqlite" or "postgres"; `address` is a SQLAlchemy URL; `folder` is a writable folder for
    whatever else the test keeps (further SQLite files, uploads, keys). `making` is what is left to do
    before the database is there: it is made for whoever asks for its `url`, not for who copies another one to it.
    """

    kind: str
    address: str
    folder: Path
    making: list[Callable[[], None]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database, which is there."""
        while self.making:
            self.making.pop()()
        return self.address

    @property
    def is_postgres(self) -> bool:
        """True on PostgreSQL."""
        return self.kind == "postgres"


def sqlite_database(folder: Path) -> Database:
    """A SQLite file in `folder` that does not exist yet."""
    return Database("sqlite", f"sqlite:///{folder / 'db.sqlite'}", folder)


@contextmanager
def postgres_database(server_url: str, folder: Path) -> Iterator[Database]:
    """A new database on the server at `server_url`, dropped at the end with whoever is still connected.

    `server_url` is a SQLAlchemy URL of a database where the user may create others.
    """
    name = f"test_{uuid4().hex}"
    database = Database("postgres", replace_database(server_url, name), folder, [lambda: _create(server_url, name)])
    try:
        yield database
    finally:
        if not database.making:
            _drop(server_url, name)


def _create(server_url: str, name: str) -> None:
    with psycopg.connect(conninfo(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(name)))


def _drop(server_url: str, name: str) -> None:
    with psycopg.connect(conninfo(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def server_of(database: Database) -> str:
    """The URL of the maintenance database on the server a PostgreSQL database is on."""
    return replace_database(database.address, "postgres")


def new_postgres(server_url: str) -> Database:
    """A new database that stays until the server goes."""
    name = f"template_{uuid4().hex}"
    _create(server_url, name)
    return Database("postgres", replace_database(server_url, name), Path())


def copy_postgres(source: Database, target: Database) -> None:
    """Make a fresh database as a copy of another one that nobody is connected to."""
    server = server_of(target)
    copied, name = (one.address.rsplit("/", 1)[1].split("?")[0] for one in (source, target))
    if not target.making:
        _drop(server, name)
    target.making.clear()
    with psycopg.connect(conninfo(server), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(copied)))


def conninfo(url: str) -> str:
    """The libpq connection string of a SQLAlchemy URL."""
    return make_conninfo(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=10)


def replace_database(url: str, name: str) -> str:
    """The same URL for another database of the server."""
    head, _, query = url.partition("?")
    base = head.rsplit("/", 1)[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
