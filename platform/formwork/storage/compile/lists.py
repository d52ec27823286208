"""Aggregates over the records of a list, as correlated subqueries over the rows the reader may see."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from formwork.expressions.nodes import Aggregate, AggregateOp
from formwork.expressions.paths import Base, ListPath
from formwork.expressions.types import Kind, record
from formwork.storage.compile.frame import Frame, Site
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.verbatim import verbatim
from formwork.storage.compile.walker import Walker

ONE, ZERO = verbatim("1"), verbatim("0")


def exists(walker: Walker, site: Site, node: Aggregate) -> ColumnElement[bool]:
    """TRUE when some record of the list has the condition. Never NULL."""
    frame, _, tests = _rows(walker, site, node)
    return _finish(site, frame, select(ONE), tests).exists()


def aggregate(walker: Walker, site: Site, node: Aggregate) -> Operand:
    """The value of sum, count, min, max or avg."""
    frame, inner, tests = _rows(walker, site, node)
    if node.value is None:
        return walker.backend.whole(_finish(site, frame, select(func.count()), tests).scalar_subquery())
    result = reduced(walker, node.op, walker.value(inner, node.value), node.value.type.kind)
    return _as_value(result, _finish(site, frame, select(result.sql), tests).scalar_subquery())


def reduced(walker: Walker, op: AggregateOp, value: Operand, kind: Kind) -> Operand:
    """The aggregate function over a value; sum of nothing is 0, the others are blank."""
    if op is AggregateOp.SUM and kind is Kind.DURATION:
        return Operand(func.coalesce(func.sum(value.sql), ZERO))
    if op is AggregateOp.SUM:
        total = walker.backend.total(walker.binder, value)
        return walker.backend.or_zero(total)
    if op is AggregateOp.AVG:
        return walker.backend.average(walker.binder, value)
    if kind in (Kind.TEXT, Kind.SELECT):
        value = Operand(walker.backend.text_order(value.sql))
    elif value.getter is not None:
        (sql,), wrap = walker.backend.align(walker.binder, [value])
        value = wrap(sql)
    function = func.min if op is AggregateOp.MIN else func.max
    return _as_value(value, function(value.sql))


def _rows(walker: Walker, site: Site, node: Aggregate) -> tuple[Frame, Site, list[ColumnElement[bool]]]:
    frame, tie = walker.members(site.frame, _owner(walker, site, node.source), node.source)
    inner = Site(frame, frame.root, site.values)
    tests = [tie]
    if node.condition is not None:
        tests.append(walker.true(inner, node.condition))
    return frame, inner, tests


def _owner(walker: Walker, site: Site, path: ListPath) -> ColumnElement[Any]:
    """The id of the record whose list it is; of the record that asks it is a parameter."""
    if path.base is Base.ROW:
        return walker.reach(site, path).id
    name = ".".join(hop.field for hop in path.hops) or "id"
    return walker.backend.parameter(
        walker.binder, ("this", name), record(path.owner), None, lambda inputs: inputs.this.get(name)
    ).sql


def _finish(site: Site, frame: Frame, query: Select[Any], tests: list[ColumnElement[bool]]) -> Select[Any]:
    return query.select_from(frame.from_clause()).where(and_(*tests)).correlate(*site.frame.sources)


def _as_value(form: Operand, sql: ColumnElement[Any]) -> Operand:
    return Operand(sql, scale=form.scale, bound=form.bound, whole=form.whole)
