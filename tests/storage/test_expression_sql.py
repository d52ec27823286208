"""SQL gives what Python gives: the same expressions over the same rows, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formwork.catalog import Query, Selected
from formwork.expressions import Expression, check, compile_python, parse
from formwork.expressions.ast import Ast, Unary
from formwork.expressions.unparse import unparse
from formwork.kernel import Invalid, Settings
from formwork.storage import TenantStore, Work, read
from formwork.storage.directory import Tenant
from formwork.storage.stores import Stores
from tests.expressions.strategies import KINDS, expressions, worlds
from tests.expressions.world import ENVIRONMENT, World, uuid
from tests.storage.loans import LOANS, fill, prepare, restricted, trial
from tests.support.databases import Database
from tests.support.seeds import scaled

SCOPE = LOANS.scope("loan")
OVERFLOW = object()


@pytest.fixture(scope="module")
def store(shared_database: Database) -> Iterator[TenantStore]:
    url = shared_database.url if shared_database.is_postgres else ""
    stores = Stores(Settings(data=shared_database.folder / "data", database_url=url))
    opened = stores.create(Tenant("acme", datetime(2026, 1, 1, tzinfo=UTC)))
    prepare(opened)
    yield opened
    stores.close()


def answers(world: World, expression: Expression) -> dict[Any, object]:
    """What Python says for each loan."""
    run = compile_python(expression)
    found = {}
    for key in world.records["loan"]:
        try:
            found[key] = run(world.row("loan", key), ENVIRONMENT)
        except Invalid:
            found[key] = OVERFLOW
    return found


def sql_answers(work: Work, expression: Expression) -> dict[Any, object] | None:
    """What the database says, None when a number outgrew 18 digits."""
    select = (Selected("id", check("id", SCOPE)), Selected("value", expression))
    try:
        with work.savepoint():
            return dict(read.fetch(work, restricted(Query("loan", select))))  # type: ignore[arg-type]
    except Invalid as error:
        if error.code != "overflow":
            raise
        return None


def kept(work: Work, expression: Expression) -> set[Any] | None:
    """The loans a condition keeps."""
    select = (Selected("id", check("id", SCOPE)),)
    try:
        with work.savepoint():
            return {row[0] for row in read.fetch(work, restricted(Query("loan", select, (expression,))))}
    except Invalid as error:
        if error.code != "overflow":
            raise
        return None


def agree(work: Work, world: World, tree: Ast | str) -> None:
    """Assert that the database says what Python says, as a value and as a condition."""
    expression = check(tree, SCOPE)
    expected = answers(world, expression)
    if OVERFLOW in expected.values():
        return
    found = sql_answers(work, expression)
    if found is not None:
        assert found == expected, (found, expected, expression.root)
    if expression.type.kind == "boolean":
        ast = parse(tree) if isinstance(tree, str) else tree
        for asked, wanted in ((ast, True), (Unary("not", ast), False)):
            ids = kept(work, check(asked, SCOPE))
            if ids is not None:
                right = {key for key, value in expected.items() if value is wanted}
                assert ids == right, (unparse(asked), ids, right)


@settings(max_examples=scaled(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds(), trees=st.lists(st.sampled_from(KINDS).flatmap(expressions), min_size=1, max_size=8))
def test_sql_says_what_python_says(store: TenantStore, world: World, trees: list[Ast]) -> None:
    with trial(store) as work:
        fill(work, world)
        for tree in trees:
            agree(work, world, tree)


def test_row_of_the_world_is_found(store: TenantStore) -> None:
    world = World()
    world.add("loan", id=uuid(1), title="x")
    with trial(store) as work:
        fill(work, world)
        agree(work, world, "title")
        agree(work, world, "title = 'x'")


def test_blank_of_the_moment_says_its_type(store: TenantStore) -> None:
    """A number only known when the statement runs may be blank; a server cannot guess what type it has."""
    world = World()
    world.add("loan", id=uuid(1), title="x")
    with trial(store) as work:
        fill(work, world)
        for tree in (
            "not (pages < year(if(today() > today(), today(), blank)))",
            "year(if(today() > today(), today(), blank)) is blank",
        ):
            agree(work, world, tree)
