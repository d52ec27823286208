"""Random trees, random well-typed expressions over the loans of world.py, and random worlds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st

from formwork.expressions import parse
from formwork.expressions.ast import Ast, Call, In, Logical, Number, Operation, Path, Text, Unary, Word
from tests.expressions.world import ME, NOW, STATUS, TOPICS, World, uuid

LETTERS = "abcXYZ 019-_%'\"éÉßñøİıΣσЖж中한＆ﬁ\u0301"
"""Cases, accents, ligatures, full width, other scripts, a loose accent, wildcards of SQL and quotes."""
KEYWORDS = ("and", "or", "not", "in", "contains", "starts", "with", "is", "blank", "true", "false", "this", "me")

texts = st.text(LETTERS, max_size=6).map(lambda text: normalize("NFC", text))


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals between two whole numbers with at most so many places."""
    scale = 10**places
    return st.integers(low * scale, high * scale).map(lambda units: Decimal(units).scaleb(-places))


# --- trees of any shape, for parse(unparse(ast)) == ast ---

names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True).filter(lambda name: name not in KEYWORDS)
heads = st.one_of(names, st.sampled_from(["this", "me"]))
paths = st.builds(lambda head, rest: Path((head, *rest)), heads, st.lists(names, max_size=3))
leaves: st.SearchStrategy[Ast] = st.one_of(
    st.builds(Number, decimals(0, 10**9, 4)),
    st.builds(Text, texts),
    st.builds(Word, st.sampled_from([True, False, None])),
    paths,
)


def _grow(inner: st.SearchStrategy[Ast]) -> st.SearchStrategy[Ast]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    operators = ["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "contains", "starts with"]
    return st.one_of(
        st.builds(Unary, st.sampled_from(["not", "-", "is blank", "is not blank"]), inner),
        st.builds(Operation, st.sampled_from(operators), inner, inner),
        st.builds(Logical, st.sampled_from(["and", "or", "&"]), several),
        st.builds(In, inner, st.lists(inner, min_size=1, max_size=3).map(tuple), st.booleans()),
        st.builds(Call, paths, st.lists(inner, max_size=3).map(tuple)),
    )


trees: st.SearchStrategy[Ast] = st.recursive(leaves, _grow, max_leaves=12)


# --- well-typed expressions about a loan (or, inside a list, about a line) ---

PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "loan": {
        "number": ("pages", "weight", "discount", "reader.points", "status.weight"),
        "money": ("total", "fee", "reader.branch.budget"),
        "text": (
            "title",
            "note",
            "text(status)",
            "reader.name",
            "reader.branch.name",
            "address.city",
            "status.label",
            "text(status.category)",
        ),
        "date": ("begun_on", "due_on", "reader.joined_on"),
        "datetime": ("taken_at", "back_at"),
        "time": ("opens",),
        "duration": ("length",),
        "boolean": ("active", "reader.active", "status.current"),
    },
    "line": {
        "number": ("quantity", "loan.pages"),
        "money": ("amount", "loan.total"),
        "text": ("name", "loan.title", "branch.name"),
        "date": ("returned_on", "loan.due_on"),
        "datetime": ("loan.taken_at",),
        "time": ("loan.opens",),
        "duration": ("loan.length",),
        "boolean": ("active", "loan.active"),
    },
}
_ORDER = ["=", "!=", "<", "<=", ">", ">="]
_SAME = ["=", "!="]

Strategy = st.SearchStrategy[Ast]


def _path(text: str) -> Path:
    return Path(tuple(text.split(".")))


def _call(name: str, *arguments: Strategy) -> Strategy:
    return st.builds(lambda *values: Call(_path(name), values), *arguments)


def _operation(operators: list[str], left: Strategy, right: Strategy) -> Strategy:
    return st.builds(Operation, st.sampled_from(operators), left, right)


def _number(value: int | Decimal) -> Ast:
    return Number(abs(Decimal(value))) if value >= 0 else Unary("-", Number(abs(Decimal(value))))


def _constant(kind: str) -> Strategy:
    return _CONSTANTS[kind]


