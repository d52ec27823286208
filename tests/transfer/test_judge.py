"""Everything that is wrong with a row is told in one round, and nothing that may not be wrong."""

from typing import Any

from formwork.transfer.check import check_import
from formwork.transfer.plan import Mode
from formwork.transfer.report import Report
from formwork.transfer.run import run_import
from tests.transfer.conftest import READERS, Desk

CREDITED = {
    **READERS,
    "columns": {**READERS["columns"], "Credit": "credit", "Sponsor": {"field": "sponsor", "by": "card"}},
}
LOANS: dict[str, Any] = {
    "import": "loans",
    "object": "loan",
    "columns": {
        "Reader": {"field": "reader", "by": "card"}, "Begun": "begun_on", "Days": "days", "Status": "status",
        "Note": "closed_note", "Guide": {"field": "guide", "by": "card"},
    },
}  # fmt: skip


def told(report: Report) -> list[tuple[int, set[tuple[str, str]]]]:
    """Line and what is wrong with it: column and code."""
    return [
        (one.line, {(str(p.args["column"]), p.code) for p in one.problems})
        for one in sorted(report.failures, key=lambda one: one.line)
    ]


def both(desk: Desk, text: str, mapping: dict[str, Any], mode: Mode = Mode.UPSERT) -> list[tuple[int, Any]]:
    """What the dry run and the run tell, which is the same."""
    job = desk.upload(text, mapping, mode)
    with desk.work() as work:
        tried = told(check_import(work, desk.shelf, job))
    assert told(run_import(desk.work, desk.shelf, job)) == tried
    return tried


def test_a_bad_cell_does_not_hide_what_else_is_wrong(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    text = (
        "Card,Name,Credit,Sponsor\na1,,ten,\nb1,,ten,nobody\nb1,,six,\n,,ten,\nc1,Cy,ten,d1\nd1,Di,ten,\n"
        "e1,,ten,d1\nf1,Flo,1\n"
    )
    credit, name = ("Credit", "not_a_number"), ("Name", "required")
    assert both(desk, text, CREDITED) == [
        (2, {credit}),  # Ann has a name
        (3, {credit, name, ("Sponsor", "bad_reference")}),
        (4, {credit}),  # will change b1
        (5, {credit, ("Card", "required")}),
        (6, {credit}),  # d1 comes when it is mended
        (7, {credit}),
        (8, {credit, name}),
    ]
    assert desk.rows("reader", "card") == [("a1",), ("f1",)]


def test_rules_are_told_where_no_unread_value_can_change_them(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"}, {"name": "Bo", "card": "b1", "member": True})
    text = (
        "Reader,Begun,Days,Status,Note,Guide\n"
        ",2999-01-01,x,closed,,\n"
        "a1,soon,7,closed,,\n"
        "a1,2020-01-01,7,nonsense,,\n"
        "zz,2020-01-01,7,open,,a1\n"
        "a1,2020-01-01,x,lost,,a1\n"
    )
    assert both(desk, text, LOANS, Mode.CREATE) == [
        (2, {("Days", "not_a_number"), ("Reader", "required"), ("Begun", "rule"), ("Note", "required")}),
        (3, {("Begun", "bad_date"), ("Note", "required")}),
        (4, {("Status", "unknown_option")}),
        (5, {("Reader", "bad_reference")}),  # who may guide hangs on the reader
        (6, {("Days", "not_a_number"), ("Status", "bad_option"), ("Guide", "filtered_reference")}),
    ]


def test_what_is_unique_is_told_beside_a_bad_cell(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    mapping = {**READERS, "match": ["name"], "columns": {"Card": "card", "Name": "name", "Credit": "credit"}}
    assert both(desk, "Card,Name,Credit\na1,Zoe,ten\n", mapping) == [
        (2, {("Credit", "not_a_number"), ("Card", "duplicate")})
    ]


def test_a_value_computed_from_an_unread_cell_says_nothing(desk: Desk) -> None:
    mapping: dict[str, Any] = {
        "import": "loans", "object": "loan",
        "columns": {"Reader": {"field": "reader", "by": "card"}, "Days": "days", "Rate": "rate"},
        "set": {"closed_note": "if(days > 3, 'long', '')", "status": "if(days > 3, 'closed', 'open')"},
    }  # fmt: skip
    desk.make("reader", {"name": "Ann", "card": "a1"})
    assert both(desk, "Reader,Days,Rate\n,x,1\n", mapping, Mode.CREATE) == [
        (2, {("Days", "not_a_number"), ("Reader", "required")})
    ]
