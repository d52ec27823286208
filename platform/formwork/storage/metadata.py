"""The versions of a tenant's metadata: which is current, and the documents each was made of."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from formwork.kernel import Conflict, NotFound
from formwork.storage.faults import UniqueViolation
from formwork.storage.schema.types import to_json_text
from formwork.storage.standing import forget_standing
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

_METADATA = SYSTEM.tables["fw_metadata"]
_NEWEST = select(_METADATA.c.version, _METADATA.c.hash, _METADATA.c.at, _METADATA.c.by, _METADATA.c.note).order_by(
    _METADATA.c.version.desc()
)
_CURRENT = _NEWEST.limit(1)
"""Made once: every request asks it."""


@dataclass(frozen=True, slots=True)
class MetadataVersion:
    """One published version, counted from 1; 0 with an empty hash before the first publish."""

    version: int
    hash: str
    at: datetime | None = None
    by: UUID | None = None
    note: str = ""


def current_version(work: Work) -> MetadataVersion:
    """The version in force: one small read, no documents."""
    row = work.connection.execute(_CURRENT).first()
    return MetadataVersion(*row) if row is not None else MetadataVersion(0, "")


def list_versions(work: Work, limit: int = 100) -> Sequence[MetadataVersion]:
    """Published versions, newest first."""
    rows = work.connection.execute(_NEWEST.limit(limit))
    return [MetadataVersion(*row) for row in rows]


def load_documents(work: Work, version: int) -> Mapping[str, Any]:
    """The documents of one version as they were stored; raises NotFound."""
    statement = select(_METADATA.c.documents).where(_METADATA.c.version == version)
    packed = work.connection.execute(statement).scalar_one_or_none()
    if packed is None:
        raise NotFound("There is no such version of the metadata.", code="unknown_version")
    return unpack_documents(packed)


def unpack_documents(packed: bytes) -> Mapping[str, Any]:
    """The documents of a stored version."""
    documents: Mapping[str, Any] = json.loads(zlib.decompress(packed))
    return documents


def store_documents(work: Work, base: int, hash_: str, documents: Mapping[str, Any], note: str) -> int:
    """Make `documents` the version after `base` and give its number.

    Raises Conflict `stale_base` when another publish came first.
    """
    newest = work.connection.execute(select(func.coalesce(func.max(_METADATA.c.version), 0))).scalar_one()
    stale = Conflict(
        "Somebody else published in the meantime. Compare with the new version and publish again.", code="stale_base"
    )
    if newest != base:
        raise stale
    packed = zlib.compress(to_json_text(documents).encode(), 6)
    row = {"version": base + 1, "hash": hash_, "documents": packed, "at": work.context.now, "note": note}
    try:
        work.writer.execute(insert(_METADATA).values(**row, by=work.context.actor.user))
    except UniqueViolation as error:
        raise stale from error
    forget_standing(work)
    return base + 1
