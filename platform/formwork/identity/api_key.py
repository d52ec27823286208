"""API keys: shown once, kept as a hash, with scopes and an end."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from formwork.identity.actor import actor_of
from formwork.identity.audit import Event, note
from formwork.kernel import Actor, NotFound, Unauthenticated, new_id
from formwork.storage import Work, system
from formwork.storage.standing import Credential, standing_of

_TABLE = "fw_api_key"
PREFIX = "fwk_"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed; the key itself cannot be shown again."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def create_key(
    work: Work, user: UUID, name: str, scopes: Iterable[str] | None = None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key of a user and its text. `scopes` None carries the user's full rights."""
    text = PREFIX + secrets.token_urlsafe(32)
    listed = None if scopes is None else tuple(sorted(scopes))
    key = ApiKey(new_id(), name, text[:8], listed, work.context.now, expires_at, None)
    row = {
        "id": key.id, "hash": _digest(text), "user": user, "name": name, "prefix": key.prefix,
        "scopes": None if listed is None else list(listed), "created_at": key.created_at, "expires_at": expires_at,
    }  # fmt: skip
    system.append(work, _TABLE, [row])
    detail = {"key": str(key.id), "name": name, "scopes": row["scopes"]}
    note(work, Event.KEY_MADE, object="user", record=user, detail=detail)
    return key, text


def rename_scopes(work: Work, names: Mapping[str, str]) -> None:
    """Let keys that were made for objects reach them under their new names."""
    if not names:
        return
    for row in system.find_many(work, _TABLE, columns=("id", "scopes")):
        scopes = [_renamed(scope, names) for scope in row["scopes"] or ()]
        if scopes != (row["scopes"] or []):
            system.change(work, _TABLE, {"scopes": scopes}, equals={"id": row["id"]})


def _renamed(scope: str, names: Mapping[str, str]) -> str:
    verb, colon, object = scope.partition(":")
    return f"{verb}{colon}{names.get(object, object)}"


def key_credential(text: str) -> Credential | None:
    """Where to look a key up; None for a text that is none."""
    return Credential(_TABLE, "hash", _digest(text)) if text.startswith(PREFIX) else None


def authenticate_key(work: Work, text: str) -> Actor:
    """The actor of a key, narrowed to its scopes; raises Unauthenticated when it is not valid."""
    credential = key_credential(text)
    row = standing_of(work, credential).row if credential is not None else None
    now = work.context.now
    if row is None or row["revoked_at"] is not None or (row["expires_at"] is not None and row["expires_at"] <= now):
        raise Unauthenticated("This API key is not valid. Use another one.", code="bad_key")
    return actor_of(work, row["user"], None if row["scopes"] is None else frozenset(row["scopes"]))


def list_keys(work: Work, user: UUID) -> Sequence[ApiKey]:
    """The keys of a user, newest first."""
    rows = system.find_many(work, _TABLE, equals={"user": user}, order=("-created_at",))
    return [
        ApiKey(
            row["id"], row["name"], row["prefix"], None if row["scopes"] is None else tuple(row["scopes"]),
            row["created_at"], row["expires_at"], row["revoked_at"],
        )
        for row in rows
    ]  # fmt: skip


def revoke_key(work: Work, user: UUID, id: UUID) -> None:
    """End a key of a user at once; raises NotFound when there is none."""
    if not system.change(work, _TABLE, {"revoked_at": work.context.now}, equals={"id": id, "user": user}):
        raise NotFound("There is no such API key.")
    note(work, Event.KEY_REVOKED, object="user", record=user, detail={"key": str(id)})


def revoke_every_key(work: Work) -> int:
    """End the keys of all users at once; gives how many were not revoked before."""
    count = system.change(work, _TABLE, {"revoked_at": work.context.now}, equals={"revoked_at": None})
    if count:
        note(work, Event.KEY_REVOKED, detail={"keys": count})
    return count


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
