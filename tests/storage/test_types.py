"""Every kind of column gives back what it was given, and sorts natively, on both databases."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.kernel import Invalid
from formwork.storage.schema.types import DecimalType, column_type
from tests.support.databases import Database

KATHMANDU = timezone(timedelta(hours=5, minutes=45))
VALUES = {
    ColumnKind.TEXT: ["B", "a", "é", "中", "😀"],
    ColumnKind.INTEGER: [-(2**63), -1, 0, 2**63 - 1],
    ColumnKind.DECIMAL: [Decimal("-99999999999999.9999"), Decimal("-1.5000"), Decimal("0.0000"), Decimal("10.0000")],
    ColumnKind.BOOLEAN: [False, True],
    ColumnKind.DATE: [date(1, 1, 1), date(999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)],
    ColumnKind.DATETIME: [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2024, 3, 10, 12, 0, 0, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 12, 59, 59, 999999, tzinfo=UTC),
    ],
    ColumnKind.TIME: [time(0, 0), time(9, 30), time(9, 30, 0, 5), time(23, 59, 59)],
    ColumnKind.DURATION: [timedelta(days=-1), timedelta(0), timedelta(seconds=5)],
    ColumnKind.UUID: [UUID(int=0), UUID(int=2**64), UUID(int=2**128 - 1)],
    ColumnKind.JSON: [{"a": [1, "é", None, 12345678901234567890123]}],
    ColumnKind.BYTES: [b"", b"\x00\xff"],
}


@pytest.mark.parametrize("kind", list(ColumnKind))
def test_values_come_back_equal_and_in_order(database: Database, kind: ColumnKind) -> None:
    table = Table("t", MetaData(), Column("n", Integer), Column("v", column_type(LogicalColumn(kind, scale=4))))
    engine = create_engine(database.url)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"n": n, "v": v} for n, v in enumerate([*VALUES[kind], None])])
        stored = [row.v for row in connection.execute(select(table.c.v).order_by(table.c.n))]
        assert stored == [*VALUES[kind], None]
        if kind is not ColumnKind.JSON:
            in_order = connection.execute(select(table.c.v).where(table.c.v.is_not(None)).order_by(table.c.v))
            assert [row.v for row in in_order] == VALUES[kind]
            found = connection.execute(select(table.c.n).where(table.c.v == VALUES[kind][0])).all()
            assert [row.n for row in found] == [0]
    engine.dispose()


def test_moments_are_normalised_to_utc(database: Database) -> None:
    table = Table("t", MetaData(), Column("v", column_type(LogicalColumn(ColumnKind.DATETIME))))
    engine = create_engine(database.url)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), {"v": datetime(2024, 1, 1, 5, 45, tzinfo=KATHMANDU)})
        (found,) = connection.execute(select(table.c.v)).scalars()
        assert found == datetime(2024, 1, 1, tzinfo=UTC)
        assert found.tzinfo is UTC
    engine.dispose()


def test_decimals_round_half_up_and_never_overflow(database: Database) -> None:
    table = Table("t", MetaData(), Column("v", DecimalType(2)))
    engine = create_engine(database.url)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"v": Decimal("2.675")}, {"v": Decimal("-2.675")}, {"v": Decimal("-0.001")}])
        assert sorted(connection.execute(select(table.c.v)).scalars()) == [Decimal("-2.68"), 0, Decimal("2.68")]
        with pytest.raises(Invalid, match="18 digits"):
            connection.execute(insert(table), {"v": Decimal("1e16")})
    engine.dispose()
