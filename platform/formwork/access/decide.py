"""`decide`: may this actor use this object in this way, which fields, which rows."""

from dataclasses import replace

from formwork.access.decision import Decision, Verb
from formwork.access.policy import Policy, along_parent, baseline_verbs, policy_of
from formwork.access.rows import rule_for
from formwork.catalog import EVERYTHING, ObjectSpec, RowRule, Snapshot, unite
from formwork.kernel import Actor, Denied, Unauthenticated

READING = frozenset({Verb.READ, Verb.EXPORT, Verb.PRINT})
"""Verbs that change nothing: a record that was given to be read is within them."""
ON_MASTER = {Verb.CREATE: Verb.EDIT, Verb.DELETE: Verb.EDIT}
"""What is asked of the master for a verb on a detail that follows it; the same verb unless it stands here."""


def decide(snapshot: Snapshot, actor: Actor, object: str, verb: Verb) -> Decision:
    """The decision for one object and verb.

    Raises Unauthenticated for nobody (before any query), NotFound for an unknown object, and Denied
    naming the scope when an API key lacks it. An actor keeps what was decided for it.
    """
    found: Decision | None = actor.known.get((snapshot, object, verb))
    if found is not None:
        return found
    spec = snapshot.object(object)
    if actor.system:
        every = frozenset(spec.fields)
        return Decision(object, verb, True, every, every, EVERYTHING, frozenset(), (f"system:{actor.reason}",))
    if actor.user is None:
        raise Unauthenticated("Sign in, or send an API key, and try again.")
    require_scope(actor, verb, object)
    found = actor.known[(snapshot, object, verb)] = _decide(snapshot, actor, spec, verb)
    return found


def _decide(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, verb: Verb) -> Decision:
    object = spec.name
    policy = policy_of(snapshot, actor.roles, object)
    if policy.follows is not None:
        return _through_master(snapshot, actor, object, verb, policy.follows)
    if policy.manage_all:
        return _granted(policy, verb, EVERYTHING, policy.actions)
    rights = policy.verbs.get(verb, ())
    if not rights:
        return Decision(object, verb, False, reasons=(f"no grant of {verb.value}",))
    to_edit = verb not in READING
    rule = EVERYTHING if verb in baseline_verbs(spec) else rule_for(snapshot, actor, spec, rights, to_edit=to_edit)
    rule = unite([rule, *_along_parent(snapshot, actor, spec, verb)])
    return _granted(policy, verb, rule, policy.actions)


def _along_parent(snapshot: Snapshot, actor: Actor, spec: ObjectSpec, verb: Verb) -> tuple[RowRule, ...]:
    """What the baseline `parent` adds: the rows whose parent may be read, or edited."""
    asked = along_parent(spec, verb)
    if asked is None:
        return ()
    field, object, above = asked
    beyond = decide_beyond(snapshot, actor, object, above)
    return (RowRule(through=(field, beyond.rule)),) if beyond.allowed and not beyond.rule.is_empty else ()


def _granted(policy: Policy, verb: Verb, rule: RowRule, actions: frozenset[str]) -> Decision:
    return Decision(
        policy.object, verb, True, policy.readable, policy.writable, rule, actions, policy.reasons, policy.masks,
        policy.locks, policy.barred,
    )  # fmt: skip


def may_use(snapshot: Snapshot, actor: Actor, object: str, verb: Verb = Verb.READ) -> bool:
    """True when the actor may use the object in this way at all; never raises for a key's scope."""
    try:
        return decide(snapshot, actor, object, verb).allowed
    except Denied:
        return False


def decide_beyond(snapshot: Snapshot, actor: Actor, object: str, verb: Verb = Verb.READ) -> Decision:
    """The decision about an object nobody asked for by name, but a link or a list leads to.

    An API key whose scopes do not reach it finds what a person without the right finds: nothing.
    """
    try:
        return decide(snapshot, actor, object, verb)
    except Denied:
        return Decision(object, verb, False, reasons=("no scope of the key",))


def _through_master(snapshot: Snapshot, actor: Actor, object: str, verb: Verb, master: str) -> Decision:
    """A detail without grants of its own follows its master: to change a detail is to edit the master."""
    spec = snapshot.object(object)
    above = decide(snapshot, actor, master, ON_MASTER.get(verb, verb))
    if not above.allowed or spec.master is None:
        return Decision(object, verb, False, reasons=above.reasons)
    policy = policy_of(snapshot, actor.roles, object)
    rule = EVERYTHING if above.rule.everything else _below(spec.master.field, above)
    return replace(_granted(policy, verb, rule, above.actions), reasons=above.reasons)


def _below(field: str, above: Decision) -> RowRule:
    return RowRule(through=(field, above.rule))


def require_scope(actor: Actor, verb: Verb, object: str = "") -> None:
    """Raise Denied `missing_scope` unless the actor's API key reaches so far.

    Keys carry scopes `<verb>`, `<verb>:<object>`, `read`, `write` or `*`. Without an object the scope of any will do.
    """
    if actor.scopes is None or "*" in actor.scopes:
        return
    kind = "read" if verb in READING else "write"
    held = actor.scopes if object else {scope.partition(":")[0] for scope in actor.scopes}
    wanted = {kind, f"{kind}:{object}", verb.value, f"{verb.value}:{object}"}
    if not wanted & held:
        scope = f"{kind}:{object}" if object else kind
        raise Denied(
            f"This API key lacks the scope `{scope}`. Make a key that has it.",
            code="missing_scope",
            extra={"scope": scope},
        )
