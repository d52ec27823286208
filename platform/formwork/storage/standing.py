"""Where a request stands, in one statement: the metadata in force, the people's mark, whether the tenant is
suspended, its credential's row.

The mark is a random number that changes with everything an Actor is made of: users, groups, queues,
departments, role assignments. What a process keeps about people holds while the mark is the one it was
kept under, however many processes there are; it lies in `fw_counter` beside the numbers. So does the word
that nobody is let in: it stands in the tenant's own database, so that every process sees it at the next request.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from formwork.catalog.snapshot import Snapshot
from formwork.storage import prepared
from formwork.storage.driver import DriverCursor
from formwork.storage.system_tables import INTEGER, SYSTEM, TEXT
from formwork.storage.work import Work

PEOPLE = frozenset({"user", "group", "queue", "department"})
"""The objects an Actor is made of."""
_MARK, _SUSPENDED = "people", "suspended"
_BITS = 62
_FORGOTTEN = count()
_COUNTER, _METADATA = SYSTEM.tables["fw_counter"], SYSTEM.tables["fw_metadata"]
_CACHE, _CHANGED, _MARKED, _SEEN = "standing", "people changed", "people marked", "metadata seen"


@dataclass(frozen=True, slots=True)
class Credential:
    """What to look a credential up by: its table and the digest there."""

    table: str
    column: str
    digest: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The number (0 before the first publish) and hash of the metadata in force, the mark, whether nobody is let in,
    the credential's row.
    """

    version: int
    hash: str
    mark: int
    suspended: bool
    credential: Credential | None
    row: Mapping[str, Any] | None


def standing_of(work: Work, credential: Credential | None = None) -> Standing:
    """What is true now; asked once in a unit of work, and again for another credential."""
    known: Standing | None = work.cache.get(_CACHE)
    if known is not None and credential in (None, known.credential):
        return known
    statement, names = _question(None if credential is None else (credential.table, credential.column))
    values = {} if credential is None else {"digest": credential.digest}
    [found] = prepared.fetch(work, statement, values)
    # A credential's row has a key that is never blank; without one the outer join found nothing.
    row = dict(zip(names, found[5:], strict=True)) if credential is not None and found[4] is not None else None
    answer = Standing(found[0] or 0, found[1] or "", found[2] or 0, bool(found[3]), credential, row)
    _forget_plans(work, answer.hash)
    work.cache[_CACHE] = answer
    return answer


def _forget_plans(work: Work, version: str) -> None:
    """Let a PostgreSQL connection forget its plans when the metadata has moved on: a column may have another type.

    The driver looks at what a statement did only when it has not counted that text before, so no two are the same.
    """
    if not work.place.is_postgres:
        return
    seen: dict[str | None, str] = work.connection.info.setdefault(_SEEN, {})
    known = seen.setdefault(work.place.schema, version)
    if known != version:
        seen[work.place.schema] = version
        with DriverCursor(work.connection) as cursor:
            cursor.execute(f"DEALLOCATE ALL -- {next(_FORGOTTEN)}", prepare=False)


def change_people(work: Work, object: str | None = None, *, removes: bool = False) -> None:
    """Say that people change, before they are written; every process works out its actors anew.

    With an `object` only when that is one people are made of, or, where records are taken away or come
    back (`removes`), one that users point at. On PostgreSQL writers of people wait here for each other.
    """
    if object is not None and object not in PEOPLE and not (removes and object in _pointed_at(work.snapshot)):
        return
    work.cache[_CHANGED] = True
    if _MARKED in work.cache:
        return
    prepared.execute(work, _new_mark(work.place.is_postgres), {"mark": secrets.randbits(_BITS)})
    if not work.connection.in_nested_transaction():
        work.cache[_MARKED] = True


def people_changed_here(work: Work) -> bool:
    """True when this unit of work has changed people: what it sees of them is nobody else's yet."""
    return _CHANGED in work.cache


def set_suspended(work: Work, suspended: bool) -> None:
    """Say that nobody is let in, or that people and jobs are again; every process sees it at its next request."""
    work.writer.execute(delete(_COUNTER).where(_COUNTER.c.key == _SUSPENDED))
    if suspended:
        work.writer.execute(insert(_COUNTER).values(key=_SUSPENDED, value=1))
    forget_standing(work)


def forget_standing(work: Work) -> None:
    """Read anew at the next question: this unit of work has published."""
    work.cache.pop(_CACHE, None)


@lru_cache(maxsize=256)
def _pointed_at(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(
        target
        for name in PEOPLE & snapshot.objects.keys()
        for field in snapshot.objects[name].fields.values()
        for target in field.targets
    )


@lru_cache(maxsize=8)
def _question(place: tuple[str, str] | None) -> tuple[Select[Any], tuple[str, ...]]:
    mark, suspended = (
        select(_COUNTER.c.value).where(_COUNTER.c.key == key).scalar_subquery() for key in (_MARK, _SUSPENDED)
    )
    newest = select(func.max(_METADATA.c.version)).scalar_subquery()
    one = select(literal(1).label("one")).subquery("one")
    source = one.outerjoin(_METADATA, _METADATA.c.version == newest)
    columns = (_METADATA.c.version, _METADATA.c.hash, mark, suspended)
    if place is None:
        return select(*columns).select_from(source), ()
    table = SYSTEM.tables[place[0]]
    key = table.c[place[1]]
    joined = source.outerjoin(table, key == bindparam("digest", type_=TEXT))
    return select(*columns, key.label("found"), *table.columns).select_from(joined), tuple(table.columns.keys())


@lru_cache(maxsize=2)
def _new_mark(postgres: bool) -> Any:
    insert = (postgresql if postgres else sqlite).insert(_COUNTER)
    statement = insert.values(key=_MARK, value=bindparam("mark", type_=INTEGER))
    return statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
