"""Roll-ups: one value over the detail rows of a record, always over all live rows, whoever asks."""

from sqlalchemy import and_, func, select

from formwork.catalog import FieldSpec
from formwork.expressions.expression import Expression
from formwork.expressions.nodes import AggregateOp
from formwork.storage.compile.frame import Frame, Site, Source, Values
from formwork.storage.compile.lists import reduced
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.slots import SHAPES
from formwork.storage.compile.walker import Walker

_REDUCERS = {"sum": AggregateOp.SUM, "min": AggregateOp.MIN, "max": AggregateOp.MAX, "avg": AggregateOp.AVG}


def rollup(walker: Walker, frame: Frame, source: Source, field: FieldSpec) -> Operand:
    """The roll-up of a field for the record of `source`, as a correlated subquery."""
    spec = field.rollup
    assert spec is not None
    walker = walker.unrestricted()
    detail = walker.snapshot.objects[spec.detail]
    inner = walker.frame_of(detail, frame)
    tests = [
        walker.stored(inner.root, detail.fields[spec.via]).sql == source.id,
        inner.root.column("deleted_at").is_(None),
    ]
    if spec.where is not None:
        shape = SHAPES.of(spec.where)
        tests.append(walker.true(_site(inner, spec.where), shape.root))
    if spec.value is None:
        counted = select(func.count()).select_from(inner.from_clause()).where(and_(*tests))
        return walker.backend.whole(counted.correlate(*frame.sources).scalar_subquery())
    value = _value(walker, inner, spec.value)
    result = value if spec.kind == "latest" else reduced(walker, _REDUCERS[spec.kind], value, spec.value.type.kind)
    found = select(result.sql).select_from(inner.from_clause())
    if spec.kind == "latest":
        order = _value(walker, inner, spec.order_by).sql if spec.order_by else inner.root.column("created_at")
        tests.append(value.sql.is_not(None))
        found = found.order_by(order.desc().nulls_last(), inner.root.id.desc()).limit(1)
    subquery = found.where(and_(*tests)).correlate(*frame.sources).scalar_subquery()
    answer = Operand(subquery, scale=result.scale, bound=result.bound, whole=result.whole)
    return walker.backend.round(walker.binder, answer, field.type.scale) if field.type.is_numeric else answer


def _site(frame: Frame, expression: Expression) -> Site:
    return Site(frame, frame.root, Values(fixed=SHAPES.of(expression).values))


def _value(walker: Walker, frame: Frame, expression: Expression) -> Operand:
    return walker.value(_site(frame, expression), SHAPES.of(expression).root)
