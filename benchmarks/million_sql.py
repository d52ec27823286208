"""The statements an expert would write for the large list, by reader."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from uuid import UUID

from benchmarks.million_fill import OBJECT
from formwork.catalog import Query, RestrictedQuery
from formwork.storage import Work

THIRD = ("DE", "FR", "US")


def by_hand(work: Work, text: str) -> Callable[[], list[UUID]]:
    """Runs a statement in the driver and gives the ids of its rows."""

    # The texts hold one reader's values: nobody would keep a plan for each.
    unprepared = {"prepare": False} if work.place.is_postgres else {}

    def step() -> list[UUID]:
        cursor = work.connection.connection.cursor()
        try:
            cursor.execute(text, **unprepared)
            ids = [row[0] for row in cursor.fetchall()]
        finally:
            cursor.close()
        return [one if isinstance(one, UUID) else UUID(bytes=one) for one in ids]

    return step


def shapes_of(work: Work, restricted: RestrictedQuery, reader: str, key: str) -> dict[str, str]:
    """Ways to the page: one OR tested along the sort, ids before rows, the rows of the rule gathered first, and
    each owner's own top where the reader sees what many own."""
    query = restricted.query
    assert isinstance(query, Query)
    table = _table(work, OBJECT)
    rule = restricted.rules[OBJECT]
    owners = [_literal(work, one) for one in rule.owners]
    own = f"t.owner = {owners[0]}" if len(owners) == 1 else f"t.owner IN ({', '.join(owners)})"
    given = (
        f"SELECT x.record FROM {_table(work, 'fw_share')} x WHERE x.object = '{OBJECT}' "
        f"AND x.principal = {_literal(work, work.context.actor.user)} AND x.until IS NULL"
    )
    tests = {
        "all": ["1 = 1"], "30 % by rule": [f"t.country IN {THIRD}", own], "shared 0.5 %": [own, f"t.id IN ({given})"],
    }.get(reader, [own])  # fmt: skip
    keys = ("id",) if key == "id" else (key, "id")
    live = "t.deleted_at IS NULL"
    if query.after is not None:
        start = ", ".join(_literal(work, value) for value in query.after)
        live += f" AND ({', '.join('t.' + one for one in keys)}) > ({start})"
    order = ", ".join(f"t.{one}" for one in keys)
    end = f"ORDER BY {order} LIMIT {query.limit}"
    where = f"{live} AND ({' OR '.join(tests)})"
    shapes = {
        "scan": f"SELECT t.id, t.* FROM {table} t WHERE {where} {end}",
        "ids first": f"SELECT t.id, t.* FROM {table} t "
        f"WHERE t.id IN (SELECT t.id FROM {table} t WHERE {where} {end}) ORDER BY {order}",
        "gather": _merged(table, [f"SELECT {order} FROM {table} t WHERE {where}"], order, end),
    }
    if len(tests) > 1:
        each = [f"SELECT {order} FROM {table} t WHERE {live} AND {test}" for test in tests]
        shapes["union"] = _merged(table, [f"SELECT * FROM ({one} {end}) t" for one in each], order, end)
        shapes["union of all"] = _merged(table, each, order, end)
    if len(owners) > 1 and work.place.is_postgres:
        top = f"SELECT {order} FROM {table} t WHERE {live} AND t.owner = g.u {end}"
        by_owner = f"SELECT t.* FROM unnest(ARRAY[{', '.join(owners)}]::uuid[]) g(u), LATERAL ({top}) t"
        shapes["lateral"] = _merged(table, [by_owner], order, end)
    return shapes


def _merged(table: str, branches: Iterable[str], order: str, end: str) -> str:
    return (
        f"WITH found AS MATERIALIZED ({' UNION '.join(branches)}), page AS MATERIALIZED (SELECT * FROM found t {end}) "
        f"SELECT t.id, t.* FROM page JOIN {table} t ON t.id = page.id ORDER BY {order}"
    )


def _table(work: Work, name: str) -> str:
    return f'"{work.place.schema}"."{name}"' if work.place.is_postgres else f'"{name}"'


def _literal(work: Work, value: object) -> str:
    if isinstance(value, UUID):
        return f"'{value}'" if work.place.is_postgres else f"X'{value.hex}'"
    assert isinstance(value, Decimal)
    return str(value) if work.place.is_postgres else str(int(value * 10_000))