_CONSTANTS: dict[str, Strategy] = {
    "number": st.one_of(st.integers(-20, 20), decimals(-1000, 1000, 3)).map(_number),
    "money": decimals(-1000, 1000, 4).map(lambda value: Call(_path("money"), (_number(value),))),
    "text": texts.filter(bool).map(Text),
    "date": st.dates(date(1990, 1, 1), date(2060, 12, 31)).map(
        lambda day: Call(_path("date"), tuple(Number(Decimal(part)) for part in (day.year, day.month, day.day)))
    ),
    "datetime": st.just(Call(_path("now"), ())),
    "time": st.just(_path("opens")),
    "duration": st.just(
        Operation("-", Call(_path("now"), ()), Operation("-", Call(_path("now"), ()), Number(Decimal("0.25"))))
    ),
    "boolean": st.booleans().map(Word),
}


@cache
def expressions(kind: str, depth: int = 3, place: str = "loan") -> Strategy:
    """Trees that check as `kind` at a loan or a line, nested at most about `depth` deep."""
    simple: list[Strategy] = [st.sampled_from([parse(text) for text in PLACES[place][kind]])]
    if not (place == "line" and kind == "time"):
        simple.append(_constant(kind))
    if depth <= 0:
        return st.one_of(simple)
    return st.one_of(*simple, *_BRANCHES[kind](depth - 1, place))


def _either(kind: str, depth: int, place: str) -> list[Strategy]:
    value = expressions(kind, depth, place)
    condition = expressions("boolean", depth, place)
    found = [_call("if", condition, value, value), _call("if", condition, value)]
    if kind != "boolean":
        found.append(_call("coalesce", value, value))
        found.append(
            st.builds(
                lambda match, one, other: Call(
                    _path("switch"), (_path("title" if place == "loan" else "name"), match, one, other)
                ),
                _constant("text"),
                value,
                value,
            )
        )
    if kind in ("number", "money", "text", "date", "datetime", "duration"):
        found += [_call("min", value, value), _call("max", value, value)]
    return found


def _numbers(depth: int, place: str) -> list[Strategy]:
    value, amount = expressions("number", depth, place), expressions("money", depth, place)
    text, day = expressions("text", depth, place), expressions("date", depth, place)
    moment = expressions("datetime", depth, place)
    small = st.integers(0, 4).map(_number)
    found = [
        _operation(["+", "-", "*", "/"], value, value),
        _operation(["/"], amount, amount),
        st.builds(Unary, st.just("-"), value),
        _call("round", value, st.integers(-3, 6).map(_number)),
        *(_call(name, value) for name in ("floor", "ceil", "abs", "sqrt", "log10")),
        _call("mod", value, value),
        _call("power", value, small),
        _call("number", amount),
        _call("length", text),
        *(_call(name, day) for name in ("year", "quarter", "month", "day", "weekday")),
        _call("year", moment),
        _call("days", day, day),
        _call("days", moment, day),
        _operation(["-"], day, day),
        _call("minutes", moment, moment),
        _call("hours", moment, moment),
        _call("seconds", expressions("duration", depth, place)),
        *_either("number", depth, place),
    ]
    if place == "loan":
        inner, condition = expressions("number", depth - 1, "line"), expressions("boolean", depth - 1, "line")
        lines = st.just(_path("lines"))
        found += [
            _call("count", lines),
            _call("count", lines, condition),
            *(_call(name, lines, inner) for name in ("sum", "avg", "min", "max")),
            _call("sum", lines, inner, condition),
        ]
    return found


def _amounts(depth: int, place: str) -> list[Strategy]:
    amount, value = expressions("money", depth, place), expressions("number", depth, place)
    found = [
        _operation(["+", "-"], amount, amount),
        _operation(["+", "-"], amount, _constant("number")),
        _operation(["*", "/"], amount, value),
        _call("round", amount, st.integers(-2, 4).map(_number)),
        _call("abs", amount),
        _call("money", value),
        *_either("money", depth, place),
    ]
    if place == "loan":
        inner, condition = expressions("money", depth - 1, "line"), expressions("boolean", depth - 1, "line")
        lines = st.just(_path("lines"))
        found += [
            *(_call(name, lines, inner) for name in ("sum", "avg", "min", "max")),
            _call("max", lines, inner, condition),
        ]
    return found


