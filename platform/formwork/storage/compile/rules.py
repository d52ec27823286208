"""Row rules as predicates, and the SELECTs behind hops and lists.

The branches of a rule are joined by OR in one predicate: owners as one set parameter, criteria on the
row, a master's rule through the master. A rule without branches is never compiled at the root: the
caller then runs no query. The shape of the predicate is decided here alone, so that a scan guarded by
a gather can take its place.
"""

from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, and_, false, or_, select

from formwork.catalog import RowRule, Shared
from formwork.expressions.expression import Expression
from formwork.expressions.types import DATETIME, record
from formwork.storage.compile.binder import Getter, Inputs
from formwork.storage.compile.frame import Frame, Site, Source, Values
from formwork.storage.compile.slots import SHAPES
from formwork.storage.compile.tables import share_table
from formwork.storage.compile.walker import Walker

Way: TypeAlias = tuple[str, tuple[int, ...]]
"""Where a rule is found when the statement runs: the object it was given for, and the steps into it
(MASTER for the rule of the master it goes through, n for its narrowed branch n)."""
MASTER = -1
_PERSON = record("user")
EDITING = "edit"
"""The level of a share that lets one edit; the other one lets one read."""


def rule_predicate(
    walker: Walker, frame: Frame, source: Source, rule: RowRule, way: Way, slots: "RuleSlots"
) -> ColumnElement[bool] | None:
    """TRUE for rows the rule shows, None when it shows all."""
    if rule.everything:
        return None
    branches = rule_branches(walker, frame, source, rule, way, slots)
    return or_(*branches) if branches else false()


def rule_branches(
    walker: Walker, frame: Frame, source: Source, rule: RowRule, way: Way, slots: "RuleSlots"
) -> list[ColumnElement[bool]]:
    """One predicate for each branch of a rule that does not show all, owners first, in a fixed order."""
    branches: list[ColumnElement[bool]] = []
    if rule.owners and "owner" in source.spec.fields:
        branches.append(_is_owned(walker, source, rule, way))
    if rule.shared is not None:
        branches.append(_was_shared(walker, source, rule.shared, way))
    for expression in rule.criteria:
        branches.append(_criterion(walker, frame, source, expression, slots.next(expression)))
    for place, (inner, when) in enumerate(rule.narrowed):
        narrowed = rule_predicate(walker, frame, source, inner, (way[0], (*way[1], place)), slots)
        condition = _criterion(walker, frame, source, when, slots.next(when))
        branches.append(condition if narrowed is None else and_(narrowed, condition))
    if rule.through is not None:
        branches.append(_through_master(walker, frame, source, rule.through, way, slots))
    return branches


class RuleSlots:
    """Hands out the slot values of the criteria of one object's rule, in the order of `rule_expressions`."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def next(self, expression: Expression) -> Values:
        """The values of the next criterion."""
        values = Values(self._offset)
        self._offset += len(SHAPES.of(expression).values)
        return values


def rule_expressions(rule: RowRule) -> tuple[Expression, ...]:
    """Every criterion of a rule and of the masters' rules it goes through, in compilation order."""
    if rule.everything:
        return ()
    narrowed = tuple(one for inner, when in rule.narrowed for one in (*rule_expressions(inner), when))
    return rule.criteria + narrowed + (rule_expressions(rule.through[1]) if rule.through is not None else ())


def rule_shape(rule: RowRule) -> tuple[object, ...]:
    """What of a rule decides the SQL text."""
    if rule.everything:
        return ("everything",)
    through = (rule.through[0], rule_shape(rule.through[1])) if rule.through is not None else None
    narrowed = tuple((rule_shape(inner), SHAPES.of(when).number) for inner, when in rule.narrowed)
    shared = None if rule.shared is None else rule.shared.to_edit
    return (min(len(rule.owners), 2), shared, tuple(SHAPES.of(one).number for one in rule.criteria), narrowed, through)


