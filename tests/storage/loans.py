"""The small world of tests/expressions/world.py as objects, tables and rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from formwork.catalog import EVERYTHING, AggregateQuery, Query, RestrictedQuery, RowRule, Selected, Snapshot
from formwork.expressions import Expression, check
from formwork.fieldtypes.value import Address, RecordRef
from formwork.kernel import Actor, Context
from formwork.storage import TenantStore, Work, writes
from formwork.storage.schema.ddl import apply_schema
from formwork.storage.schema.plan import plan_schema
from tests.expressions.world import MADRID, ME, NOW, World
from tests.storage.snapshots import snapshot

OBJECTS = """
- object: user
  title: name
  fields:
    name: {type: text}
    department: {type: lookup, to: branch}
    branches: {type: many_to_many, to: branch}
- object: branch
  title: name
  fields:
    name: {type: text}
    budget: {type: money}
    parent: {type: lookup, to: branch}
- object: reader
  title: name
  fields:
    name: {type: text}
    points: {type: integer}
    joined_on: {type: date}
    active: {type: boolean}
    branch: {type: lookup, to: branch, inverse: readers}
- object: loan
  title: title
  fields:
    title: {type: text}
    note: {type: long_text}
    status:
      type: select
      options:
        new: {label: New, category: begun, weight: 0.1, current: true}
        open: {label: Open, category: begun, weight: 0.5, current: true}
        closed: {label: Closed, category: ended, weight: 1}
    total: {type: money}
    fee: {type: money}
    discount: {type: percent}
    pages: {type: integer}
    weight: {type: number, precision: 3}
    begun_on: {type: date}
    due_on: {type: date}
    taken_at: {type: datetime}
    back_at: {type: datetime}
    opens: {type: time}
    length: {type: duration}
    active: {type: boolean}
    reader: {type: lookup, to: reader, inverse: loans}
    about: {type: polymorphic_lookup, to: [reader, branch]}
    address: {type: address}
    topics: {type: multi_select, options: {art: Art, law: Law, sea: Sea}}
    labels: {type: tags}
    photo: {type: file}
    sheet: {type: json}
    amounts: {type: rollup, of: line.loan, sum: amount, where: active}
    quantities: {type: rollup, of: line.loan, avg: quantity}
    lines_count: {type: rollup, of: line.loan, count: true}
    last_name: {type: rollup, of: line.loan, latest: name, order_by: returned_on}
    rest: {type: formula, gives: money, expression: "total - amounts", stored: true}
    rest_twice: {type: formula, gives: money, expression: "rest * 2", stored: true}
    cube: {type: formula, gives: money, expression: "total * number(total) * number(total)", stored: true}
    share: {type: formula, gives: percent, expression: "fee / total"}
    branch_name: {type: reference, path: reader.branch.name}
    branch_labels: {type: reference, path: reader.branch}
- object: line
  master: {field: loan, to: loan, inverse: lines}
  fields:
    name: {type: text}
    quantity: {type: number, precision: 3}
    amount: {type: money}
    returned_on: {type: date}
    active: {type: boolean}
    branch: {type: lookup, to: branch}
"""

LOANS = snapshot(OBJECTS)
CONTEXT = Context(tenant="acme", actor=ME, now=NOW, timezone=MADRID)
ALL = dict.fromkeys(LOANS.objects, EVERYTHING)


class RolledBackError(Exception):
    """Leaves a unit of work so that nothing stays."""


def prepare(store: TenantStore, loans: Snapshot = LOANS) -> None:
    """Make the tables."""
    with store.write(CONTEXT, loans) as work:
        apply_schema(work, plan_schema(None, loans, "postgresql" if work.place.is_postgres else "sqlite"))


@contextmanager
def trial(store: TenantStore, context: Context = CONTEXT, loans: Snapshot = LOANS) -> Iterator[Work]:
    """A write transaction that is always rolled back."""
    try:
        with store.write(context, loans) as work:
            yield work
            raise RolledBackError
    except RolledBackError:
        pass


def fill(work: Work, world: World) -> None:
    """Insert every record of a world; look-ups to records that are not there are dropped by the caller."""
    objects = {id: name for name, records in world.records.items() for id in records}
    for name in ("branch", "reader", "user", "loan", "line"):
        rows = [_row(values, objects) for values in world.records.get(name, {}).values()]
        if rows:
            writes.insert(work, name, rows)


def _row(values: Mapping[str, Any], objects: Mapping[UUID, str]) -> dict[str, Any]:
    row = {key: None if value == "" else value for key, value in values.items()}
    row = {"version": 1, "created_at": NOW, "updated_at": NOW, **row}
    if row.get("address") is not None:
        row["address"] = Address(**{key: value or None for key, value in row["address"].items()})
    if row.get("about") is not None:
        row["about"] = RecordRef(objects.get(row["about"], "reader"), row["about"])
    if isinstance(row.get("length"), int):
        row["length"] = timedelta(seconds=row["length"])
    return row


def expression(text: str, object: str = "loan", *, this: str | None = None, loans: Snapshot = LOANS) -> Expression:
    """A checked expression at an object."""
    return check(text, loans.scope(object, this=this))


def selected(*texts: str, object: str = "loan", loans: Snapshot = LOANS) -> tuple[Selected, ...]:
    """Selected values named by their own text."""
    return tuple(Selected(text, expression(text, object, loans=loans)) for text in texts)


def restricted(query: Query | AggregateQuery, **rules: RowRule) -> RestrictedQuery:
    """A query under these rules; objects not named are seen whole."""
    return RestrictedQuery(query, {**ALL, **rules})


def actor(**values: Any) -> Actor:
    """An actor for row rules."""
    return Actor(user=UUID(int=7), **values)
