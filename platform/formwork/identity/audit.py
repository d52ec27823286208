"""The trail of what matters to security: who did what, when, from where. Entries are added, never changed.

What changed in a record stands in its history; here stand sign-ins, refusals, exports, bulk work and the
changes of whoever administers (ASVS 5.0, chapter 16). Details are names and numbers, never secrets or field values.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.kernel import Actor, NotFound, new_id
from formwork.storage import Work, rows, system

TABLE = "fw_audit"
_USER = "user"
_LONGEST = 200
"""Characters of a text that somebody typed, in a detail."""


class Event(StrEnum):
    """What can be told."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    DENIED = "denied"
    EXPORT = "export"
    IMPORT = "import"
    BULK = "bulk"
    PASSWORD_SET = "password_set"  # noqa: S105 - a kind of event
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    INVITED = "invited"
    RESET_ASKED = "reset_asked"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    ADDRESS_CHANGED = "address_changed"
    HANDED_OVER = "handed_over"
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    SESSIONS_ENDED = "sessions_ended"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTOR_POLICY_SET = "factor_policy_set"
    PROVIDER_SET = "provider_set"
    PROVIDER_REMOVED = "provider_removed"
    LOGIN_LINKED = "login_linked"
    LOGIN_UNLINKED = "login_unlinked"
    SHARED = "shared"
    UNSHARED = "unshared"
    TEAM_JOINED = "team_joined"
    TEAM_LEFT = "team_left"
    VIEW_AS = "view_as"
    VIEW_AS_PAGE = "view_as_page"
    VIEW_AS_ENDED = "view_as_ended"
    PUBLISH = "publish"
    BACKUP = "backup"
    AUDIT_PRUNED = "audit_pruned"
    AUDIT_VERIFIED = "audit_verified"
    PERSON_FOUND = "person_found"
    PERSON_EXPORTED = "person_exported"
    ANONYMISE = "anonymise"
    RETENTION = "retention"
    PURGE = "purge"
    OPERATOR = "operator"


REFUSALS = (Event.SIGN_IN_FAILED, Event.DENIED)
"""The events that tell of something that was not let happen."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `by` is blank for the platform itself, which then gives its `reason`.

    `seal` is the number of the seal it lies under, None until then.
    """

    id: UUID
    at: datetime
    by: UUID | None
    event: str
    object: str | None
    record: UUID | None
    detail: Mapping[str, Any]
    request: str
    reason: str
    address: str
    seal: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """Which entries are wanted; what is left out does not narrow. Both moments are excluded."""

    event: str | None = None
    by: UUID | None = None
    object: str | None = None
    record: UUID | None = None
    refused: bool | None = None
    """Only what was refused, or only what was done."""
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None
    """Only entries older than this one: the next page."""


def note(
    work: Work,
    event: Event,
    *,
    object: str | None = None,
    record: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    by: UUID | None = None,
) -> None:
    """Add an entry in the open transaction, for the acting person unless `by` names another.

    `detail` holds JSON values; texts are cut after 200 characters.
    """
    context = work.context
    row = {
        "id": new_id(), "at": context.now, "by": by or context.actor.user, "action": event.value, "object": object,
        "record": record, "detail": {name: _short(value) for name, value in (detail or {}).items()},
        "request": context.request_id, "reason": _reason(context.actor), "address": context.address,
    }  # fmt: skip
    system.append(work, TABLE, [row])


def entries(work: Work, question: Question, limit: int) -> Sequence[Entry]:
    """Entries, newest first, at most `limit`."""
    equals = {
        column: value
        for column, value in (("action", question.event), ("by", question.by), ("object", question.object),
                              ("record", question.record))
        if value is not None
    }  # fmt: skip
    before = {name: value for name, value in (("at", question.until), ("id", question.before)) if value is not None}
    after = {} if question.since is None else {"at": question.since}
    found = system.find_many(
        work, TABLE, equals=equals, in_=_outcome(question), before=before, after=after, order=("-id",), limit=limit
    )
    return [entry_of(row) for row in found]


def entry(work: Work, id: UUID) -> Entry:
    """One entry; raises NotFound."""
    row = system.find(work, TABLE, id=id)
    if row is None:
        raise NotFound("There is no such entry in the audit trail; old ones are removed by age.")
    return entry_of(row)


def _outcome(question: Question) -> dict[str, list[str]]:
    """The condition that narrows to an outcome, empty when any will do."""
    if question.refused is None:
        return {}
    return {"action": [one.value for one in Event if (one in REFUSALS) == question.refused]}


def entry_of(row: Mapping[str, Any]) -> Entry:
    """An entry from its row."""
    return Entry(
        row["id"], row["at"], row["by"], row["action"], row["object"], row["record"], row["detail"], row["request"],
        row["reason"], row["address"], row["seal"],
    )  # fmt: skip


def names_of(work: Work, found: Iterable[Entry]) -> dict[UUID, str]:
    """The full names of whoever acted, deleted users included."""
    people = {one.by for one in found if one.by is not None}
    loaded = rows.load(work, _USER, people, ["full_name", "login"]) if people else {}
    return {id: str(row["full_name"] or row["login"]) for id, row in loaded.items()}


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value


def _reason(actor: Actor) -> str:
    return actor.reason if actor.system else ""
