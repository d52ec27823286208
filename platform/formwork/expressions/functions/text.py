"""Functions on text. Positions count characters (code points) from 1."""

from datetime import date, datetime, time
from decimal import Decimal

from formwork.expressions.decimals import floor
from formwork.expressions.functions.function import (
    CallSite,
    Function,
    Parameter,
    check_argument,
    count_arguments,
    plain,
)
from formwork.expressions.nodes import Call, Join, Literal, Node
from formwork.expressions.row import Environment
from formwork.expressions.types import INTEGER, TEXT, Kind

TRIMMED = " \t\n\r\f\v\u00a0\u3000"
"""The characters `trim` takes off both ends."""

TEXTS = (Kind.TEXT, Kind.SELECT)
_NUMBERS = (Kind.NUMBER, Kind.PERCENT)
_TEXTABLE = (
    Kind.TEXT, Kind.SELECT, Kind.NUMBER, Kind.MONEY, Kind.PERCENT, Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.BOOLEAN
)  # fmt: skip
_VALUE = Parameter("value", _TEXTABLE)
_SUBJECT = Parameter("text", TEXTS)


def as_text(node: Node) -> Node:
    """The node as text: itself when it is one, else a call of `text`."""
    return node if node.type.kind is Kind.TEXT else Call("text", (node,), TEXT)


def text_of(environment: Environment, value: object) -> str:
    """The text of a scalar: 12.5, 2026-01-31, 2026-01-31 09:30 (tenant's zone), 09:30, true, an option's code."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return "0" if text == "-0" else text
    if isinstance(value, datetime):
        return value.astimezone(environment.timezone).isoformat(" ", "minutes")[:16]
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no text form for {type(value).__name__}")


def _length(text: str | None) -> Decimal:
    return Decimal(len(text or ""))


def _places(number: Decimal) -> int:
    return max(0, int(floor(number)))


def _left(text: str, count: Decimal) -> str | None:
    return text[: _places(count)] or None


def _right(text: str, count: Decimal) -> str | None:
    taken = _places(count)
    return text[-taken:] if taken else None


def _mid(text: str, start: Decimal, count: Decimal) -> str | None:
    first = max(1, int(floor(start))) - 1
    return text[first : first + _places(count)] or None


def _replace(text: str | None, old: str | None, new: str | None) -> str | None:
    if not text or not old:
        return text
    return text.replace(old, new or "") or None


def _trim(text: str) -> str | None:
    return text.strip(TRIMMED) or None


def _build_concat(site: CallSite) -> Node:
    count_arguments(site, 1)
    return Join(tuple(as_text(check_argument(site, _VALUE, argument)) for argument in site.arguments))


def _build_text(site: CallSite) -> Node:
    count_arguments(site, 1, 1)
    node = check_argument(site, _VALUE, site.arguments[0])
    return node if isinstance(node, Literal) and node.type.kind is Kind.TEXT else Call("text", (node,), TEXT)


_COUNT = Parameter("count", _NUMBERS)

FUNCTIONS = (
    Function(
        "length", "text", "length(text)", "How many characters the text has; 0 for a blank one.",
        plain((_SUBJECT,), INTEGER), _length, (("length('café')", "4"), ("length(blank)", "0")), total=True,
    ),
    Function(
        "upper", "text", "upper(text)", "The text in capital letters.",
        plain((_SUBJECT,), TEXT), str.upper, (("upper('straße')", "STRASSE"),),
    ),
    Function(
        "lower", "text", "lower(text)", "The text in small letters.",
        plain((_SUBJECT,), TEXT), str.lower, (("lower('ÉTÉ')", "été"),),
    ),
    Function(
        "trim", "text", "trim(text)", "The text without spaces, tabs and line ends before and after it.",
        plain((_SUBJECT,), TEXT), _trim, (("trim('  a b ')", "a b"),),
    ),
    Function(
        "left", "text", "left(text, count)", "The first `count` characters.",
        plain((_SUBJECT, _COUNT), TEXT), _left, (("left('Madrid', 3)", "Mad"), ("left('Madrid', 0)", "blank")),
    ),
    Function(
        "right", "text", "right(text, count)", "The last `count` characters.",
        plain((_SUBJECT, _COUNT), TEXT), _right, (("right('Madrid', 3)", "rid"),),
    ),
    Function(
        "mid", "text", "mid(text, start, count)", "`count` characters from place `start` on; the first place is 1.",
        plain((_SUBJECT, Parameter("start", _NUMBERS), _COUNT), TEXT), _mid, (("mid('Madrid', 2, 3)", "adr"),),
    ),
    Function(
        "replace", "text", "replace(text, old, new)",
        "The text with every `old` turned into `new`; a blank `old` changes nothing, a blank `new` takes `old` out.",
        plain((_SUBJECT, Parameter("old text", TEXTS), Parameter("new text", TEXTS)), TEXT), _replace,
        (("replace('2026/01/31', '/', '-')", "2026-01-31"), ("replace('a b', ' ', blank)", "ab")), total=True,
    ),
    Function(
        "concat", "text", "concat(value, …)", "The values as text one after the other; a blank one adds nothing. "
        "The operator `&` does the same.", _build_concat, None, (("concat('No. ', 7, blank)", "No. 7"),),
    ),
    Function(
        "text", "text", "text(value)",
        "A number without trailing zeros, a date as 2026-01-31, a datetime as 2026-01-31 09:30 in the tenant's time "
        "zone, a time as 09:30, yes/no as true or false, an option as its code.",
        _build_text, text_of, (("text(12.50)", "12.5"), ("text(today())", "2026-03-15"), ("text(1 = 1)", "true")),
        zoned=True,
    ),
)  # fmt: skip
