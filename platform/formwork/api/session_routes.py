"""The caller's sessions in browsers, and the second factors of people."""

from typing import Any
from uuid import UUID

from formwork import identity
from formwork.access import Verb, decide
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.route import Right, Route, Shape
from formwork.identity.key_scopes import require_others_access_scope, require_own_access_scope
from formwork.identity.session import Session, sessions_of
from formwork.identity.session_end import end_session_of
from formwork.records import get_record

_USER = "user"


def list_sessions(call: Call) -> Answer:
    """Where the caller is signed in."""
    found = sessions_of(call.work, _user(call), call.session, call.runtime.settings.session_idle_minutes)
    return Answer({"data": [_shown(one) for one in found]})


def end_session(call: Call, session: str) -> Answer:
    """Sign the caller out in one place."""
    require_own_access_scope(call.actor)
    end_session_of(call.work, _user(call), session)
    return NO_CONTENT


def second_factor(call: Call, id: UUID) -> Answer:
    """What a user has beside a password."""
    _require_user(call, id)
    found = identity.factors_of(call.work, id)
    return Answer({"totp": found.totp, "passkeys": found.passkeys, "recovery_codes": found.codes})


def reset_second_factor(call: Call, id: UUID) -> Answer:
    """Take a user's app, passkeys and recovery codes away; their sessions end."""
    require_others_access_scope(call.actor)
    _require_user(call, id)
    identity.reset_factors(call.work, id)
    return NO_CONTENT


def _user(call: Call) -> UUID:
    assert call.actor.user is not None
    return call.actor.user


def _require_user(call: Call, id: UUID) -> None:
    decide(call.snapshot, call.actor, _USER, Verb.READ).require()
    get_record(call.work, _USER, id)


def _shown(session: Session) -> dict[str, Any]:
    return {
        "id": session.id, "created_at": session.created_at, "seen_at": session.seen_at, "address": session.address,
        "agent": session.agent, "current": session.current,
    }  # fmt: skip


ROUTES = (
    Route(
        "GET", "/me/sessions", list_sessions, "list_sessions", "Where you are signed in.",
        right=Right.SIGNED_IN, gives=Shape.PLAIN_LIST
    ),
    Route(
        "DELETE", "/me/sessions/<session>", end_session, "end_session", "Sign out in one place.",
        right=Right.SIGNED_IN, gives=Shape.NONE,
        status=204,
    ),
    Route(
        "GET", "/users/<id>/second-factor", second_factor, "second_factor", "What a user has beside a password.",
        right=Right.MANAGE,
    ),
    Route(
        "DELETE", "/users/<id>/second-factor", reset_second_factor, "reset_second_factor",
        "Take a user's second factors away.", right=Right.MANAGE, gives=Shape.NONE, status=204,
    ),
)  # fmt: skip
