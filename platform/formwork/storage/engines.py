"""One SQLAlchemy engine per database URL, set up so that transactions are ours to begin."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from formwork.kernel import Settings
from formwork.storage import faults, functions

BUSY_MS = 4_000
"""How long a statement waits for a lock before it is answered with Unavailable."""
CACHE_KB = 16_000
"""KiB of pages a SQLite connection keeps in memory; with the default of 2,000 a long list reads each page anew."""
PREPARE_AFTER = 5
"""How often a PostgreSQL connection sends a statement before it prepares it."""
MOST_PREPARED = 500
"""Statements a connection keeps prepared; the longest unused one goes first."""
DEADLINE = "formwork_deadline"
_CHECK_EVERY = 10_000
_PAUSE_SECONDS = 1.0
"""How long nobody tries to reach a server after it could not be reached, and at least as long as that took."""


class Deadline:
    """When the running SQLite statement must stop. Times are seconds of `time.monotonic`."""

    __slots__ = ("_at", "_seconds")

    def __init__(self) -> None:
        self._seconds = self._at = float("inf")

    def limit(self, milliseconds: int) -> None:
        """Every statement from now on may run this long, 0 = as long as it likes."""
        self._seconds = milliseconds / 1000 if milliseconds else float("inf")
        self.restart()

    def restart(self) -> None:
        """A statement begins."""
        self._at = time.monotonic() + self._seconds

    def expired(self) -> int:
        """1 when time is up: SQLite then interrupts the statement."""
        return int(time.monotonic() > self._at)


class Engines:
    """The engines of this process. Tenants on one PostgreSQL server share one engine."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engines: dict[str, Engine] = {}
        self._model: Engine | None = None
        self._lock = Lock()

    def get(self, url: str) -> Engine:
        """The engine for a SQLAlchemy URL (`sqlite:///file` or `postgresql+psycopg://…`)."""
        with self._lock:
            engine = self._engines.get(url)
            if engine is None:
                parsed = make_url(url)
                is_sqlite = parsed.get_backend_name() == "sqlite"
                if is_sqlite:
                    engine = _sqlite(parsed, self._settings, self._sqlite_model())
                else:
                    engine = _postgres(parsed, self._settings)
                faults.attach(engine)
                self._engines[url] = engine
            return engine

    def _sqlite_model(self) -> Engine:
        """An engine that was connected once, to learn what this SQLite can."""
        if self._model is None:
            self._model = create_engine("sqlite://")
            with self._model.connect():
                pass
            self._model.dispose()
        return self._model

    def release(self, url: str) -> None:
        """Close the connections of one database, for instance before its file is removed."""
        with self._lock:
            engine = self._engines.pop(url, None)
        if engine is not None:
            engine.dispose()

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            engines, self._engines = list(self._engines.values()), {}
        for engine in engines:
            engine.dispose()


class Breaker:
    """Keeps those who wait for a server that is away from being many, so that tenants elsewhere find free threads.

    After a connection failed others fail at once for a while, and then one at a time tries again.
    """

    def __init__(self) -> None:
        self._until = 0.0
        self._failed = False
        self._trying = Lock()

    def connect(self, dialect: Dialect, _record: object, words: Any, options: Any) -> Any:
        """A new connection of the driver; raises Unavailable at once while the server is thought to be away."""
        if not self._failed:
            return self._try(dialect, words, options)
        if time.monotonic() < self._until or not self._trying.acquire(blocking=False):
            raise faults.busy()
        try:
            return self._try(dialect, words, options)
        finally:
            self._trying.release()

    def _try(self, dialect: Dialect, words: Any, options: Any) -> Any:
        began = time.monotonic()
        try:
            connection = dialect.connect(*words, **options)
        except dialect.loaded_dbapi.OperationalError:
            now = time.monotonic()
            self._failed, self._until = True, now + max(_PAUSE_SECONDS, now - began)
            raise
        self._failed = False
        return connection


def sqlite_url(file: Path) -> str:
    """The URL of a SQLite file."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def copy_file(engine: Engine, file: Path) -> None:
    """Copy a SQLite database as it is committed now into a new file, while others write."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as target, engine.connect() as connection:
        source = connection.connection.driver_connection
        assert source is not None
        source.backup(target)


def _sqlite(url: URL, settings: Settings, model: Engine) -> Engine:
    """An engine of a file. What `model` knows of SQL is shared: a statement is rendered once for all files."""
    dialect = model.dialect
    words, given = dialect.create_connect_args(url)
    options = {**given, "isolation_level": None, "check_same_thread": False, "timeout": BUSY_MS / 1000}
    pool = QueuePool(
        lambda: dialect.connect(*words, **options),
        pool_size=settings.threads, max_overflow=2, timeout=BUSY_MS / 1000, dialect=dialect,
    )  # fmt: skip
    engine = Engine(pool, dialect, url, execution_options={"compiled_cache": model._compiled_cache})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "before_cursor_execute", _restart_deadline)
    return engine


def _restart_deadline(connection: Connection, *_statement: object) -> None:
    deadline: Deadline = connection.info[DEADLINE]
    deadline.restart()


def _prepare_sqlite(connection: Any, entry: ConnectionPoolEntry) -> None:
    """Set what SQLite keeps per connection: durable WAL, foreign keys, patience, a way to stop statements."""
    cursor = connection.cursor()
    wanted = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        f"cache_size=-{CACHE_KB}",
    )
    for pragma in wanted:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    deadline = Deadline()
    entry.info[DEADLINE] = deadline
    functions.register(connection)
    connection.set_progress_handler(deadline.expired, _CHECK_EVERY)


def _postgres(url: URL, settings: Settings) -> Engine:
    """Autocommit at the driver: the unit of work sends BEGIN itself, with its limits in one round trip.

    The driver prepares what it has sent five times; planning anew costs the server as much as the rest of
    a small statement. No session setting outlives a transaction, so poolers in transaction mode work,
    old ones with `prepared_statements` off.
    """
    threshold = PREPARE_AFTER if settings.prepared_statements else None
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        connect_args={"prepare_threshold": threshold, "connect_timeout": 5},
        pool_size=settings.threads,
        max_overflow=4,
        pool_timeout=BUSY_MS / 1000,
    )
    event.listen(engine, "do_connect", Breaker().connect)
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.prepared_max = MOST_PREPARED
