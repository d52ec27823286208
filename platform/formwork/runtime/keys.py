"""The master key every other key is derived from."""

import base64
import binascii
import hashlib
import os
from pathlib import Path

from formwork.kernel import Invalid, NotFound, Settings

KEY_BYTES = 32
_FILE = "key"


def master_key(settings: Settings) -> bytes:
    """The master key: `FORMWORK_KEY`, or the one `make_key` left in the data folder.

    Raises Invalid `missing_key` when there is neither and `bad_key` when it is not 32 bytes of
    URL-safe base64.
    """
    text = settings.key
    if not text:
        file = settings.data / _FILE
        if not file.exists():
            raise Invalid(
                "Set FORMWORK_KEY to 32 random bytes in URL-safe base64, or let `demo` or `keys new` make one.",
                code="missing_key",
            )
        text = file.read_text().strip()
    return read_key(text)


def derived_key(key: bytes, purpose: str, tenant: str) -> bytes:
    """A key for one purpose and tenant, from which the master key cannot be told."""
    return hashlib.blake2b(f"{purpose}\0{tenant}".encode(), key=key, digest_size=KEY_BYTES).digest()


def read_key(text: str) -> bytes:
    """The key a text spells; raises Invalid `bad_key` when it is not 32 bytes of URL-safe base64."""
    try:
        key = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise Invalid("FORMWORK_KEY is not URL-safe base64.", code="bad_key") from error
    if len(key) != KEY_BYTES:
        raise Invalid(f"FORMWORK_KEY has {len(key)} bytes; it needs {KEY_BYTES}.", code="bad_key")
    return key


def new_key() -> str:
    """The text of a fresh key."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def make_key(data: Path) -> str:
    """Write a fresh key to the data folder, readable by its owner only, unless one is there; gives its text."""
    file = data / _FILE
    if file.exists():
        return file.read_text().strip()
    data.mkdir(parents=True, exist_ok=True)
    text = new_key()
    _write(file, text)
    return text


def coming_key(data: Path) -> str:
    """The key that `replace_key` is to put in place, kept beside the one in force until then; gives its text.

    A rotation that was interrupted finds the key again that some tenants are under already.
    """
    file = (data / _FILE).with_suffix(".new")
    if not file.exists():
        _write(file, new_key())
    return file.read_text().strip()


def replace_key(data: Path, text: str) -> None:
    """Put a new key in the place of the data folder's; raises NotFound when there is none to replace.

    The old one stays beside it as `key.old`, readable by its owner only.
    """
    file = data / _FILE
    if not file.exists():
        raise NotFound("There is no key in the data folder. `keys new` makes one.", code="missing_key")
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    _write(fresh, text)
    file.replace(file.with_suffix(".old"))
    fresh.replace(file)


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text + "\n")
