"""Keyset cursors: opaque, signed, and refused once they no longer fit the question."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from formwork.kernel import Malformed

_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the sort values and id of the last row, and the direction to go on.

    `question` is a hash of object, filter, sort and Snapshot version; `now` the moment of the first
    page, so that `today()` in the filter stays what it was.
    """

    values: tuple[Any, ...]
    question: str
    now: datetime
    backward: bool = False


def question_hash(*parts: object) -> str:
    """The hash that ties a cursor to what was asked."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def encode(cursor: Cursor, key: bytes) -> str:
    """The cursor as URL-safe text, signed with the tenant's key."""
    body = json.dumps(
        {"v": [_tag(value) for value in cursor.values], "q": cursor.question,
         "n": cursor.now.isoformat(), "b": cursor.backward},
        separators=(",", ":"),
    ).encode()  # fmt: skip
    return base64.urlsafe_b64encode(_sign(body, key) + body).decode().rstrip("=")


def decode(text: str, question: str, key: bytes) -> Cursor:
    """The cursor of a text; raises Malformed `bad_cursor` when it is forged or of another question."""
    bad = Malformed("This page link no longer fits the list. Start from the first page.", code="bad_cursor")
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        signature, body = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, _sign(body, key)):
            raise bad
        data = json.loads(body)
        if data["q"] != question:
            raise bad
        values = tuple(_untag(pair) for pair in data["v"])
        return Cursor(values, data["q"], datetime.fromisoformat(data["n"]), bool(data["b"]))
    except (ValueError, KeyError, TypeError) as error:
        raise bad from error


def _sign(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, body, hashlib.sha256).digest()[:_SIGNATURE]


def _tag(value: Any) -> list[Any]:
    match value:
        case None:
            return ["z", None]
        case bool() | int():
            return ["j", value]
        case Decimal():
            return ["d", str(value)]
        case UUID():
            return ["u", value.hex]
        case datetime():
            return ["m", value.astimezone(UTC).isoformat()]
        case date():
            return ["a", value.isoformat()]
        case time():
            return ["t", value.isoformat()]
        case timedelta():
            return ["s", int(value.total_seconds())]
        case _:
            return ["x", str(value)]


def _untag(pair: Any) -> Any:
    tag, value = pair
    match tag:
        case "d":
            return Decimal(value)
        case "u":
            return UUID(value)
        case "m":
            return datetime.fromisoformat(value)
        case "a":
            return date.fromisoformat(value)
        case "t":
            return time.fromisoformat(value)
        case "s":
            return timedelta(seconds=value)
        case _:
            return value
