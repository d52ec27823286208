"""Values at rest under a key: fields that are `encrypted` and secrets.

Each tenant has one data key (AES-256-GCM), kept in its database under a wrapping key that lives
outside it. The field's table and column are bound to each value, so a value moved to another field cannot be
read, and one of a renamed field can.
"""

from __future__ import annotations

import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from formwork.catalog.field import FieldSpec
from formwork.fieldtypes.base import JSON_INPUT
from formwork.kernel import Unavailable
from formwork.kernel.library import on_first_use
from formwork.storage.system_tables import SYSTEM
from formwork.storage.work import Work

if TYPE_CHECKING:
    from cryptography import exceptions
    from cryptography.hazmat.primitives.ciphers import aead
else:
    exceptions = on_first_use("cryptography.exceptions")
    aead = on_first_use("cryptography.hazmat.primitives.ciphers.aead")

_NONCE = 12
_KEY_BYTES = 32
_CACHE = "sealer"
_ROW = "data"
_KEYS = SYSTEM.tables["fw_key"]


class Sealer:
    """Seals and opens the values of one tenant."""

    def __init__(self, key: bytes) -> None:
        self._cipher = aead.AESGCM(key)

    def seal(self, field: FieldSpec, value: Any) -> bytes:
        """The sealed form of a field value."""
        plain = value if field.definition.type == "secret" else field.field_type.dump(value)
        return _encrypt(self._cipher, json.dumps(plain).encode(), _place(field))

    def open(self, field: FieldSpec, sealed: bytes) -> Any:
        """The field value of a sealed form; raises Unavailable `bad_key` under another key."""
        plain = json.loads(_decrypt(self._cipher, bytes(sealed), _place(field)))
        if field.definition.type == "secret":
            return plain
        return field.field_type.load(plain, field.definition.settings, JSON_INPUT)


def sealer_of(work: Work) -> Sealer:
    """The sealer of the tenant, whose data key is made at the first sealed value."""
    known = work.cache.get(_CACHE)
    if known is None:
        known = work.cache[_CACHE] = Sealer(_data_key(work))
    sealer: Sealer = known
    return sealer


def seal_secret(work: Work, place: str, plain: bytes) -> bytes:
    """The sealed form of a secret of the platform's own; `place` is bound to it, so it cannot be moved elsewhere."""
    return _encrypt(aead.AESGCM(_data_key(work)), plain, place)


def open_secret(work: Work, place: str, sealed: bytes) -> bytes:
    """The secret of a sealed form; raises Unavailable `bad_key` under another key or at another place."""
    return _decrypt(aead.AESGCM(_data_key(work)), bytes(sealed), place)


def signing_key(work: Work, purpose: str) -> bytes:
    """A key of 32 bytes for signing what the tenant's own database holds, another one for each purpose.

    It hangs on the tenant's data key, so it outlives a change of the master key and a restore under another name.
    """
    return hmac.digest(_data_key(work), f"sign:{purpose}".encode(), "sha256")


def rewrap(work: Work, old: bytes, new: bytes) -> bool:
    """Put the tenant's data key under another wrapping key; False when it has none yet or is under it already."""
    found = _find(work)
    if found is None or _opens(found, new):
        return False
    wrapped = _encrypt(aead.AESGCM(new), _decrypt(aead.AESGCM(old), found, _ROW), _ROW)
    work.writer.execute(update(_KEYS).where(_KEYS.c.name == _ROW).values(wrapped=wrapped, at=work.context.now))
    return True


def _data_key(work: Work) -> bytes:
    if work.wrapping is None:
        raise Unavailable("This process has no master key, so sealed fields cannot be read.", code="bad_key")
    wrapping = aead.AESGCM(work.wrapping)
    found = _find(work)
    if found is not None:
        return _decrypt(wrapping, found, _ROW)
    key = os.urandom(_KEY_BYTES)
    row = {"name": _ROW, "wrapped": _encrypt(wrapping, key, _ROW), "at": work.context.now}
    work.writer.execute(insert(_KEYS).values(row))
    return key


def _find(work: Work) -> bytes | None:
    found = work.connection.execute(select(_KEYS.c.wrapped).where(_KEYS.c.name == _ROW)).scalar_one_or_none()
    return None if found is None else bytes(found)


def _opens(wrapped: bytes, wrapping: bytes) -> bool:
    try:
        _decrypt(aead.AESGCM(wrapping), wrapped, _ROW)
    except Unavailable:
        return False
    return True


def _place(field: FieldSpec) -> str:
    return f"{field.table}.{field.physical}"


def _encrypt(cipher: aead.AESGCM, plain: bytes, place: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, place.encode())


def _decrypt(cipher: aead.AESGCM, sealed: bytes, place: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except exceptions.InvalidTag as error:
        raise Unavailable(
            "Sealed values do not open with this master key. Set FORMWORK_KEY to the key they were sealed under; "
            "`restore` takes the key of a backup with --key-file.",
            code="bad_key",
        ) from error
