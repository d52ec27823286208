"""JSON in and out: nothing ambiguous is read (RFC 8259 with duplicate keys refused), and writing never fails."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import orjson

from formwork.kernel import Malformed

DEEPEST = 50
LONGEST_NUMBER = 4300
"""Digits of one number at most; Python itself refuses longer ones."""


def loads(data: bytes) -> Any:
    """The value of a JSON text; numbers with decimals are exact (Decimal).

    Raises Malformed for bad syntax or UTF-8, NaN and Infinity, duplicate keys, more than 50 levels,
    and numbers of more than 4,300 digits.
    """
    plain = _load_plain(data)
    if plain is not _NOT_PLAIN:
        return plain
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8: byte {error.start} cannot be read.") from error
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except (ValueError, ArithmeticError) as error:
        raise Malformed(f"The body holds a number of more than {LONGEST_NUMBER:,} digits.") from error
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(value)
    return value


_NOT_PLAIN = object()
_SPACED = re.compile(rb'"\s+:')
"""A name with blanks before its colon, or a text that looks like one."""
_AFTER_QUOTES = (b'" ', b'"\t', b'"\n', b'"\r')


def _is_spaced(data: bytes) -> bool:
    """Whether there is such a name. Most texts have no blank after any quote, which is found out sooner."""
    return any(blank in data for blank in _AFTER_QUOTES) and _SPACED.search(data) is not None


def _load_plain(data: bytes) -> Any:
    """The value of a text the fast parser reads as the strict one would; `_NOT_PLAIN` for every other.

    The fast parser is silent about names that are doubled and about digits a float loses. Every member of an
    object writes `":`, and only texts may hold more of them: when there are as many as names were read, no
    name was doubled. Floats, which it also makes of integers past 64 bits, are left to the strict parser.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _NOT_PLAIN
    names = 0
    level = [value]
    for _ in range(DEEPEST + 1):
        inner: list[Any] = []
        for one in level:
            if type(one) is dict:
                names += len(one)
                one = one.values()
            elif type(one) is not list:
                continue
            kinds = set(map(type, one))
            if float in kinds:
                return _NOT_PLAIN
            if dict in kinds or list in kinds:
                inner += one
        if not inner:
            is_whole = names == data.count(b'":') and not _is_spaced(data)
            return value if is_whole and type(value) is not float else _NOT_PLAIN
        level = inner
    return _NOT_PLAIN


def dumps(value: Any) -> bytes:
    """UTF-8 JSON of plain values, UUIDs, aware datetimes and decimals (as text)."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:
        return json.dumps(value, default=str).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"The body names {twice!a} twice in one object.")
    for name in found:
        if not name.isascii() and any("\ud800" <= sign <= "\udfff" for sign in name):
            raise Malformed("The body names a field with half a surrogate pair.")
    return found


def _constant(word: str) -> NoReturn:
    raise Malformed(f"The body holds {word}, which is not a JSON number.")


def _number(text: str) -> Decimal:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(text)
    return Decimal(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_number)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        inner: list[Any] = []
        for one in level:
            values = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
            inner += [item for item in values if isinstance(item, dict | list)]
        if not inner:
            return
        level = inner
    raise _too_deep()


def _too_deep() -> Malformed:
    return Malformed(f"The body is nested deeper than {DEEPEST} levels.")
