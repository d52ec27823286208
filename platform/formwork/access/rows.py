"""Scopes to row rules: whose rows, by which criteria, and through which master."""

from dataclasses import replace
from uuid import UUID

from formwork.catalog import EVERYTHING, ObjectSpec, RowRule, Shared, Snapshot, VerbRight, unite
from formwork.expressions import Expression
from formwork.expressions.denying import for_actor
from formwork.kernel import Actor

_RULE = "rule:"
_SHARED = "shared"


def rule_for(
    snapshot: Snapshot, actor: Actor, spec: ObjectSpec, rights: tuple[VerbRight, ...], *, to_edit: bool = False
) -> RowRule:
    """The union of what several roles grant for one verb. An unknown or empty scope grants nothing.

    `to_edit` says that what was shared by hand must have been shared for editing.
    """

    def rule_of(right: VerbRight) -> RowRule:
        return _rule(snapshot, actor, spec, right, to_edit)

    plain = [rule_of(right) for right in rights if right.when is None]
    narrowed = tuple((rule_of(right), for_actor(right.when, actor)) for right in rights if right.when is not None)
    if any(rule.everything for rule in plain):
        return EVERYTHING
    together = unite(plain)
    return replace(together, narrowed=tuple((rule, when) for rule, when in narrowed if not rule.is_empty))


def _rule(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, right: VerbRight, to_edit: bool) -> RowRule:
    if "all" in right.scopes:
        return EVERYTHING
    owners: set[UUID] = set()
    criteria: list[Expression] = []
    for scope in right.scopes:
        if scope.startswith(_RULE):
            rule = snapshot.rights.rules.get(scope.removeprefix(_RULE))
            if rule is not None and rule.object == spec.name:
                criteria.append(for_actor(rule.when, actor))
        else:
            owners |= actor.owners.get(scope, frozenset())
    shared = Shared(principals_of(actor), to_edit) if _SHARED in right.scopes and actor.user is not None else None
    if spec.master is None:
        return RowRule(owners=frozenset(owners), criteria=tuple(criteria), shared=shared)
    above = RowRule(owners=frozenset(owners), shared=shared)
    through = None if above.is_empty else (spec.master.field, above)
    return RowRule(criteria=tuple(criteria), through=through)


def principals_of(actor: Actor) -> frozenset[UUID]:
    """Everything a record can be shared with that reaches this person: themselves, their groups and queues."""
    own = frozenset() if actor.user is None else frozenset({actor.user})
    return own | actor.groups | actor.queues
