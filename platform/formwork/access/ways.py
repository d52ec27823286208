"""The ways by which roles open records, one by one: what `decide` joins into one rule, taken apart for explanations.

A way is one scope of one grant. The union of the ways of a verb is the rule of its decision.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from formwork.access.decide import ON_MASTER, READING
from formwork.access.decision import Verb
from formwork.access.policy import along_parent, baseline_verbs, level_in, policy_of
from formwork.access.rows import rule_for
from formwork.catalog import EVERYTHING, Grant, ObjectSpec, RowRule, Snapshot, VerbRight
from formwork.definitions.model import ACTIONS
from formwork.expressions import Expression
from formwork.kernel import Actor

BASELINE = "baseline"
"""The scope of a grant on an object whose baseline opens every row to whoever has the verb at all."""
MANAGE_ALL = "manage_all"
"""The scope of a role that lifts every restriction."""


@dataclass(frozen=True, slots=True)
class Way:
    """One scope of one grant. `object` is what the grant is about: the master, for a detail that follows it.

    `rule` are the rows of the scope and `narrowed` those of them where `when` holds. `through` are the fields that
    join the record to the master it follows.
    """

    role: str
    object: str
    scope: str
    rule: RowRule
    narrowed: RowRule
    when: Expression | None = None
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldWay:
    """What one role says about one field. `written` is false where the level follows the right on the object."""

    role: str
    level: str
    written: bool


def ways(snapshot: Snapshot, actor: Actor, object: str, verb: Verb) -> tuple[Way, ...]:
    """Every way in which the actor's roles open records of an object for a verb; none where nothing is granted."""
    return tuple(_ways(snapshot, actor, snapshot.object(object), verb))


def _ways(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, verb: Verb) -> Iterator[Way]:
    known = snapshot.rights
    closed = _closed(snapshot, actor.roles)
    for role in closed:
        if known.roles[role].manage_all:
            yield Way(role, spec.name, MANAGE_ALL, EVERYTHING, EVERYTHING)
    policy = policy_of(snapshot, actor.roles, spec.name)
    if policy.follows is not None and spec.master is not None:
        above = _ways(snapshot, actor, snapshot.object(policy.follows), ON_MASTER.get(verb, verb))
        yield from (_below(spec.master.field, way) for way in above)
        return
    grants = [known.grants[(role, spec.name)] for role in closed if (role, spec.name) in known.grants]
    acts = verb.value in ACTIONS and any(verb.value in grant.actions for grant in grants)
    for grant in grants:
        rights = grant.verbs.get(verb.value, ())
        for right in (*rights, *(grant.verbs.get(ACTIONS[verb.value], ()) if acts else ())):
            yield from _of_right(snapshot, actor, spec, verb, grant.role, right)
    along = along_parent(spec, verb) if policy.verbs.get(verb) and not policy.manage_all else None
    if along is not None:
        field, object, asked = along
        for way in _ways(snapshot, actor, snapshot.object(object), asked):
            yield replace(
                way, rule=RowRule(through=(field, way.rule)), narrowed=RowRule(through=(field, way.narrowed)),
                through=(field, *way.through),
            )  # fmt: skip


def _of_right(
    snapshot: Snapshot, actor: Actor, spec: ObjectSpec, verb: Verb, role: str, right: VerbRight
) -> Iterator[Way]:
    scopes = [scope for scope in right.scopes if scope != "none"]
    if scopes and verb in baseline_verbs(spec):
        yield Way(role, spec.name, BASELINE, EVERYTHING, EVERYTHING)
        return
    to_edit = verb not in READING
    for scope in scopes:
        whole = rule_for(snapshot, actor, spec, (VerbRight((scope,)),), to_edit=to_edit)
        part = rule_for(snapshot, actor, spec, (VerbRight((scope,), right.when),), to_edit=to_edit)
        yield Way(role, spec.name, scope, whole, part, right.when)


def _below(field: str, way: Way) -> Way:
    """The way to the master as one to its detail."""

    def below(rule: RowRule) -> RowRule:
        return EVERYTHING if rule.everything else RowRule(through=(field, rule))

    return replace(way, rule=below(way.rule), narrowed=below(way.narrowed), through=(field, *way.through))


def field_ways(
    snapshot: Snapshot, roles: Iterable[str], object: str, field: str, record_type: str | None = None
) -> tuple[FieldWay, ...]:
    """What each of the roles, includes among them, says about a field of records, or of those of one type."""
    spec = snapshot.object(object)
    field_spec = spec.fields[field]
    found = []
    for role in _closed(snapshot, roles):
        grant: Grant | None = snapshot.rights.grants.get((role, object))
        if snapshot.rights.roles[role].manage_all:
            level = "hidden" if field_spec.definition.restricted or field_spec.definition.hidden else "edit"
            found.append(FieldWay(role, level, written=False))
        if grant is not None:
            told = grant.record_types.get(record_type or "")
            written = (field_spec.twin_of or field) in {*grant.fields, *(told.fields if told is not None else ())}
            found.append(FieldWay(role, level_in(grant, field_spec, record_type), written))
    return tuple(found)


def path_to_role(snapshot: Snapshot, held: Iterable[str], role: str) -> tuple[str, ...]:
    """From a role somebody has to one it includes, the shortest way; empty when none reaches it."""
    paths: list[tuple[str, ...]] = [(one,) for one in sorted(held) if one in snapshot.rights.roles]
    seen = {path[0] for path in paths}
    for path in paths:
        if path[-1] == role:
            return path
        more = [one for one in snapshot.rights.roles[path[-1]].includes if one in snapshot.rights.roles]
        paths += [(*path, one) for one in more if one not in seen]
        seen |= set(more)
    return ()


def _closed(snapshot: Snapshot, roles: Iterable[str]) -> list[str]:
    return sorted({inner for role in roles for inner in snapshot.rights.closure.get(role, ())})
