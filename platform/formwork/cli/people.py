"""Users from the shell: the record, its password and its roles."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from formwork.identity import assign_role, set_password
from formwork.kernel import NotFound
from formwork.publishing.seed import LOGIN
from formwork.records import create
from formwork.storage import Work, keys

USER, NAME = LOGIN


def find_user(work: Work, login: str) -> UUID:
    """The live user of a login; raises NotFound."""
    found = _users(work, login)
    if found is None:
        raise NotFound(f"There is no user `{login}`. `user list` shows those there are.", code="unknown_user")
    return found


def has_user(work: Work, login: str) -> bool:
    """True when a live user has the login."""
    return _users(work, login) is not None


def create_user(
    work: Work, fields: Mapping[str, Any], password: str, roles: Sequence[str], breached: Path | None
) -> UUID:
    """Make a user who can sign in; raises Invalid naming each problem of record and password.

    `breached` is the file of breached passwords of the setting.
    """
    id = create(work, USER, [dict(fields)])[0].id
    set_password(work, id, str(fields[NAME]), password, breached)
    for role in roles:
        assign_role(work, id, role)
    return id


def make_password() -> str:
    """A random password a person can type."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def _users(work: Work, login: str) -> UUID | None:
    return next(iter(keys.find(work, USER, (NAME,), [(login,)]).values()), None)