def _texts(depth: int, place: str) -> list[Strategy]:
    text, value = expressions("text", depth, place), expressions("number", depth, place)
    count = st.integers(-1, 5).map(_number)
    return [
        st.lists(text, min_size=2, max_size=3).map(lambda parts: Logical("&", tuple(parts))),
        _call("concat", text, value),
        *(_call(name, text) for name in ("upper", "lower", "trim", "text")),
        *(_call(name, text, count) for name in ("left", "right")),
        _call("mid", text, count, count),
        _call("replace", text, text, text),
        *(
            _call("text", expressions(kind, depth, place))
            for kind in ("number", "money", "date", "datetime", "boolean", "time")
        ),
        *_either("text", depth, place),
    ]


def _dates(depth: int, place: str) -> list[Strategy]:
    day, value = expressions("date", depth, place), expressions("number", depth, place)
    return [
        _operation(["+", "-"], day, value),
        _call("add_months", day, value),
        _call("add_days", day, _constant("number")),
        _call("date_of", expressions("datetime", depth, place)),
        *(
            _call(name, day)
            for name in ("start_of_week", "start_of_month", "start_of_quarter", "start_of_year", "end_of_month")
        ),
        st.just(Call(_path("today"), ())),
        _call("date", value, _constant("number"), _constant("number")),
        *_either("date", depth, place),
    ]


def _moments(depth: int, place: str) -> list[Strategy]:
    moment = expressions("datetime", depth, place)
    return [
        _operation(["+", "-"], moment, _constant("number")),
        _operation(["+", "-"], moment, expressions("duration", depth, place)),
        *_either("datetime", depth, place),
    ]


def _lengths(depth: int, place: str) -> list[Strategy]:
    length, moment = expressions("duration", depth, place), expressions("datetime", depth, place)
    return [
        _operation(["-"], moment, moment),
        _operation(["+", "-"], length, length),
        st.builds(Unary, st.just("-"), length),
        *_either("duration", depth, place),
    ]


def _times(depth: int, place: str) -> list[Strategy]:
    return _either("time", depth, place)


def _conditions(depth: int, place: str) -> list[Strategy]:
    text, condition = expressions("text", depth, place), expressions("boolean", depth, place)
    several = st.lists(condition, min_size=2, max_size=3).map(tuple)
    ordered = ("number", "money", "text", "date", "datetime", "time", "duration")
    found = [
        *(_operation(_ORDER, expressions(kind, depth, place), expressions(kind, depth, place)) for kind in ordered),
        _operation(_SAME, condition, condition),
        _operation(_ORDER, expressions("datetime", depth, place), expressions("date", depth, place)),
        _operation(["contains", "starts with"], text, text),
        *(
            st.builds(Unary, st.sampled_from(["is blank", "is not blank"]), expressions(kind, depth, place))
            for kind in ordered
        ),
        st.builds(Unary, st.just("not"), condition),
        st.builds(Logical, st.sampled_from(["and", "or"]), several),
        *(
            st.builds(
                In,
                expressions(kind, depth, place),
                st.lists(expressions(kind, depth, place), min_size=1, max_size=3).map(tuple),
                st.booleans(),
            )
            for kind in ("number", "text", "date")
        ),
        *_either("boolean", depth, place),
    ]
    if place == "loan":
        inner = expressions("boolean", depth - 1, "line")
        lines = st.just(_path("lines"))
        found += [_call("exists", lines), _call("exists", lines, inner), st.sampled_from(LOAN_CONDITIONS)]
    return found


