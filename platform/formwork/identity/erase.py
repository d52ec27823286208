"""A person's texts out of the audit trail, and logins that nobody is behind any more."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from formwork.identity.audit import TABLE
from formwork.identity.audit_seal import replace_detail
from formwork.identity.session_end import end_sessions_of
from formwork.storage import Work, erase, system

_BATCH = 500
_OF_PEOPLE = (
    "fw_credential", "fw_totp", "fw_recovery_code", "fw_passkey", "fw_provider_login", "fw_ticket", "fw_api_key",
    "fw_preference", "fw_role_assignment", "fw_link",
)  # fmt: skip  # fmt: skip
"""Where rows lie by the user they belong to."""


def rewrite_trail(work: Work, texts: Sequence[str], rewrite: Callable[[Any], Any], after: UUID | None) -> UUID | None:
    """Rewrite the details that mention a text, a batch after an entry; gives where to go on, None at the end.

    What lies under a seal already keeps its proof.
    """
    found = erase.rows_mentioning(work, TABLE, ("detail",), texts, after, _BATCH)
    for row in found:
        detail = rewrite(row["detail"])
        if detail != row["detail"]:
            replace_detail(work, row, detail)
    return found[-1]["id"] if len(found) == _BATCH else None


def close_logins(work: Work, users: Sequence[UUID]) -> None:
    """Nobody signs in as these people again: no password, factor, session, key or preference of theirs stays."""
    for user in users:
        end_sessions_of(work, user)
    for table in _OF_PEOPLE:
        system.remove(work, table, in_={"user": users})
