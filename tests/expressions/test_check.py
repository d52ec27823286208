"""check: types, names, suggestions, and what an Expression knows about itself."""

from decimal import Decimal

import pytest

from formwork.expressions import Base, ExpressionError, FieldPath, Hop, ListPath, check
from formwork.expressions.functions.function import Function, Parameter, plain
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.nodes import Literal, Read
from formwork.expressions.types import (
    BOOLEAN,
    DATE,
    INTEGER,
    MONEY,
    NUMBER,
    PERCENT,
    TEXT,
    Kind,
    Type,
    list_of,
    number,
    record,
    select,
)
from tests.expressions.world import WorldScope

LOAN = WorldScope("loan")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total * discount", Type(Kind.MONEY, scale=10)),
        ("total / fee", NUMBER),
        ("total + 1", MONEY),
        ("pages + weight", number(3)),
        ("weight * 2", number(3)),
        ("pages / 2", NUMBER),
        ("due_on - begun_on", INTEGER),
        ("due_on + 1", DATE),
        ("back_at - taken_at", Type(Kind.DURATION)),
        ("taken_at + length", Type(Kind.DATETIME)),
        ("taken_at - 1", Type(Kind.DATETIME)),
        ("taken_at - due_on", INTEGER),
        ("if(active, status, 'new')", select(("new", "open", "closed"))),
        ("coalesce(status, 'none')", TEXT),
        ("coalesce(total, 0)", MONEY),
        ("count(lines)", INTEGER),
        ("sum(lines, quantity)", number(3)),
        ("max(lines, returned_on)", DATE),
        ("reader", record("reader")),
        ("reader.branch.name", TEXT),
        ("topics", list_of(select(("art", "law", "sea")))),
        ("status.weight", number(1)),
        ("status.current", BOOLEAN),
        ("round(total, 2)", Type(Kind.MONEY, scale=2)),
    ],
)
def test_types(text: str, expected: Type) -> None:
    assert check(text, LOAN).type == expected


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("totl", "unknown_name", "did you mean `total`?"),
        ("reader.brnch", "unknown_name", "no field `brnch` on `reader`; did you mean `branch`?"),
        ("rnd(1)", "unknown_name", "did you mean `round`?"),
        ("me.depart", "unknown_name", "did you mean `department`?"),
        ("status.categry = 'x'", "unknown_name", "did you mean `category`?"),
        ("address.town", "unknown_name", "no part `town`"),
        ("this.total", "unknown_name", "no meaning"),
        ("total + pages", "bad_type", "money and number"),
        ("total > pages", "bad_type", "money and number"),
        ("total * fee", "bad_type", "times money"),
        ("2 / total", "bad_type", "divided by money"),
        ("title + 1", "bad_type", "joined with `&`"),
        ("title > 5", "bad_type", "text"),
        ("due_on + due_on", "bad_type", "date and date"),
        ("status = 'opne'", "bad_type", "did you mean `open`?"),
        ("status in ('new', 'x')", "bad_type", "no option `x`"),
        ("status < 'open'", "bad_type", "no order"),
        ("active > true", "bad_type", "no order"),
        ("topics contains 'b'", "bad_type", "no option `b`"),
        ("topics = 'art'", "bad_type", "contains"),
        ("reader = owner", "bad_type", "never"),
        ("reader = 'x'", "bad_type", "write an id"),
        ("due_on = '2026-02-30'", "bad_type", "'2026-01-31'"),
        ("taken_at = '2026-01-01T10:00:00'", "bad_type", "Z"),
        ("pages = '5'", "bad_type", "number is needed"),
        ("title", None, ""),
        ("title and active", "bad_type", "joins conditions"),
        ("not pages", "bad_type", "joins conditions"),
        ("active is blank", "bad_type", "never blank"),
        ("title = ''", "bad_type", "is blank"),
        ("if(pages, 1, 2)", "bad_type", "yes/no"),
        ("if(active, 1, 'x')", "bad_type", "number"),
        ("if(active, due_on, taken_at)", "bad_type", "date and datetime"),
        ("round(total, pages)", "bad_type", "written as such"),
        ("power(2, 11)", "bad_type", "0 to 10"),
        ("left(title)", "bad_type", "takes 2 arguments, but 1 is given"),
        ("count(title)", "bad_type", "runs over a list"),
        ("lines", "bad_type", "is a list"),
        ("sum(lines, name)", "bad_type", "needs numbers"),
        ("about.name", "bad_type", "several objects"),
        ("title.length", "bad_type", "nothing can follow"),
        ("changed(reader.name)", "bad_type", "of the record itself"),
        ("exists(lines, changed(name))", "bad_type", "being saved"),
        ("sum(lines, sum(loan.lines, sum(loan.lines, amount)))", "expression_limit", "inside each other"),
        ("reader.branch.parent.parent.parent.parent.name = 'x'", "expression_limit", "more than 5"),
        ("me.has_role(title)", "bad_type", "in quotes"),
        ("blank", "bad_type", "always blank"),
        ("photo = 'x'", "bad_type", "part"),
    ],
)
def test_errors(text: str, code: str | None, part: str) -> None:
    if code is None:
        check(text, LOAN)
        return
    with pytest.raises(ExpressionError) as caught:
        check(text, LOAN)
    assert caught.value.code == code
    assert part in caught.value.message


