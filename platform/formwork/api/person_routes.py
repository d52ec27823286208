"""The caller and other people: who am I, my API keys, users' roles and passwords."""

from datetime import datetime
from typing import Any
from uuid import UUID

from formwork import identity
from formwork.access import Verb, decide
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members, moment_of
from formwork.api.route import Right, Route, Shape
from formwork.catalog.labels import role_label
from formwork.identity import ApiKey
from formwork.identity.api_key import LONGEST_NAME
from formwork.identity.key_scopes import (
    ill_formed_scopes,
    require_others_access_scope,
    require_own_access_scope,
    require_own_scopes,
)
from formwork.identity.session import require_recent_proof
from formwork.kernel import Invalid, Problem
from formwork.records import get_record
from formwork.runtime.invitation import send_link

USER = "user"
_KEY_BODY = {"name": str, "scopes": list, "expires_at": str}


def me(call: Call) -> Answer:
    """Who calls, and with which rights."""
    actor, context = call.actor, call.work.context
    return Answer({
        "id": str(actor.user), "name": actor.name, "login": actor.attributes.get("login"), "locale": context.locale,
        "timezone": context.display_timezone.key, "tenant": call.tenant.label or call.tenant.name,
        "currency": context.currency, "roles": _roles(call, actor.roles),
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
    })  # fmt: skip


def list_keys(call: Call) -> Answer:
    """The caller's API keys; the keys themselves are not shown again."""
    return Answer({"data": [_key(one) for one in identity.list_keys(call.work, _user(call))]})


def create_key(call: Call) -> Answer:
    """Make an API key; it is shown in this answer only."""
    require_own_access_scope(call.actor)
    body = body_members(call.body, _KEY_BODY)
    name = str(body.get("name", "")).strip()
    problems = (
        []
        if 1 <= len(name) <= LONGEST_NAME
        else [Problem("/name", "required", "Name the key, at most 100 characters.")]
    )
    scopes = body.get("scopes")
    problems += ill_formed_scopes(scopes or [])
    expires = _moment(body.get("expires_at"), call, problems)
    if problems:
        raise Invalid("The key was not made.", code="invalid", problems=problems)
    if call.session:
        require_recent_proof(call.work, call.session, call.runtime.settings.proof_minutes)
    require_own_scopes(call.snapshot, call.actor, scopes)
    key, text = identity.create_key(call.work, _user(call), name, scopes, expires)
    return Answer({**_key(key), "key": text}, 201)


def revoke_key(call: Call, id: UUID) -> Answer:
    """End an API key of the caller at once."""
    require_own_access_scope(call.actor)
    identity.revoke_key(call.work, _user(call), id)
    return NO_CONTENT


def user_roles(call: Call, id: UUID) -> Answer:
    """The roles of a user."""
    _require_user(call, id)
    return Answer({"data": _roles(call, identity.roles_of(call.work, id))})


def give_role(call: Call, id: UUID, role: str) -> Answer:
    """Give a user a role."""
    require_others_access_scope(call.actor)
    _require_user(call, id)
    identity.assign_role(call.work, id, role)
    return user_roles(call, id)


def take_role(call: Call, id: UUID, role: str) -> Answer:
    """Take a role from a user."""
    require_others_access_scope(call.actor)
    _require_user(call, id)
    identity.withdraw_role(call.work, id, role)
    return NO_CONTENT


def set_password(call: Call, id: UUID) -> Answer:
    """Give a user a login password; sessions of that user end."""
    require_others_access_scope(call.actor)
    body = body_members(call.body, {"password": str})
    login = _require_user(call, id).get("login")
    if not isinstance(login, str) or not login:
        raise Invalid("The user has no login. Fill it in first.", code="required", problems=[
            Problem("/login", "required", "The user has no login. Fill it in first.")])  # fmt: skip
    breached = call.runtime.settings.breached_file
    identity.set_password(call.work, id, login, body.get("password", ""), breached)
    return NO_CONTENT


def send_password_link(call: Call, id: UUID) -> Answer:
    """Send a user a link to choose a password; without a mail server the answer holds it, this once."""
    require_others_access_scope(call.actor)
    _require_user(call, id)
    sent = send_link(call.runtime, call.tenant, call.work, id)
    return Answer({
        "purpose": sent.purpose.value, "mailed": sent.mailed, "email": sent.email, "link": sent.link or None,
        "expires_at": sent.expires_at,
    })  # fmt: skip


def _user(call: Call) -> UUID:
    assert call.actor.user is not None
    return call.actor.user


def _require_user(call: Call, id: UUID) -> dict[str, Any]:
    decide(call.snapshot, call.actor, USER, Verb.READ).require()
    return get_record(call.work, USER, id)


def _roles(call: Call, names: frozenset[str]) -> list[dict[str, str]]:
    locale = call.work.context.locale
    return [{"role": name, "label": role_label(call.snapshot, locale, name)} for name in sorted(names)]


def _key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": str(key.id), "name": key.name, "prefix": key.prefix,
        "scopes": None if key.scopes is None else list(key.scopes), "created_at": key.created_at,
        "expires_at": key.expires_at, "revoked_at": key.revoked_at,
    }  # fmt: skip


def _moment(text: str | None, call: Call, problems: list[Problem]) -> datetime | None:
    if text is None:
        return None
    message = "Write a moment to come with its offset, such as 2030-01-31T12:00:00Z."
    moment = moment_of(text)
    if moment is None or moment <= call.work.context.now:
        problems.append(Problem("/expires_at", "bad_datetime", message))
        return None
    return moment


ROUTES = (
    Route("GET", "/me", me, "me", "Who calls.", right=Right.SIGNED_IN),
    Route("GET", "/keys", list_keys, "list_keys", "Your API keys.", right=Right.SIGNED_IN, gives=Shape.PLAIN_LIST),
    Route(
        "POST", "/keys", create_key, "create_key", "Make an API key.",
        right=Right.SIGNED_IN, takes=Shape.KEY, status=201, secret=True,
    ),
    Route(
        "DELETE", "/keys/<id>", revoke_key, "revoke_key", "End an API key.",
        right=Right.SIGNED_IN, gives=Shape.NONE, status=204,
    ),
    Route(
        "GET", "/users/<id>/roles", user_roles, "user_roles", "The roles of a user.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "PUT", "/users/<id>/roles/<role>", give_role, "give_role", "Give a user a role.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "DELETE", "/users/<id>/roles/<role>", take_role, "take_role", "Take a role from a user.", right=Right.MANAGE,
        gives=Shape.NONE, status=204,
    ),
    Route(
        "PUT", "/users/<id>/password", set_password, "set_password", "Give a user a password.", right=Right.MANAGE,
        takes=Shape.ANY, gives=Shape.NONE, status=204, secret=True,
    ),
    Route(
        "POST", "/users/<id>/password-link", send_password_link, "send_password_link",
        "Send a user a link to choose a password.", right=Right.MANAGE, secret=True,
    ),
)  # fmt: skip
