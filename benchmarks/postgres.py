"""A PostgreSQL server of the benchmark's own, with the durability a production server has."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.process import clock_of_children
from tests.support import postgres
from tests.support.databases import conninfo, replace_database

DATABASES = ("hand", "formwork")


@contextmanager
def running_postgres(folder: Path, *, wanted: bool) -> Iterator[str]:
    """The server's address without a database name, or nothing when it is not wanted.

    FORMWORK_BENCH_PG names another server where databases may be made.
    """
    if not wanted:
        yield ""
        return
    given = os.environ.get("FORMWORK_BENCH_PG")
    session = None if given else postgres.make_session_folder()
    url = given or postgres.ensure_server(session)  # type: ignore[arg-type]
    try:
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = on")  # type: ignore[arg-type]
            connection.execute("SELECT pg_reload_conf()")
            known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name in DATABASES:
                if name not in known:
                    connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield replace_database(url, "").rstrip("/")
    finally:
        if session is not None:
            postgres.stop_server(session)


def database_clock(server: str) -> Callable[[], float]:
    """Reads the seconds of processor time the server has used; 0 for one on another machine."""
    with psycopg.connect(conninfo(f"{server}/{DATABASES[0]}")) as connection:
        [backend] = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        status = Path(f"/proc/{backend}/status")
        if not status.exists():
            return lambda: 0.0
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return clock_of_children(int(lines["PPid"]))