def test_a_suggestion_is_a_mend() -> None:
    with pytest.raises(ExpressionError) as caught:
        check("totl", LOAN)
    assert (caught.value.suggestion, caught.value.mend) == ("total", "Write `total`.")


@pytest.mark.parametrize(
    ("text", "expect", "fits"),
    [
        ("total * discount", MONEY, True),
        ("pages", MONEY, False),
        ("5", MONEY, True),
        ("total", NUMBER, False),
        ("discount", NUMBER, True),
        ("pages / 3", PERCENT, True),
        ("status", TEXT, True),
        ("title", select(("a", "b")), False),
        ("'a'", select(("a", "b")), True),
        ("'c'", select(("a", "b")), False),
        ("if(active, 'a', 'b')", select(("a", "b")), True),
        ("if(active, 'a', 'c')", select(("a", "b")), False),
        ("'2026-01-31'", DATE, True),
        ("today()", DATE, True),
        ("now()", DATE, False),
        ("pages", TEXT, False),
        ("pages", BOOLEAN, False),
        ("blank", DATE, True),
        ("me", record("user"), True),
        ("me", record("reader"), False),
    ],
)
def test_what_is_expected_must_fit(text: str, expect: Type, fits: bool) -> None:
    if fits:
        assert check(text, LOAN, expect).type.kind is expect.kind or expect.is_numeric
        return
    with pytest.raises(ExpressionError) as caught:
        check(text, LOAN, expect)
    assert caught.value.code == "bad_type"


def test_a_result_is_rounded_to_the_scale_that_is_expected() -> None:
    assert check("pages / 3", LOAN, number(2)).type == number(2)
    assert check("pages", LOAN, number(2)).root == Read(FieldPath(Base.ROW, "loan", (), "pages"), INTEGER)


def test_an_expression_knows_what_it_reads() -> None:
    expression = check("reader.name = 'x' or sum(lines, amount * loan.weight) > total", LOAN)
    hop = Hop("loan", "reader", "reader")
    assert expression.paths == {
        FieldPath(Base.ROW, "loan", (hop,), "name"),
        FieldPath(Base.ROW, "loan", (), "total"),
    }
    (use,) = expression.lists
    assert use.path == ListPath(Base.ROW, "loan", (), "lines", "line")
    assert {str(path) for path in use.fields} == {"amount", "loan.weight"}
    assert expression.reads == {
        ("loan", "reader"),
        ("reader", "name"),
        ("loan", "lines"),
        ("line", "amount"),
        ("line", "loan"),
        ("loan", "weight"),
        ("loan", "total"),
    }


@pytest.mark.parametrize(
    ("text", "volatile", "actor", "old"),
    [
        ("total > 5", False, False, False),
        ("due_on < today()", True, False, False),
        ("exists(lines, returned_on > today())", True, False, False),
        ("owner = me", True, True, False),
        ("me.has_role('x')", True, True, False),
        ("changed(total)", False, False, True),
    ],
)
def test_an_expression_knows_what_it_depends_on(text: str, volatile: bool, actor: bool, old: bool) -> None:
    expression = check(text, LOAN)
    assert (expression.volatile, expression.uses_actor, expression.needs_old) == (volatile, actor, old)
    assert expression.has_sql is not old


def test_equal_texts_give_equal_expressions() -> None:
    text = "count(lines, quantity > 1) > 2 and status in ('new', 'open')"
    assert check(text, LOAN) == check(text, LOAN)
    assert hash(check(text, LOAN)) == hash(check(text, LOAN))


def test_the_library_can_be_extended() -> None:
    double = Function(
        "double",
        "numbers",
        "double(number)",
        "Twice the number.",
        plain((Parameter("number", (Kind.NUMBER,)),), NUMBER),
        lambda value: value * 2,
        sql=False,
    )
    expression = check("double(4)", LOAN, functions={**FUNCTIONS, "double": double})
    assert not expression.has_sql
    assert isinstance(check("4", LOAN).root, Literal)
    assert check("4", LOAN).root.value == Decimal(4)  # type: ignore[union-attr]
