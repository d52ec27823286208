"""What the columns of a file hold is told before a row is tried: unreadable values, and days in two orders."""

from typing import Any

import pytest

from formwork.transfer import survey
from formwork.transfer.mapping import read_mapping
from formwork.transfer.survey import Survey, day_orders, survey_table
from formwork.transfer.table import read_table
from tests.transfer.conftest import Desk


def surveyed(desk: Desk, text: str, columns: dict[str, Any], object: str = "reader") -> Survey:
    """What is found in a file."""
    table = read_table(text.encode())
    mapping = read_mapping({"import": "m", "object": object, "columns": columns})
    with desk.work() as work:
        return survey_table(work, table, mapping, table.count())


def told(found: Survey, header: str) -> tuple[int, int, list[tuple[int, str, str]]]:
    """Values, bad ones, and the first of those."""
    one = found.columns[header]
    return one.values, one.bad, [(e.line, e.value, e.problem.code if e.problem else "") for e in one.examples]


def test_values_no_transform_reads_are_counted_with_three_examples(desk: Desk) -> None:
    text = "Card,Credit\n" + "".join(f"c{n},{value}\n" for n, value in enumerate(("1", "", "x", "x", "y", "z", "w")))
    found = surveyed(desk, text, {"Card": "card", "Credit": "credit", "Gone": "name"})
    assert (found.rows, found.whole, set(found.columns)) == (7, True, {"Card", "Credit"})
    code = "not_a_number"
    assert told(found, "Credit") == (6, 5, [(4, "x", code), (6, "y", code), (7, "z", code)])
    assert told(found, "Card") == (7, 0, [])


def test_references_are_looked_up_in_the_records_and_in_the_file(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"}, {"name": "Bo", "card": "b1"}, {"name": "Bo", "card": "b2"})
    text = "Card,Name,Sponsor\nc1,Cy,a1\nd1,Di,C1\ne1,Ed,zz\n"
    columns = {"Card": "card", "Name": "name", "Sponsor": {"field": "sponsor", "by": "card"}}
    assert told(surveyed(desk, text, columns), "Sponsor") == (3, 1, [(4, "zz", "bad_reference")])
    columns["Sponsor"] = {"field": "sponsor", "by": "name"}
    text = "Card,Name,Sponsor\nc1,Cy,Bo\nd1,Di,Cy\n"
    assert told(surveyed(desk, text, columns), "Sponsor") == (2, 1, [(2, "Bo", "ambiguous_reference")])


def test_rows_that_are_left_out_or_in_pieces_do_not_count(desk: Desk) -> None:
    text = "Card,Credit\nc1,x\nc2,1,2\nc3,y\n"
    found = surveyed(desk, text, {"Card": "card", "Credit": {"field": "credit", "skip": ["x"], "values": {"y": "7"}}})
    assert told(found, "Credit") == (1, 0, [])
    assert found.unreadable == (3,)


def test_of_a_large_file_the_beginning_is_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "MOST_CELLS", 10)
    monkeypatch.setattr(survey, "FIRST_ROWS", 4)
    text = "Card,Name,Sponsor\n" + "".join(f"c{n},Cy,c{n + 1}\n" for n in range(9))
    columns = {"Card": "card", "Name": "name", "Sponsor": {"field": "sponsor", "by": "card"}}
    found = surveyed(desk, text, columns)
    assert (found.rows, found.whole) == (4, False)
    assert told(found, "Sponsor") == (4, 0, [])  # who comes later is not known


def test_an_order_chosen_reads_what_it_can(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    text = "Reader,Begun\na1,13/02/2026\na1,02/14/2026\na1,03/02/2026\n"
    for order, bad in (("dmy", [(3, "02/14/2026", "bad_date")]), ("mdy", [(2, "13/02/2026", "bad_date")])):
        columns = {
            "Reader": {"field": "reader", "by": "card"},
            "Begun": {"field": "begun_on", "transform": [{"date": order}]},
        }
        found = surveyed(desk, text, columns, "loan")
        assert told(found, "Begun") == (3, 1, bad)
        assert found.columns["Begun"].days.are_mixed


@pytest.mark.parametrize(
    ("days", "mixed", "unclear"),
    [
        ("13/02/2026 02/14/2026 01/02/2026", True, False),
        ("01/02/2026 3.4.26", False, True),
        ("13/02/2026 01/02/2026", False, False),
        ("02-14-2026", False, False),
        ("05/05/2026 2026-01-02 soon", False, False),
    ],
)
def test_orders_of_days(days: str, mixed: bool, unclear: bool) -> None:
    found = day_orders(iter(list(enumerate(days.split(), 2))))
    assert (found.are_mixed, found.are_unclear) == (mixed, unclear)
