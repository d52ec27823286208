"""Credentials to Actor: passwords, sessions, API keys and roles."""

from formwork.identity.actor import actor_of, language_of
from formwork.identity.api_key import (
    ApiKey,
    authenticate_key,
    create_key,
    key_credential,
    list_keys,
    revoke_every_key,
    revoke_key,
)
from formwork.identity.login import log_in
from formwork.identity.password import check_password, hash_password, set_password
from formwork.identity.role import assign_role, roles_of, withdraw_role
from formwork.identity.session import (
    authenticate_session,
    end_session,
    end_sessions_of,
    session_credential,
    start_session,
)

__all__ = [
    "ApiKey",
    "actor_of",
    "assign_role",
    "authenticate_key",
    "authenticate_session",
    "check_password",
    "create_key",
    "end_session",
    "end_sessions_of",
    "hash_password",
    "key_credential",
    "language_of",
    "list_keys",
    "log_in",
    "revoke_every_key",
    "revoke_key",
    "roles_of",
    "session_credential",
    "set_password",
    "start_session",
    "withdraw_role",
]
