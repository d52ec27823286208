"""Scopes an API key may be given: those that exist, that its maker has, and none that a key lacks itself."""

import re
from collections.abc import Sequence
from typing import Any

from formwork.access import SCOPE, Verb, may_manage, may_use, require_scope
from formwork.catalog import Snapshot
from formwork.kernel import Actor, Denied, Invalid, Problem

_SCOPE = re.compile(r"[a-z_]{1,20}(:[a-z][a-z0-9_]{0,40})?|\*")


def ill_formed_scopes(scopes: Sequence[Any]) -> list[Problem]:
    """A problem for each of these that is no scope by its look."""
    return [
        Problem(f"/scopes/{at}", "bad_scope", "A scope reads like `read`, `write`, `read:<object>` or `*`.")
        for at, scope in enumerate(scopes)
        if not isinstance(scope, str) or not _SCOPE.fullmatch(scope)
    ]


def require_own_scopes(snapshot: Snapshot, actor: Actor, scopes: Sequence[str] | None) -> None:
    """Refuse scopes that whoever makes the key does not have; None asks for all they have.

    Raises Denied `missing_scope` for a key that asks for more than it carries, Invalid `bad_scope` for scopes that do
    not exist or are not theirs.
    """
    own = actor.scopes
    if own is not None and "*" not in own and (scopes is None or not set(scopes) <= own):
        raise Denied("A key cannot make a key with scopes it lacks itself.", code="missing_scope")
    problems = [
        Problem(f"/scopes/{at}", "bad_scope", f"There is no scope `{scope}`, or you have no such right yourself.")
        for at, scope in enumerate(scopes or ())
        if not is_own_scope(snapshot, actor, scope)
    ]
    if problems:
        raise Invalid("The key was not made.", code="invalid", problems=problems)


def require_own_access_scope(actor: Actor) -> None:
    """Refuse a key that is to change what its owner gets in by: other keys, sessions. A sign-in may.

    Raises Denied `missing_scope` for a key without `write` for everything, `manage` or `*`: one that only reads, or
    is for some objects, must not shut out the programs and browsers of its owner.
    """
    if actor.scopes is not None and not {"*", "write", SCOPE} & actor.scopes:
        raise Denied(
            "This API key lacks the scope `write`. Sign in, or make a key that has it.",
            code="missing_scope",
            extra={"scope": "write"},
        )


def require_others_access_scope(actor: Actor) -> None:
    """Refuse a key that is to change what other people get in by, or may: passwords, second factors, roles.

    `manage` alone is for the organisation. Raises Denied `missing_scope` for a key without `write:user` besides.
    """
    require_scope(actor, Verb.EDIT, "user")


def is_own_scope(snapshot: Snapshot, actor: Actor, scope: str) -> bool:
    """True for a scope that exists and whose rights the actor has in at least one place."""
    name, colon, object = scope.partition(":")
    if scope in ("*", SCOPE):
        return scope == "*" or may_manage(snapshot, actor)
    known = snapshot.objects
    objects = [one for one in known if one == object] if colon else list(known)
    return any(may_use(snapshot, actor, one, verb) for verb in _verbs_of(name) for one in objects)


def _verbs_of(name: str) -> list[Verb]:
    """The verbs a scope of this name carries, none for a name that is not one."""
    reading = (Verb.READ, Verb.EXPORT)
    if name == "write":
        return [verb for verb in Verb if verb not in reading]
    return list(reading) if name == "read" else [verb for verb in Verb if verb.value == name]
