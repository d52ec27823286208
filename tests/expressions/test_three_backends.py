"""Every example of the documentation, and every function, gives the same in Python, SQLite and PostgreSQL.

Random expressions over random rows are held to the same in tests/storage/test_expression_sql.py.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from formwork.catalog import Query, Selected
from formwork.expressions import Expression, check, compile_python
from formwork.expressions.functions.library import FUNCTIONS
from formwork.kernel import Settings
from formwork.storage import TenantStore, read
from formwork.storage.directory import Tenant
from formwork.storage.stores import Stores
from tests.expressions.strategies import LOAN_CONDITIONS
from tests.expressions.test_docs import examples
from tests.expressions.world import ENVIRONMENT, example_world, uuid
from tests.storage.loans import LOANS, fill, prepare, restricted, trial
from tests.support.databases import Database

SCOPE = LOANS.scope("loan")
ID = (Selected("id", check("id", SCOPE)),)
WRITTEN = [text for text, _ in examples("formula")]
WRITTEN += [text for function in FUNCTIONS.values() for text, _ in function.examples]
BLANK_SIDES = [
    f"{left} {operator} {right}"
    for operator in ("=", "!=", "<", "<=")
    for left, right in (("note", "title"), ("title", "note"), ("note", "note"), ("fee", "total"), ("back_at", "now()"))
]


@pytest.fixture(scope="module")
def store(shared_database: Database) -> Iterator[TenantStore]:
    url = shared_database.url if shared_database.is_postgres else ""
    stores = Stores(Settings(data=shared_database.folder / "data", database_url=url))
    opened = stores.create(Tenant("acme", datetime(2026, 1, 1, tzinfo=UTC)))
    prepare(opened)
    yield opened
    stores.close()


def _checked() -> list[Expression]:
    found = [check(text, SCOPE) for text in (*WRITTEN, *BLANK_SIDES)]
    found += [check(tree, SCOPE) for tree in LOAN_CONDITIONS]
    found += [check(f"not ({each.text})", SCOPE) for each in found if each.type.kind == "boolean"]
    return [each for each in dict.fromkeys(found) if each.has_sql]


def test_the_examples_give_the_same_everywhere(store: TenantStore) -> None:
    world = example_world()
    row = world.row("loan", uuid(1))
    wrong = []
    with trial(store) as work:
        fill(work, world)
        for expression in _checked():
            expected = compile_python(expression)(row, ENVIRONMENT)
            ((found,),) = read.fetch(work, restricted(Query("loan", (Selected("value", expression),))))
            if found != expected:
                wrong.append((expression.text, expected, found))
            if expression.type.kind == "boolean":
                kept = list(read.fetch(work, restricted(Query("loan", ID, (expression,)))))
                if len(kept) != expected:
                    wrong.append((f"where {expression.text}", expected, len(kept)))
    assert wrong == []
