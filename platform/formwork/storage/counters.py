"""Counters for auto-numbers: blocks of consecutive numbers, each given out once."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

_COUNTER = SYSTEM.tables["fw_counter"]


def take(work: Work, key: str, count: int) -> int:
    """The first of `count` numbers nobody else gets; counting starts at 1.

    On PostgreSQL the block is taken in a short transaction of its own, so writers do not queue behind
    each other and a rolled-back write leaves a gap.
    """
    with work.aside() as connection:
        return _advance(connection, work.place.is_postgres, key, count)


def take_gapless(work: Work, key: str) -> int:
    """The next number, taken inside the write itself: a roll-back gives it back, writers wait in line."""
    return _advance(work.writer, work.place.is_postgres, key, 1)


def _advance(connection: Connection, is_postgres: bool, key: str, count: int) -> int:
    dialect = postgresql if is_postgres else sqlite
    new = dialect.insert(_COUNTER).values(key=key, value=count)
    statement = new.on_conflict_do_update(
        index_elements=["key"], set_={"value": _COUNTER.c.value + new.excluded.value}
    ).returning(_COUNTER.c.value)
    last: int = connection.execute(statement).scalar_one()
    return last - count + 1
