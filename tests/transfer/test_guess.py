"""Guessed mappings: the four files of the example come out as an integrator would map them."""

import pytest

from formwork.transfer.guess import Guess, guess_mapping
from formwork.transfer.likeness import date_order
from formwork.transfer.table import read_table
from tests.transfer.conftest import Desk

TEXT = """Kartennummer,Reader name,Credit (in thousands),Is member?,Sponsor,Remarks
k1, Ann ,"1,5",yes,Bo Berg,x
k2, Cy ,"2,25",no,BoBerg,y
"""


def guessed(desk: Desk, text: str, object: str = "reader") -> Guess:
    """The guess for a file."""
    with desk.work() as work:
        return guess_mapping(work, object, read_table(text.encode()))


def test_columns_are_found_by_name_and_cleaned_as_their_values_ask(desk: Desk) -> None:
    desk.make("reader", {"name": "Bo Berg", "card": "b1"})
    guess = guessed(desk, TEXT)
    found = {one.header: one for one in guess.columns}
    name, credit, sponsor = (found[key].column for key in ("Reader name", "Credit (in thousands)", "Sponsor"))
    assert name is not None
    assert (name.field, [step.kind for step in name.transform]) == ("name", ["trim"])
    assert credit is not None
    assert credit.field == "credit"
    assert [(step.kind, step.argument) for step in credit.transform] == [("decimal", ","), ("scale", 1_000)]
    assert sponsor is not None
    assert (sponsor.field, sponsor.by) == ("sponsor", "name")
    assert [(text, like.text) for text, like in found["Sponsor"].suggestions] == [("BoBerg", "Bo Berg")]
    assert found["Remarks"].column is None
    assert found["Sponsor"].samples == ("Bo Berg", "BoBerg")
    assert found["Reader name"].percent > 70


def test_a_unique_field_in_the_file_decides_what_rows_match_by(desk: Desk) -> None:
    assert guessed(desk, "Card,Name\na1,Ann\n").mapping.match == ("card",)
    assert guessed(desk, "Name\nAnn\n").mapping.match == ()


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["25-10-16", "01-02-17"], "dmy"),
        (["10/25/2016"], "mdy"),
        (["01/02/03"], "dmy"),
        (["2016-10-25"], None),
        (["soon"], None),
    ],
)
def test_the_order_of_dates_is_read_from_them(texts: list[str], order: str | None) -> None:
    assert date_order(texts) == order
