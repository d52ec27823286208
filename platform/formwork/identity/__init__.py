"""Credentials to Actor: passwords, sessions, API keys and roles."""

from formwork.identity.actor import actor_of, language_of, supposed_actor, supposed_actors
from formwork.identity.api_key import (
    ApiKey,
    authenticate_key,
    create_key,
    key_credential,
    list_keys,
    revoke_every_key,
    revoke_key,
)
from formwork.identity.link import Link, Purpose, find_link, make_link
from formwork.identity.link_use import use_link
from formwork.identity.login import let_in, log_in
from formwork.identity.password import change_password, check_password, hash_password, set_password
from formwork.identity.role import assign_role, forget_role, people_of_roles, roles_of, withdraw_role
from formwork.identity.second_step import Factors, factors_of, reset_factors
from formwork.identity.session import (
    Session,
    authenticate_session,
    session_credential,
    sessions_of,
    start_session,
)
from formwork.identity.session_end import end_other_sessions, end_session, end_session_of, end_sessions_of

__all__ = [
    "ApiKey",
    "Factors",
    "Link",
    "Purpose",
    "Session",
    "actor_of",
    "assign_role",
    "authenticate_key",
    "authenticate_session",
    "change_password",
    "check_password",
    "create_key",
    "end_other_sessions",
    "end_session",
    "end_session_of",
    "end_sessions_of",
    "factors_of",
    "find_link",
    "forget_role",
    "hash_password",
    "key_credential",
    "language_of",
    "let_in",
    "list_keys",
    "log_in",
    "make_link",
    "people_of_roles",
    "reset_factors",
    "revoke_every_key",
    "revoke_key",
    "roles_of",
    "session_credential",
    "sessions_of",
    "set_password",
    "start_session",
    "supposed_actor",
    "supposed_actors",
    "use_link",
    "withdraw_role",
]
