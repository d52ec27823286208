"""The language's functions as SQLite knows them: registered on every connection, written once in `expressions`.

SQLite has no exact decimals and no Unicode beyond ASCII, so whatever is not a plain comparison or sum
runs the very Python form of the language. All functions are deterministic; a NULL argument gives NULL
unless the function says otherwise. A number that outgrows 18 digits gives NULL, and an error in the
twin of the function that is called `…_strict`.
"""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from formwork.expressions import decimals
from formwork.expressions.fold import fold
from formwork.expressions.functions.dates import OPERATORS
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.row import Environment
from formwork.expressions.types import Kind
from formwork.kernel import SYSTEM
from formwork.storage.compile.wide import decode, encode, from_wide, to_wide, widen
from formwork.storage.schema.types import Overflow, from_microseconds, to_microseconds

_SECOND = timedelta(seconds=1)
_NOWHEN = from_microseconds(0)
_TOO_LARGE = "A number has more than 18 digits before the point. Use a smaller one."


def register(connection: Any) -> None:
    """Make every function known to a new sqlite3 connection."""
    for name, count, function in _SCALARS:
        connection.create_function(name, count, _lenient(function), deterministic=True)
        connection.create_function(f"{name}_strict", count, function, deterministic=True)
    connection.create_aggregate("fw_total", 1, WideTotal)
    connection.create_aggregate("fw_total_strict", 1, StrictTotal)


class WideTotal:
    """The sum of wide numbers; NULL of nothing."""

    def __init__(self) -> None:
        self._total: int | None = None

    def step(self, value: str | None) -> None:
        """Add one value; NULL is left out."""
        if value is not None:
            self._total = (self._total or 0) + decode(value)

    def finalize(self) -> str | None:
        """The wide text of the sum; NULL when it outgrew 18 digits."""
        try:
            return self.exact()
        except Overflow:
            return None

    def exact(self) -> str | None:
        """The wide text of the sum; raises Overflow."""
        return None if self._total is None else encode(self._total)


class StrictTotal(WideTotal):
    """The sum of wide numbers, an error past 18 digits."""

    def finalize(self) -> str | None:
        """See `exact`."""
        return self.exact()


def _lenient(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except Overflow:
            return None

    return run


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        return None if None in arguments else function(*arguments)

    return run


def _over_decimals(function: Callable[..., Decimal | None]) -> Callable[..., str | None]:
    def run(*arguments: str | None) -> str | None:
        numbers = [from_wide(one) for one in arguments if one is not None]
        if len(numbers) < len(arguments):
            return None
        try:
            result = function(*numbers)
        except ArithmeticError as error:
            raise Overflow(_TOO_LARGE) from error
        return None if result is None else to_wide(result)

    return run


def _add(left: str, right: str) -> str:
    return encode(decode(left) + decode(right))


def _subtract(left: str, right: str) -> str:
    return encode(decode(left) - decode(right))


def _negate(value: str) -> str:
    return encode(-decode(value))


def _round(value: str, places: int) -> str:
    try:
        return to_wide(decimals.round_to(from_wide(value), places))
    except ArithmeticError as error:
        raise Overflow(_TOO_LARGE) from error


def _unhex(text: str) -> bytes:
    return bytes.fromhex(text)


def _call(signature: str, zone: str | None, *arguments: Any) -> Any:
    return _prepared(signature, zone)(arguments)


@lru_cache(maxsize=1_000)
def _prepared(signature: str, zone: str | None) -> Callable[[tuple[Any, ...]], Any]:
    """A library call by its signature, for instance `add_days:date,number:date`."""
    name, given, gives = signature.split(":")
    readers = [_READERS[Kind(kind)] for kind in given.split(",")]
    write = _WRITERS[Kind(gives)]
    function = FUNCTIONS.get(name)
    run: Callable[..., Any] = OPERATORS[name] if function is None or function.run is None else function.run
    total = function is not None and function.total
    environment = _environment(zone) if function is not None and function.zoned else None

    def call(arguments: tuple[Any, ...]) -> Any:
        if not total and None in arguments:
            return None
        values = [None if one is None else read(one) for read, one in zip(readers, arguments, strict=True)]
        try:
            result = run(*values) if environment is None else run(environment, *values)
        except ArithmeticError as error:
            raise Overflow(_TOO_LARGE) from error
        return None if result is None else write(result)

    return call


def _environment(zone: str | None) -> Environment:
    """What a zoned function may read: the tenant's zone. Time, actor and currency are slots, never read per row."""
    return Environment(now=_NOWHEN, today=_NOWHEN.date(), timezone=ZoneInfo(zone or "UTC"), me=SYSTEM, currency="")


_NUMBER_KINDS = (Kind.NUMBER, Kind.MONEY, Kind.PERCENT)

_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: str,
    Kind.SELECT: str,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: from_microseconds,
    Kind.TIME: time.fromisoformat,
    Kind.DURATION: lambda seconds: timedelta(seconds=seconds),
    Kind.BOOLEAN: bool,
    Kind.RECORD: lambda raw: UUID(bytes=raw),
    **dict.fromkeys(_NUMBER_KINDS, from_wide),
}

_WRITERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: lambda text: text or None,
    Kind.SELECT: lambda text: text or None,
    Kind.DATE: lambda day: day.isoformat(),
    Kind.DATETIME: to_microseconds,
    Kind.TIME: lambda moment: moment.isoformat(),
    Kind.DURATION: lambda length: length // _SECOND,
    Kind.BOOLEAN: int,
    Kind.RECORD: lambda id: id.bytes,
    **dict.fromkeys(_NUMBER_KINDS, to_wide),
}

_SCALARS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("fw_widen", 2, _strict(widen)),
    ("fw_add", 2, _strict(_add)),
    ("fw_subtract", 2, _strict(_subtract)),
    ("fw_multiply", 2, _over_decimals(decimals.multiply)),
    ("fw_divide", 2, _over_decimals(decimals.divide)),
    ("fw_negate", 1, _strict(_negate)),
    ("fw_round", 2, _strict(_round)),
    ("fw_fold", 1, _strict(fold)),
    ("fw_unhex", 1, _strict(_unhex)),
    ("fw_call", -1, _call),
)
