"""No text of a client reaches SQL: constants are bound, names come from metadata, one by one."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formwork.catalog import Query, Selected
from formwork.expressions import Expression, ExpressionError, check
from formwork.expressions.ast import Ast
from formwork.expressions.limits import FILTER
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.postgres import PostgresBackend
from formwork.storage.compile.query import compile_query, take_query_apart
from formwork.storage.compile.slots import SHAPES
from formwork.storage.compile.sqlite import SqliteBackend
from formwork.storage.compile.statement import Statement
from formwork.storage.compile.tables import SCHEMA_MARK
from tests.expressions.strategies import expressions
from tests.storage.loans import LOANS, expression, restricted

BACKENDS = (SqliteBackend(), PostgresBackend())
SCOPE = LOANS.scope("loan")
HOSTILE = (
    "quote ' quote",
    'double " quote',
    "back ` tick",
    "semi; DROP TABLE loan",
    "-- comment",
    "/* comment */",
    "a,b",
    "f(x)",
    "(SELECT 1)",
    "$$x$$",
    '{"a": 1}',
    "%s %(p0)s :p0 ?",
    "\\",
    "＇ ˮ",
    "title desc; x",
    "x" * 200,
)
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
NAMES = frozenset(
    {spec.table for spec in LOANS.objects.values()}
    | {column.name for spec in LOANS.objects.values() for field in spec.fields.values() for column in field.columns}
    | {str(field.side_table) for spec in LOANS.objects.values() for field in spec.fields.values()}
    | {"record", "position", "target", "value", SCHEMA_MARK, "C", "counted"}
)


def compiled(backend: Backend, *conditions: Expression) -> Statement:
    query = Query("loan", (Selected("id", expression("id")),), conditions)
    asked = restricted(query)
    return compile_query(LOANS, backend, asked, take_query_apart(query, asked))


def assert_names_from_metadata(text: str) -> None:
    names = {name for name in _QUOTED.findall(_LITERAL.sub("''", text)) if not re.fullmatch(r"t\d+", name)}
    assert names <= NAMES, names - NAMES


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda one: one.name)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_a_parameter(backend: Backend, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    for form in (
        "title = {}",
        "note contains {}",
        "title starts with {}",
        "title in ({}, 'a')",
        "upper(note) & {} != note",
    ):
        condition = check(form.format(quoted), SCOPE)
        statement = compiled(backend, condition)
        assert text not in statement.text.replace("%%", "%")
        assert statement.text == compiled(backend, check(form.format("'harmless'"), SCOPE)).text
        assert_names_from_metadata(statement.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_name(text: str) -> None:
    with pytest.raises(ExpressionError):
        check(f"{text} = 1", SCOPE, limits=FILTER)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tree=st.deferred(lambda: expressions("boolean")))
def test_every_parameter_stands_for_a_slot(tree: Ast) -> None:
    condition = check(tree, SCOPE)
    slots = len(SHAPES.of(condition).values)
    for backend in BACKENDS:
        bare = compiled(backend)
        statement = compiled(backend, condition)
        own = set(statement.getters) - set(bare.getters)
        # A prefix is bound as the range it spans, attributes and constants of metadata add their own.
        assert slots == 0 or own
        assert_names_from_metadata(statement.text)


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda one: one.name)
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("note = 'a'", 1),
        ("total > 5 and total < 6.25", 2),
        ("status in ('new', 'open')", 1),
        ("note contains 'x'", 1),
        ("title = 'a'", 2),
        ("title starts with 'x'", 2),
        ("reader.points + 1 = 4 or weight * 2 > 1", 4),
        ("exists(lines, amount > 3)", 1),
        ("due_on < today() - 30", 1),
        ("owner = me", 1),
        ("me.has_role('finance')", 1),
        ("title is blank", 0),
        ("active", 0),
    ],
)
def test_as_many_parameters_as_constants(backend: Backend, text: str, count: int) -> None:
    statement = compiled(backend, check(text, SCOPE))
    asked = set(statement.getters) - {"limit"}
    own = [name for name in asked if re.fullmatch(r"p\d+", name)]
    assert len(own) - 1 == count, statement.text


def test_shapes_differ_where_the_text_does() -> None:
    assert SHAPES.of(expression("total > 5")).number == SHAPES.of(expression("total > 7")).number
    assert SHAPES.of(expression("total > 5")).number != SHAPES.of(expression("total > 5.123456789")).number
    assert SHAPES.of(expression("round(total, 1) = 5")).number != SHAPES.of(expression("round(total, 2) = 5")).number
