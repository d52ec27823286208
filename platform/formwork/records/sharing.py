"""The named sharing rules of a tenant: what each opens, to which roles, and how many records it reaches."""

from dataclasses import dataclass, replace

from formwork.access import decide_management, restrict_for_platform
from formwork.catalog import Query, Selected, SharingRule, Snapshot
from formwork.catalog.reading import field_expression
from formwork.expressions.denying import for_actor
from formwork.kernel import Actor
from formwork.storage import Work, read

MOST = 10_000
"""Where counting the records of a rule stops."""
_PREFIX = "rule:"


@dataclass(frozen=True, slots=True)
class RuleReach:
    """One rule. `reaches` is how many records it opens, at most `MOST` + 1, which stands for more.

    A `personal` rule reads who asks, so its reach is None unless a person was named. `roles` are those with a grant
    that names the rule.
    """

    rule: str
    object: str
    when: str
    roles: tuple[str, ...]
    personal: bool
    reaches: int | None


def sharing_rules(work: Work, person: Actor | None = None) -> tuple[RuleReach, ...]:
    """Every named rule; `person` is whose reach of personal rules is counted.

    Raises Denied for who does not manage the tenant.
    """
    decide_management(work.snapshot, work.context.actor)
    rules = sorted(work.snapshot.rights.rules.values(), key=lambda rule: (rule.object, rule.name))
    return tuple(_reach(work, rule, person) for rule in rules)


def _reach(work: Work, rule: SharingRule, person: Actor | None) -> RuleReach:
    personal = rule.when.uses_actor
    count = None if personal and person is None else _count(work, rule, person)
    return RuleReach(rule.name, rule.object, rule.when.text, _roles(work.snapshot, rule.name), personal, count)


def _count(work: Work, rule: SharingRule, person: Actor | None) -> int:
    theirs = work if person is None else replace(work, context=work.context.acting_as(person))
    select = (Selected("id", field_expression(work.snapshot, rule.object, "id")),)
    query = Query(rule.object, select, where=(for_actor(rule.when, theirs.context.actor),), limit=None)
    return read.count_capped(theirs, restrict_for_platform(work.snapshot, query), MOST)


def _roles(snapshot: Snapshot, rule: str) -> tuple[str, ...]:
    named = _PREFIX + rule
    return tuple(
        dict.fromkeys(
            role
            for (role, _object), grant in snapshot.rights.grants.items()
            if any(named in right.scopes for rights in grant.verbs.values() for right in rights)
        )
    )