LOAN_CONDITIONS = [
    parse(text)
    for text in (
        "status = 'open'",
        "status != 'new'",
        "status in ('new', 'closed')",
        "status not in ('new', 'closed')",
        "status is blank",
        "status.category = 'begun'",
        "topics contains 'art'",
        "not topics contains 'sea'",
        "topics is blank",
        "address is blank",
        "reader is blank",
        "owner = me",
        "owner != me",
        "reader.branch = me.department",
        "reader.branch in me.branches",
        "me.has_role('finance')",
        "me.has_role('other')",
        "about = reader",
        "about is blank",
        "about != reader",
        "reader != about",
        "reader.branch is not blank",
        "reader.branch.parent = reader.branch",
        "reader = '0190e2c4-0000-7000-8000-000000000014'",
        "count(reader.loans) > 1",
        "exists(reader.loans, exists(lines, quantity > 1))",
        "taken_at >= '2026-03-01'",
        "taken_at < '2026-03-01T12:00:00+01:00'",
        "due_on = '2026-03-15'",
        "opens > '09:30'",
    )
]

_BRANCHES: dict[str, Callable[[int, str], list[Strategy]]] = {
    "number": _numbers,
    "money": _amounts,
    "text": _texts,
    "date": _dates,
    "datetime": _moments,
    "time": _times,
    "duration": _lengths,
    "boolean": _conditions,
}
KINDS = (*_BRANCHES, "boolean", "boolean", "text")
"""What properties draw from; conditions and texts, which differ most between databases, more often."""


# --- worlds ---

_days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
_instants = st.datetimes(datetime(1990, 1, 1), datetime(2060, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields)


def _some(*keys: int) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *(uuid(key) for key in keys)])


_deleted = st.sampled_from([None, None, None, NOW])
_branches = _record(
    name=_maybe(texts), budget=_maybe(decimals(-1000, 100_000, 4)), parent=_some(30), deleted_at=_deleted
)
_readers = _record(
    name=_maybe(texts),
    points=_maybe(st.integers(-5, 5000)),
    joined_on=_maybe(_days),
    active=st.sampled_from([None, True, False]),
    branch=_some(30, 31),
    deleted_at=_deleted,
)
_lines = _record(
    loan=_some(1, 2),
    name=_maybe(texts),
    quantity=_maybe(decimals(-10, 1000, 3)),
    amount=_maybe(decimals(-1000, 1000, 4)),
    returned_on=_maybe(_days),
    active=st.sampled_from([None, True, False]),
    branch=_some(30, 31),
)
_loans = _record(
    title=_maybe(texts),
    note=_maybe(texts),
    status=st.sampled_from([None, *STATUS]),
    total=_maybe(decimals(-100_000, 100_000, 4)),
    fee=_maybe(decimals(-10, 10, 4)),
    discount=_maybe(decimals(0, 1, 6)),
    pages=_maybe(st.integers(-5, 5000)),
    weight=_maybe(decimals(-10, 1000, 3)),
    begun_on=_maybe(_days),
    due_on=_maybe(_days),
    taken_at=_maybe(_instants),
    back_at=_maybe(_instants),
    opens=_maybe(st.times().map(lambda moment: time(moment.hour, moment.minute, moment.second))),
    length=_maybe(st.integers(-100_000, 1_000_000).map(lambda seconds: timedelta(seconds=seconds))),
    active=st.sampled_from([None, True, False]),
    reader=_some(20, 21),
    owner=st.sampled_from([None, ME.user]),
    about=_some(20, 30),
    address=_record(street=_maybe(texts), city=_maybe(texts)),
    topics=st.lists(st.sampled_from(TOPICS), unique=True).map(tuple),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Two loans with up to three lines, two readers, two branches, one user."""
    world = World()
    world.add("user", id=ME.user, name="ana")
    for key in (30, 31):
        world.add("branch", id=uuid(key), **draw(_branches))
    for key in (20, 21):
        world.add("reader", id=uuid(key), **draw(_readers))
    for key in (1, 2):
        world.add("loan", id=uuid(key), **draw(_loans))
    for key in range(draw(st.integers(0, 3))):
        world.add("line", id=uuid(10 + key), **draw(_lines))
    return world
