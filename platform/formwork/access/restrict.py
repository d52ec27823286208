"""`restrict`: a query with its fields checked and its reader's row rules attached."""

from collections.abc import Iterable
from functools import lru_cache

from formwork.access.decide import decide, decide_beyond
from formwork.access.decision import Decision, Verb
from formwork.access.hidden import tells_list
from formwork.catalog import (
    BEYOND,
    EVERYTHING,
    NOTHING,
    AggregateQuery,
    FieldSpec,
    ObjectSpec,
    Query,
    RestrictedQuery,
    RowRule,
    Snapshot,
)
from formwork.expressions import Expression
from formwork.kernel import Actor, Malformed

Pair = tuple[str, str]


def restrict(
    snapshot: Snapshot, actor: Actor, query: Query | AggregateQuery, verb: Verb = Verb.READ
) -> RestrictedQuery:
    """The query as this actor may run it: over rows they may read and, with another verb, may use in that way.

    Raises Denied without the right on the object and Malformed `bad_query` when any expression reads
    a field the actor may not see (none of an object they may not use), in the same words as for a field
    that does not exist.
    """
    decision = decide(snapshot, actor, query.object, verb).require()
    if actor.system:
        return restrict_for_platform(snapshot, query)
    expressions = _expressions(query)
    rights = _Rights(snapshot, actor)
    _require_all(rights, snapshot, expressions)
    read = rights[query.object]
    rules: dict[str, RowRule] = {query.object: read.rule if read.allowed else NOTHING}
    for object in touched(snapshot, expressions):
        if object not in rules:
            above = rights[object]
            rules[object] = above.rule if above.allowed else NOTHING
    masks = tuple((object, rights[object].masks) for object in rules if rights[object].masks)
    if not decision.rule.everything and decision.rule != read.rule:
        rules[BEYOND] = decision.rule
    return RestrictedQuery(query, rules, masks)


def require_readable(snapshot: Snapshot, actor: Actor, expressions: Iterable[Expression]) -> None:
    """Raise Malformed `bad_query` when one reads what the actor may not see, before anything is said about it."""
    if not actor.system:
        _require_all(_Rights(snapshot, actor), snapshot, expressions)


def _require_all(rights: "_Rights", snapshot: Snapshot, expressions: Iterable[Expression]) -> None:
    for object, name in {pair for expression in expressions for pair in expression.reads}:
        _require_readable(rights, snapshot.objects[object], name)


class _Rights(dict[str, Decision]):
    """What the reader of one query may read, decided once for each object it touches."""

    def __init__(self, snapshot: Snapshot, actor: Actor) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._actor = actor

    def __missing__(self, object: str) -> Decision:
        self[object] = found = decide_beyond(self._snapshot, self._actor, object)
        return found


def visible(snapshot: Snapshot, decision: Decision, actor: Actor, query: Query) -> RestrictedQuery:
    """The query over the rows a decision reaches, for the platform's own checks of a person's rows.

    What it selects is for the platform (record loading); only the row rule is the person's.
    """
    if actor.system:
        return restrict_for_platform(snapshot, query)
    rules = dict.fromkeys(touched(snapshot, _expressions(query)), EVERYTHING)
    return RestrictedQuery(query, {**rules, query.object: decision.rule})


def restrict_for_platform(snapshot: Snapshot, query: Query | AggregateQuery) -> RestrictedQuery:
    """The query over all rows: derived values, validation and maintenance, never an answer to a person."""
    rules = dict.fromkeys(touched(snapshot, _expressions(query)), EVERYTHING)
    return RestrictedQuery(query, {**rules, query.object: EVERYTHING})


def touched(snapshot: Snapshot, expressions: Iterable[Expression]) -> frozenset[str]:
    """Every object whose rows the expressions read, through read-time formulas and references too."""
    return frozenset(
        object for expression in expressions for pair in expression.reads for object in _objects_behind(snapshot, pair)
    )


def _expressions(query: Query | AggregateQuery) -> list[Expression]:
    if isinstance(query, Query):
        found = [item.expression for item in query.select] + [item.expression for item in query.sort]
    else:
        found = [item.expression for item in query.groups]
        found += [item.expression for item in query.measures if item.expression is not None]
    return found + list(query.where)


def _require_readable(rights: _Rights, spec: ObjectSpec, name: str) -> None:
    above = rights[spec.name]
    if name in spec.fields:
        if name in above.readable:
            return
    elif name in spec.lists and tells_list(rights.__getitem__, spec.name, spec.lists[name]):
        return
    raise Malformed("The query names a field that does not exist or that you may not see.", code="bad_query")


@lru_cache(maxsize=16384)
def _objects_behind(snapshot: Snapshot, pair: Pair) -> frozenset[str]:
    """The objects read when (object, field or list) is read; a link reads whether its target may be seen."""
    found: set[str] = set()
    seen: set[Pair] = set()
    waiting = [pair]
    while waiting:
        object, name = waiting.pop()
        if (object, name) in seen:
            continue
        seen.add((object, name))
        found.add(object)
        spec = snapshot.objects[object]
        field = spec.fields.get(name)
        if field is None:
            if name in spec.lists:
                found.add(spec.lists[name].object)
        elif field.conceals:
            found.update(field.targets)
        elif not field.stored:
            for expression in _inlined(field):
                waiting.extend(expression.reads)
    return frozenset(found)


def _inlined(field: FieldSpec) -> tuple[Expression, ...]:
    return tuple(expression for expression in (field.formula, field.reference) if expression is not None)
