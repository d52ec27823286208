"""Exports: rights, formulas made harmless, and the way back."""

import io
from dataclasses import replace

import openpyxl
import pytest

from formwork.definitions.model import GrantDef, TypeGrant, VerbGrant
from formwork.kernel import Denied, Malformed
from formwork.records import ListRequest, create
from formwork.transfer.export import Format, export_records
from formwork.transfer.formula import is_formula, plain_text, safe_text
from tests.support.rights import library_with, person
from tests.transfer.conftest import Desk

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@x",
    " =1",
    "\u00a0=1",
    "\u200b@x",
    "＝1+1",
    "－1",
    "'=1",
    "''=1",
    "'quoted'",
    "ok",
    "0-1",
]
BACK = {
    "import": "back",
    "object": "reader",
    "match": ["card"],
    "columns": {
        "card": "card",
        "name": "name",
        "credit": "credit",
        "member": "member",
        "topics": "topics",
        "home.city": "home.city",
        "home.country": "home.country",
        "sponsor": "sponsor",
    },
}


def exported(desk: Desk, request: ListRequest, format: Format = Format.CSV) -> bytes:
    """The whole file."""
    with desk.work() as work:
        return b"".join(export_records(work, request, format))


@pytest.mark.parametrize("text", [*NASTY, "a\n=b", "\t=1", "\r=1", "", "x"])
def test_a_marked_text_comes_back_as_it_was(text: str) -> None:
    assert plain_text(safe_text(text)) == text
    assert not is_formula(safe_text(text).split("\n", maxsplit=1)[0])


@pytest.mark.parametrize("format", list(Format))
def test_what_was_exported_is_imported_as_it_was(desk: Desk, format: Format) -> None:
    first, *_ = desk.make("reader", *({"name": text.strip(), "card": f"c{n}"} for n, text in enumerate(NASTY)))
    details = {"credit": "12.5", "member": True, "topics": ["a", "b"], "sponsor": str(first)}
    desk.make("reader", {"name": "Zoë", "card": "z", "home": {"city": "Köln", "country": "DE"}, **details})
    fields = ("card", "name", "credit", "member", "topics", "home.city", "home.country", "sponsor")
    before = desk.rows("reader", *fields)
    data = exported(desk, ListRequest("reader", fields=fields, sort=("card",)), format)
    report = desk.bring_in(data, BACK)
    assert [one.problems for one in report.failures] == []
    assert report.totals.same == len(NASTY) + 1
    assert desk.rows("reader", *fields) == before


def test_a_sheet_holds_texts_as_texts_and_numbers_as_numbers(desk: Desk) -> None:
    desk.make("book", {"title": "=1+1", "daily_fee": "-12.5"})
    data = exported(desk, ListRequest("book", fields=("title", "daily_fee")), Format.XLSX)
    [_, row] = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()
    assert [(cell.value, cell.data_type) for cell in row] == [("=1+1", "s"), (-12.5, "n")]


def test_negative_numbers_stay_numbers_in_csv(desk: Desk) -> None:
    desk.make("book", {"title": "=1+1", "daily_fee": "-12.5"})
    text = exported(desk, ListRequest("book", fields=("title", "daily_fee"))).decode("utf-8-sig")
    assert text == "title,daily_fee\r\n'=1+1,-12.50\r\n"


def test_every_page_is_exported_in_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formwork.transfer.export._PAGE", 3)
    desk.make("reader", *({"name": f"N{n % 4}", "card": f"c{n}"} for n in range(10)))
    text = exported(desk, ListRequest("reader", fields=("name", "card"), sort=("-name",), filters=("card != 'c0'",)))
    rows = text.decode("utf-8-sig").split()[1:]
    assert len(set(rows)) == 9
    assert [row[:2] for row in rows] == sorted([row[:2] for row in rows], reverse=True)


def test_without_the_right_to_export_nothing_comes(desk: Desk) -> None:
    clerk = desk.home.user("cleo", "librarian")
    with desk.home.as_user(clerk) as work, pytest.raises(Denied):
        export_records(work, ListRequest("reader"), Format.CSV)


def test_the_right_to_export_opens_no_row_that_may_not_be_read(desk: Desk) -> None:
    mine, theirs = desk.home.user("mia"), desk.home.user("theo")
    [sponsor] = desk.make("reader", {"name": "Theirs", "owner": str(theirs)})
    desk.make("reader", {"name": "Mine", "owner": str(mine), "sponsor": str(sponsor)})
    grant = GrantDef("desk", "reader", {"read": VerbGrant(("own",)), "export": VerbGrant(("all",))})
    with desk.work() as opened:
        context = opened.context.acting_as(person(mine, "desk"))
        work = replace(opened.with_snapshot(library_with([grant])), context=context)
        text = b"".join(export_records(work, ListRequest("reader", fields=("name",)), Format.CSV))
        links = ListRequest("reader", fields=("name", "sponsor", "sponsor.name"))
        linked = b"".join(export_records(work, links, Format.CSV))
        guessed = replace(links, filters=("sponsor.name = 'Theirs'",))
        found = b"".join(export_records(work, guessed, Format.CSV))
    assert text.decode("utf-8-sig").split() == ["name", "Mine"]
    assert linked.decode("utf-8-sig").split() == ["name,sponsor,sponsor.name", "Mine,,"]
    assert found.decode("utf-8-sig").split() == ["name,sponsor,sponsor.name"]


def test_an_unknown_field_is_refused_before_the_first_byte(desk: Desk) -> None:
    with desk.work() as work, pytest.raises(Malformed):
        export_records(work, ListRequest("reader", fields=("nick",)), Format.CSV)


def test_a_field_that_is_hidden_on_a_record_type_is_blank_on_its_rows(desk: Desk) -> None:
    every = VerbGrant(("all",))
    hall = TypeGrant(fields={"days": "hidden", "helpers": "hidden"})
    snapshot = library_with([GrantDef("porter", "loan", {"read": every, "export": every}, record_types={"hall": hall})])
    with desk.home.system() as work:
        reader = create(work, "reader", [{"name": "Ada", "member": True}])[0].id
        body = {"reader": str(reader), "days": 5, "helpers": [str(reader)]}
        create(work, "loan", [{**body, "record_type": kind} for kind in ("home", "hall")])
        actor = person(desk.person, "porter")
        porter = replace(work.with_snapshot(snapshot), context=work.context.acting_as(actor))
        asked = ListRequest("loan", ("record_type", "days", "helpers"), sort=("record_type",))
        lines = b"".join(export_records(porter, asked, Format.CSV)).decode("utf-8-sig").splitlines()
    cells = [line.split(",") for line in lines[1:]]
    assert [row[-3:-1] for row in cells] == [["hall", ""], ["home", "5"]]
    assert [bool(row[-1]) for row in cells] == [False, False]  # links to readers are not for a porter
