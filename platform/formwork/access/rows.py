"""Scopes to row rules: whose rows, by which criteria, and through which master."""

from uuid import UUID

from formwork.catalog import EVERYTHING, ObjectSpec, RowRule, Snapshot, VerbRight
from formwork.expressions import Expression
from formwork.kernel import Actor

_RULE = "rule:"


def rule_for(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, rights: tuple[VerbRight, ...]) -> RowRule:
    """The union of what several roles grant for one verb. An unknown or empty scope grants nothing."""
    plain = [_rule(snapshot, actor, spec, right) for right in rights if right.when is None]
    narrowed = tuple((_rule(snapshot, actor, spec, right), right.when) for right in rights if right.when is not None)
    if any(rule.everything for rule in plain):
        return EVERYTHING
    return RowRule(
        owners=frozenset(owner for rule in plain for owner in rule.owners),
        criteria=tuple(dict.fromkeys(term for rule in plain for term in rule.criteria)),
        narrowed=tuple((rule, when) for rule, when in narrowed if not rule.is_empty),
        through=_together([rule.through for rule in plain if rule.through is not None]),
    )


def _together(ways: list[tuple[str, RowRule]]) -> tuple[str, RowRule] | None:
    """Several roles' ways to the same master as one: the owners of all of them."""
    if not ways:
        return None
    return ways[0][0], RowRule(owners=frozenset(owner for _, above in ways for owner in above.owners))


def _rule(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, right: VerbRight) -> RowRule:
    if "all" in right.scopes:
        return EVERYTHING
    owners: set[UUID] = set()
    criteria: list[Expression] = []
    for scope in right.scopes:
        if scope.startswith(_RULE):
            rule = snapshot.rights.rules.get(scope.removeprefix(_RULE))
            if rule is not None and rule.object == spec.name:
                criteria.append(rule.when)
        else:
            owners |= actor.owners.get(scope, frozenset())
    if spec.master is None:
        return RowRule(owners=frozenset(owners), criteria=tuple(criteria))
    above = RowRule(owners=frozenset(owners))
    through = None if above.is_empty else (spec.master.field, above)
    return RowRule(criteria=tuple(criteria), through=through)