def owners_getter(way: Way) -> Getter:
    """Draws the owners of the rule of an object, or of a rule inside it."""

    def draw(inputs: Inputs) -> frozenset[UUID]:
        return _rule_at(inputs, way).owners

    return draw


def _rule_at(inputs: Inputs, way: Way) -> RowRule:
    object, steps = way
    rule = inputs.rules[object]
    for step in steps:
        if step == MASTER:
            assert rule.through is not None
            rule = rule.through[1]
        else:
            rule = rule.narrowed[step][0]
    return rule


def _is_owned(walker: Walker, source: Source, rule: RowRule, way: Way) -> ColumnElement[bool]:
    """TRUE for rows of the rule's owners. A single one is compared plainly: the index then gives its rows in order."""
    owner, owners = source.column("owner"), owners_getter(way)
    if len(rule.owners) > 1:
        return walker.backend.identifiers(walker.binder, ("owners", *way), owner, owners)
    key = ("owner", *way)
    return owner == walker.backend.parameter(walker.binder, key, _PERSON, None, lambda i: next(iter(owners(i)))).sql


def _was_shared(walker: Walker, source: Source, shared: Shared, way: Way) -> ColumnElement[bool]:
    """TRUE for rows that were given to the reader, directly or through a group or queue, and still are."""
    given = share_table(schema=walker.backend.schemas).alias(walker.alias())
    to_me = walker.backend.identifiers(walker.binder, ("shared", *way), given.c.principal, principals_getter(way))
    return source.id.in_(select(given.c.record).where(to_me, *share_tests(walker, source, given, shared)))


def share_tests(walker: Walker, source: Source, given: FromClause, shared: Shared) -> list[ColumnElement[bool]]:
    """What makes a share of the source's object one that holds now and reaches so far, whoever it was given to."""
    now = walker.backend.parameter(walker.binder, "now of shares", DATETIME, None, lambda inputs: inputs.context.now)
    tests = [
        given.c.object == walker.binder.constant(source.spec.name, Text()),
        or_(given.c.until.is_(None), given.c.until > now.sql),
    ]
    if shared.to_edit:
        tests.append(given.c.level == walker.binder.constant(EDITING, Text()))
    return tests


def principals_getter(way: Way) -> Getter:
    """Draws to whom the shares of the rule of an object, or of a rule inside it, were given."""

    def draw(inputs: Inputs) -> frozenset[UUID]:
        found = _rule_at(inputs, way).shared
        return frozenset() if found is None else found.principals

    return draw


def _criterion(
    walker: Walker, frame: Frame, source: Source, expression: Expression, values: Values
) -> ColumnElement[bool]:
    """A sharing rule, computed unrestricted. One that follows paths looks at the row once more, by its id."""
    shape = SHAPES.of(expression)
    if not any(path.hops for path in expression.paths) and not any(used.path.hops for used in expression.lists):
        return walker.unrestricted().true(Site(frame, source, values), shape.root)
    again = walker.frame_of(source.spec, frame)
    predicate = walker.unrestricted().true(Site(again, again.root, values), shape.root)
    found = select(again.root.id).select_from(again.from_clause()).where(again.root.id == source.id, predicate)
    return found.correlate(*frame.sources).exists()


def _through_master(
    walker: Walker, frame: Frame, source: Source, through: tuple[str, RowRule], way: Way, slots: RuleSlots
) -> ColumnElement[bool]:
    field, rule = through
    spec = walker.snapshot.objects[source.spec.fields[field].targets[0]]
    inner = walker.frame_of(spec, frame)
    predicate = rule_predicate(walker, inner, inner.root, rule, (way[0], (*way[1], MASTER)), slots)
    link = source.column(source.spec.fields[field].columns[0].name)
    tests = [inner.root.id == link, inner.root.column("deleted_at").is_(None)]
    if predicate is not None:
        tests.append(predicate)
    return select(inner.root.id).select_from(inner.from_clause()).where(and_(*tests)).correlate(*frame.sources).exists()
