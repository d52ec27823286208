"""Query parameters read as their routes declare them; a name nobody declared is refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from formwork.api.route import Kind, Param
from formwork.kernel import Malformed, parse_id

_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_OPEN, _CLOSE, _QUOTES = "([{", ")]}", "'\""


def read_parameters(params: Sequence[Param], sent: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
    """Parameter name -> value; raises Malformed `bad_parameter` for unknown, doubled and unreadable ones."""
    known = {param.name: param for param in params}
    values: dict[str, Any] = {}
    for name, texts in sent:
        param = known.get(name)
        if param is None:
            names = ", ".join(f"`{one}`" for one in known) or "none"
            raise _bad(f"There is no parameter {name!a} here. This address takes: {names}.")
        for text in texts:
            check_text(text, name)
        if len(texts) > 1 and param.kind not in (Kind.LIST, Kind.MANY):
            raise _bad(f"Send `{name}` once.")
        values[name] = _value(param, texts)
    missing = [param.name for param in params if param.required and param.name not in values]
    if missing:
        raise _bad(f"Send the parameter `{missing[0]}`.")
    return values


def split_list(text: str) -> list[str]:
    """The parts of a comma-separated list; commas inside brackets or quotes belong to their part."""
    parts: list[str] = []
    depth, quote, start = 0, "", 0
    for at, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE:
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def whole(text: str, name: str, least: int, most: int | None) -> int:
    """A whole number in its bounds; raises Malformed `bad_parameter`."""
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise _bad(f"`{name}` is a whole number.")
    number = int(text)
    if number < least or (most is not None and number > most):
        raise Malformed(f"`{name}` is from {least} to {most}.", code="query_limit")
    return number


def _value(param: Param, texts: list[str]) -> Any:
    text = texts[0]
    match param.kind:
        case Kind.LIST:
            return tuple(part for one in texts for part in split_list(one))
        case Kind.MANY:
            return tuple(texts)
        case Kind.WHOLE:
            return whole(text, param.name, param.least, param.most)
        case Kind.FLAG:
            if text not in _FLAGS:
                raise _bad(f"`{param.name}` is true or false.")
            return _FLAGS[text]
        case Kind.ID:
            return _id(text, param.name)
        case Kind.MOMENT:
            return _moment(text, param.name)
        case Kind.TEXT:
            return text


def _id(text: str, name: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise _bad(f"`{name}` is the id of a record.")
    return found


def moment_of(text: str) -> datetime | None:
    """The moment in UTC an ISO 8601 text names; None when it is none, or says no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC)


def _moment(text: str, name: str) -> datetime:
    found = moment_of(text)
    if found is None:
        raise _bad(f"`{name}` is a moment such as 2030-01-31T12:00:00Z.")
    return found


def check_text(text: str, name: str) -> None:
    """Refuse text no database can hold: NUL and half surrogate pairs; raises Malformed `bad_character`."""
    if "\0" in text or (not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)):
        raise Malformed(f"`{name}` holds NUL or half a surrogate pair.", code="bad_character")


def _bad(message: str) -> Malformed:
    return Malformed(message, code="bad_parameter")


def body_members(body: Any, known: Mapping[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The members of a body that is not a record; raises Malformed `bad_body` for unknown and mistyped ones."""
    if not isinstance(body, dict):
        raise Malformed("The body is a JSON object.", code="bad_body")
    for name, value in body.items():
        wanted = known.get(name)
        if wanted is None:
            names = ", ".join(f"`{one}`" for one in known)
            raise Malformed(f"The body has no member {name!a}. It takes: {names}.", code="bad_body")
        if value is not None and (not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int)):
            raise Malformed(f"`{name}` in the body is not of its type.", code="bad_body")
        if isinstance(value, str):
            check_text(value, name)
    return {name: value for name, value in body.items() if value is not None}
