"""Who may manage a tenant: its metadata, users' roles and everybody's keys."""

from formwork.access.decision import Decision, Verb
from formwork.catalog import EVERYTHING, Snapshot
from formwork.kernel import Actor, Denied, Unauthenticated

SCOPE = "manage"
"""The scope an API key needs for it."""


def decide_management(snapshot: Snapshot, actor: Actor) -> Decision:
    """The decision about managing the tenant: the system and roles with `manage_all` may.

    Raises Unauthenticated for nobody, Denied `missing_scope` for an API key without the scope.
    """
    if actor.system:
        return Decision("", Verb.EDIT, True, rule=EVERYTHING, reasons=(f"system:{actor.reason}",))
    if actor.user is None:
        raise Unauthenticated("Sign in, or send an API key, and try again.")
    if actor.scopes is not None and not {"*", SCOPE} & actor.scopes:
        raise Denied(
            f"This API key lacks the scope `{SCOPE}`. Make a key that has it.",
            code="missing_scope",
            extra={"scope": SCOPE},
        )
    known = snapshot.rights
    closed = {role for name in actor.roles for role in known.closure.get(name, ())}
    reasons = tuple(f"role:{role}" for role in sorted(closed) if known.roles[role].manage_all)
    if not reasons:
        raise Denied("Only who manages this tenant may do this. Ask an administrator.", code="denied")
    return Decision("", Verb.EDIT, True, rule=EVERYTHING, reasons=reasons)


def may_manage(snapshot: Snapshot, actor: Actor) -> bool:
    """True for whoever may manage the tenant; never raises, neither for a key's scope nor for nobody."""
    try:
        return decide_management(snapshot, actor).allowed
    except (Denied, Unauthenticated):
        return False
