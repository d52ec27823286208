"""What the databases lack of the language gives the answers of Python: case, folding, wide numbers."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from formwork.expressions import decimals
from formwork.expressions.fold import fold
from formwork.kernel import Context, Invalid, Settings
from formwork.kernel.actor import system_actor
from formwork.storage import NO_METADATA, TenantStore, functions
from formwork.storage.compile.wide import from_wide, to_wide
from formwork.storage.directory import Tenant
from formwork.storage.stores import Stores
from tests.support.databases import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONTEXT = Context(tenant="acme", actor=system_actor("test"), now=NOW)
CASED = [chr(code) for code in (*range(1, 0x3000), *range(0xA640, 0xAC80), *range(0xF900, 0x10500))]
WORDS = [
    *CASED,
    *(f"A{c}Σ" for c in CASED[::7]),
    *(f"AΣ{c}b" for c in CASED[::7]),
    "ΑΣ ΑΣΑ Σ",
    "ΌΣΟΣ.",
    "STRASSE ßẞ",
    "ǅ ŉ ﬃ İi",
]


@pytest.fixture(scope="module")
def postgres_store(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TenantStore]:
    stores = Stores(Settings(data=tmp_path_factory.mktemp("data"), database_url=postgres_server))
    yield stores.create(Tenant("functions", NOW))
    stores.drop("functions")
    stores.close()


@pytest.mark.parametrize(("name", "python"), [("fw_upper", str.upper), ("fw_lower", str.lower), ("fw_fold", fold)])
def test_postgresql_maps_text_as_python_does(postgres_store: TenantStore, name: str, python: object) -> None:
    with postgres_store.read(CONTEXT, NO_METADATA) as work:
        work.unhurried()
        schema = work.place.schema
        asked = text(f'SELECT one, "{schema}".{name}(one) FROM unnest(CAST(:words AS text[])) AS given(one)')
        found = dict(work.connection.execute(asked, {"words": WORDS}).all())
    wrong = {word: answer for word, answer in found.items() if answer != python(word)}  # type: ignore[operator]
    assert not wrong


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    functions.register(opened)
    yield opened
    opened.close()


numbers = st.integers(-(10**28) + 1, 10**28 - 1).map(lambda units: Decimal(units).scaleb(-10))


@given(numbers, numbers)
def test_wide_text_sorts_as_the_numbers_do(one: Decimal, other: Decimal) -> None:
    assert from_wide(to_wide(one)) == one
    assert (to_wide(one) < to_wide(other)) == (one < other)


@settings(deadline=None)
@given(numbers, numbers.filter(bool))
@example(Decimal("0.0000000001"), Decimal(2))
@example(Decimal(999999999999999999), Decimal("0.5"))
def test_sqlite_calculates_as_python_does(connection: sqlite3.Connection, one: Decimal, other: Decimal) -> None:
    for name in ("add", "subtract", "multiply", "divide"):
        try:
            expected = getattr(decimals, name)(one, other)
        except ArithmeticError:
            expected = None
        ((found,),) = connection.execute(f"SELECT fw_{name}(?, ?)", (to_wide(one), to_wide(other)))
        assert (None if found is None else from_wide(found)) == expected, name


def test_strict_functions_refuse_what_the_others_leave_blank(connection: sqlite3.Connection) -> None:
    large = (to_wide(Decimal(10**17)), to_wide(Decimal(10)))
    assert connection.execute("SELECT fw_multiply(?, ?)", large).fetchone() == (None,)
    with pytest.raises(sqlite3.OperationalError, match="user-defined function"):
        connection.execute("SELECT fw_multiply_strict(?, ?)", large).fetchone()
    rows = "SELECT 1 FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10))"
    assert connection.execute(f"SELECT fw_total(?) FROM ({rows})", large[:1]).fetchone() == (None,)


def test_sum_that_leaves_64_bits_is_refused(sqlite: Database) -> None:
    stores = Stores(Settings(data=sqlite.folder / "data"))
    store = stores.create(Tenant("acme", NOW))
    with pytest.raises(Invalid) as refused, store.read(CONTEXT, NO_METADATA) as work:
        work.connection.exec_driver_sql("SELECT sum(n) FROM (SELECT 9223372036854775807 n UNION ALL SELECT 1)").all()
    assert refused.value.code == "overflow"
    stores.close()
