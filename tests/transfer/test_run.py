"""Imports from upload to end: modes, errors, links between rows, dry run, going on after a kill."""

from typing import Any

import pytest

from formwork.kernel import Conflict, Denied, Invalid, NotFound, Refused
from formwork.records import Change, update
from formwork.storage import Work
from formwork.transfer import engine, takeback
from formwork.transfer.check import check_import
from formwork.transfer.job import State, find_job
from formwork.transfer.mapping import read_mapping
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.run import report_import, run_import, stop_import, upload_import
from formwork.transfer.undo import undo_import
from tests.transfer.conftest import READERS, Desk

BAD = ("bad_reference", None)
SPONSORED = {
    **READERS,
    "columns": {**READERS["columns"], "Sponsor": {"field": "sponsor", "by": "card", "transform": ["trim"]}},
}


def test_rows_are_created_updated_or_left_as_they_are(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"}, {"name": "Bo", "card": "b1"})
    report = desk.bring_in("Card,Name\na1,Anna\nb1,Bo\nc1, Cy \n", READERS)
    assert report.totals.as_json() == {"rows": 3, "created": 1, "updated": 1, "same": 1, "failed": 0, "skipped": 0}
    assert desk.rows("reader", "card", "name") == [("a1", "Anna"), ("b1", "Bo"), ("c1", "Cy")]


@pytest.mark.parametrize(("mode", "cards"), [(Mode.CREATE, ["a1", "c1"]), (Mode.UPDATE, ["a1"])])
def test_a_mode_leaves_the_other_rows_out(desk: Desk, mode: Mode, cards: list[str]) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    report = desk.bring_in("Card,Name\na1,Anna\nc1,Cy\n", READERS, mode)
    assert report.totals.skipped == 1
    assert [card for card, _ in desk.rows("reader", "card", "name")] == cards


def test_a_bad_row_is_told_with_line_column_and_value_and_the_others_are_written(desk: Desk) -> None:
    mapping = {**READERS, "columns": {**READERS["columns"], "Credit": "credit"}}
    text = 'Card,Name,Credit\na1,"An\nn",10\nb1,Bo,ten\nc1,,1\n,Di,1\ne1,Ed,1,2\nf1,Fay,5\n'
    report = desk.bring_in(text, mapping)
    assert report.totals.created == 1
    told = [(one.line, one.problems[0].args["column"], one.problems[0].code) for one in report.failures]
    assert told == [
        (2, "Name", "bad_character"),
        (4, "Credit", "not_a_number"),
        (5, "Name", "required"),
        (6, "Card", "required"),
        (7, "", "ragged_row"),
    ]
    assert report.failures[1].problems[0].args["value"] == "ten"


def test_poison_is_told_cell_by_cell_and_the_good_rows_stay(desk: Desk) -> None:
    """K12: what a hostile file may hold ends as problems of rows, never as an error of the import."""
    rows = [
        "a1,Ann,1",
        "a2,Bo," + "9" * 5_000,
        "a3,Cy,NaN",
        "a4,Di,1e999",
        "a5,E\x07d,1",
        "a6,Fay\ud800,1".encode("utf-8", "replace").decode(),
        "a7," + "x" * 90_000 + ",1",
        "a8,Gus,=1+1",
        "a1,Ann,1",
        'a9,"Hal,1',
    ]
    mapping = {**READERS, "columns": {**READERS["columns"], "Credit": "credit"}}
    report = desk.bring_in("Card,Name,Credit\n" + "\n".join(rows), mapping)
    told = {one.line: (one.problems[0].args["column"], one.problems[0].code) for one in report.failures}
    assert told == {
        3: ("Credit", "not_a_number"),
        4: ("Credit", "not_a_number"),
        5: ("Credit", "out_of_range"),
        6: ("Name", "bad_character"),
        8: ("Name", "too_long"),
        9: ("Credit", "not_a_number"),
    }
    assert all(len(str(one.args["value"])) <= 100 for row in report.failures for one in row.problems)
    assert (report.totals.created, report.totals.same) == (3, 1)


def test_nothing_is_written_unless_every_row_is_good(desk: Desk) -> None:
    report = desk.bring_in("Card,Name\na1,Ann\nb1,\n", READERS, on_error=OnError.NOTHING)
    assert (report.state, report.totals.failed, report.totals.created) == ("refused", 1, 0)
    assert desk.rows("reader", "card") == []
    report = desk.bring_in("Card,Name\na1,Ann\nb1,Bo\n", READERS, on_error=OnError.NOTHING)
    assert (report.state, report.totals.created) == ("finished", 2)


def test_a_trial_counts_everything_and_writes_nothing(desk: Desk) -> None:
    job = desk.upload("Card,Name,Sponsor\na1,Ann,b1\nb1,Bo,\nc1,,\n", SPONSORED)
    with desk.work() as work:
        report = check_import(work, desk.shelf, job)
    assert (report.totals.created, report.totals.failed) == (2, 1)
    assert desk.rows("reader", "card") == []


def test_a_row_may_point_at_one_that_comes_later_or_back_at_itself(desk: Desk) -> None:
    text = "Card,Name,Sponsor\na1,Ann,b1\nb1,Bo,c1\nc1,Cy,\nd1,Di,e1\ne1,Ed,d1\n"
    assert desk.bring_in(text, SPONSORED).totals.created == 5
    found = desk.rows("reader", "card", "sponsor.card")
    assert found == [("a1", "b1"), ("b1", "c1"), ("c1", None), ("d1", "e1"), ("e1", "d1")]


RINGS = "Card,Name,Sponsor\na1,Ann,a1\nb1,Bo,a1\nc1,Cy,d1\nd1,Di,c1\ne1,Ed,b1\nf1,Flo,\ng1,Gus,g2\n"
"""a1 may not sponsor itself, so neither b1 nor e1 have a sponsor; c1 and d1 may point at each other."""


@pytest.mark.parametrize("mode", [Mode.CREATE, Mode.UPSERT])
def test_a_row_refused_in_a_ring_leaves_nothing_behind(desk: Desk, mode: Mode) -> None:
    job = desk.upload(RINGS, SPONSORED, mode)
    with desk.work() as work:
        trial = check_import(work, desk.shelf, job)
    report = run_import(desk.work, desk.shelf, job)
    assert (report.totals.created, report.totals.failed, report.totals.done) == (3, 4, 7)
    assert report.totals == trial.totals
    failures = [(one.line, one.problems[0].code, one.record) for one in report.failures]
    assert failures == [(2, "rule", None), (3, *BAD), (6, *BAD), (8, *BAD)]
    assert sorted(one.line for one in trial.failures) == [2, 3, 6, 8]
    assert [row[0] for row in desk.rows("reader", "card")] == ["c1", "d1", "f1"]
    undone = undo_import(desk.work, job)
    assert (undone.deleted, undone.kept) == (3, ())
    assert desk.rows("reader", "card") == []


def test_a_ring_refused_on_a_record_that_was_there_sets_it_back(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    report = desk.bring_in("Card,Name,Sponsor\na1,Anna,a1\nb1,Bo,a1\n", SPONSORED)
    assert (report.totals.created, report.totals.updated, report.totals.failed) == (1, 0, 1)
    assert desk.rows("reader", "card", "name", "sponsor.card") == [("a1", "Ann", None), ("b1", "Bo", "a1")]


def test_a_ring_closed_on_a_record_that_was_there_is_undone(desk: Desk) -> None:
    zoe, *_ = desk.make("reader", {"name": "Zoe", "card": "z1"})
    desk.make("reader", {"name": "Ann", "card": "a1", "sponsor": str(zoe)})
    job = desk.upload("Card,Name,Sponsor\nb1,Bo,a1\na1,Ann,b1\n", SPONSORED)
    totals = run_import(desk.work, desk.shelf, job).totals
    assert (totals.created, totals.updated, totals.failed) == (1, 1, 0)
    undone = undo_import(desk.work, job)
    assert (undone.deleted, undone.restored, undone.kept) == (1, 1, ())
    assert desk.rows("reader", "card", "sponsor.card") == [("a1", "z1"), ("z1", None)]


def test_what_cannot_be_taken_back_stays_with_its_result(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise Denied("You may not delete this.", code="row_denied")

    job = desk.upload("Card,Name,Sponsor\na1,Ann,a1\n", SPONSORED)
    with monkeypatch.context() as patch:
        patch.setattr(takeback, "delete", refuse)
        report = run_import(desk.work, desk.shelf, job)
    assert [one.code for one in report.failures[0].problems] == ["rule", "row_kept"]
    assert desk.rows("reader", "card") == [("a1",)]
    assert undo_import(desk.work, job).deleted == 1
    assert desk.rows("reader", "card") == []


def test_a_row_that_points_at_a_bad_row_is_bad_too(desk: Desk) -> None:
    report = desk.bring_in("Card,Name,Sponsor\na1,Ann,b1\nb1,,\nc1,Cy,\n", SPONSORED)
    assert [(one.line, one.problems[0].code) for one in report.failures] == [(2, "bad_reference"), (3, "required")]
    assert desk.rows("reader", "card") == [("c1",)]


def test_what_does_not_match_is_suggested(desk: Desk) -> None:
    desk.make("reader", {"name": "GTX Pro", "card": "x"}, {"name": "Twin", "card": "y"}, {"name": "Twin", "card": "z"})
    mapping = {**SPONSORED, "columns": {**READERS["columns"], "Sponsor": {"field": "sponsor", "by": "name"}}}
    report = desk.bring_in("Card,Name,Sponsor\na1,Ann,GTXPro\nb1,Bo,Twin\nc1,Cy,Zzz\nd1,Di,gtx pro\n", mapping)
    problems = [one.problems[0] for one in report.failures]
    assert [one.code for one in problems] == ["bad_reference", "ambiguous_reference", "bad_reference"]
    assert (problems[0].args["suggestion"], problems[0].args["percent"]) == ("GTX Pro", 92)
    assert "suggestion" not in problems[2].args
    assert report.totals.created == 1


def test_values_may_stand_for_others_for_a_blank_cell_or_for_leaving_the_row_out(desk: Desk) -> None:
    name = {"field": "name", "transform": ["trim"], "values": {"Anne": "Ann", "": "Nobody", "?": ""}, "skip": ["TOTAL"]}
    mapping = {**READERS, "columns": {"Card": {"field": "card", "skip": [""]}, "Name": name}}
    report = desk.bring_in("Card,Name\na1, Anne \nb1,\nc1,TOTAL \n,Cy\nd1,?\n", mapping, on_error=OnError.SKIP)
    assert (report.totals.created, report.totals.skipped) == (2, 2)
    assert [(one.line, one.problems[0].code) for one in report.failures] == [(6, "required")]
    assert desk.rows("reader", "card", "name") == [("a1", "Ann"), ("b1", "Nobody")]


def test_a_killed_import_goes_on_after_its_last_chunk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK", 2)
    job = desk.upload("Card,Name\n" + "".join(f"c{n},Name {n}\n" for n in range(7)), READERS)

    class Killed(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        run_import(desk.work, desk.shelf, job, stop)
    with desk.work() as work:
        assert (find_job(work, job).state, find_job(work, job).position) == (State.RUNNING, 4)
    report = run_import(desk.work, desk.shelf, job)
    assert (report.state, report.totals.created, report.totals.done) == ("finished", 7, 7)
    assert len(desk.rows("reader", "card")) == 7


def test_two_processes_never_write_a_row_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK", 2)
    mapping = {name: value for name, value in READERS.items() if name != "match"}
    job = desk.upload("Card,Name\n" + "".join(f",Name {n}\n" for n in range(6)), mapping, Mode.CREATE)

    def interfere(done: int, total: int) -> None:
        if done == 2:
            run_import(desk.work, desk.shelf, job)

    with pytest.raises(Conflict, match="meanwhile"):
        run_import(desk.work, desk.shelf, job, interfere)
    assert len(desk.rows("reader", "name")) == 6


def test_an_import_is_stopped_between_its_chunks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CHUNK", 2)
    job = desk.upload("Card,Name\n" + "".join(f"c{n},Name {n}\n" for n in range(9)), READERS)

    def interfere(done: int, total: int) -> None:
        if done == 4:
            with desk.work() as work:
                stop_import(work, job)

    with pytest.raises(Conflict):
        run_import(desk.work, desk.shelf, job, interfere)
    with desk.work() as work:
        report = report_import(work, job)
    assert (report.state, report.totals.created, report.totals.rows) == ("stopped", 4, 9)
    with desk.work() as work, pytest.raises(Refused):
        stop_import(work, job)
    assert len(desk.rows("reader", "card")) == 4
    assert undo_import(desk.work, job).deleted == 4


def test_an_import_stops_at_too_many_errors(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formwork.transfer.run.MOST_ERRORS", 3)
    monkeypatch.setattr(engine, "CHUNK", 2)
    report = desk.bring_in("Card,Name\n" + "".join(f"c{n},\n" for n in range(9)), READERS)
    assert (report.state, report.totals.failed, report.totals.done) == ("stopped", 4, 4)


def test_an_import_is_undone_but_for_what_changed_since(desk: Desk) -> None:
    ann, _ = desk.make("reader", {"name": "Ann", "card": "a1"}, {"name": "Bo", "card": "b1"})
    text = "Card,Name,Sponsor\na1,Anna,\nb1,Bob,e1\nc1,Cy,\nd1,Di,c1\ne1,Ed,\n"
    job = desk.upload(text, SPONSORED)
    run_import(desk.work, desk.shelf, job)
    with desk.work() as work:
        update(work, "reader", [Change(ann, {"credit": "5"})])
    undone = undo_import(desk.work, job)
    assert (undone.deleted, undone.restored, [one.line for one in undone.kept]) == (3, 1, [2])
    assert desk.rows("reader", "card", "name", "sponsor.card") == [("a1", "Anna", None), ("b1", "Bo", None)]
    with desk.work() as work:
        assert report_import(work, job).state == "undone"


def test_repeated_rows_are_undone_to_what_was_before_all_of_them(desk: Desk) -> None:
    desk.make("reader", {"name": "Ann", "card": "a1"})
    job = desk.upload("Card,Name\na1,Anna\na1,Annie\nc1,Cy\nc1,Cyn\n", READERS)
    assert run_import(desk.work, desk.shelf, job).totals.updated == 3
    undone = undo_import(desk.work, job)
    assert (undone.deleted, undone.restored, undone.kept) == (1, 1, ())
    assert desk.rows("reader", "card", "name") == [("a1", "Ann")]


def test_an_import_belongs_to_whoever_started_it(desk: Desk) -> None:
    job = desk.upload("Card,Name\na1,Ann\n", READERS)
    other = desk.home.user("bea", "admin")
    with desk.home.as_user(other) as work, pytest.raises(NotFound):
        report_import(work, job)


def test_without_the_right_to_import_nothing_is_kept(desk: Desk) -> None:
    clerk = desk.home.user("cleo", "clerk")

    def attempt(work: Work) -> None:
        upload_import(work, desk.shelf, "x.csv", b"Card,Name\n", read_mapping(READERS))

    with desk.home.as_user(clerk) as work, pytest.raises(Denied):
        attempt(work)
    assert not desk.shelf.folder.exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": {"Card": "card", "Nme": "name"}}, "no column `Nme`"),
        ({"columns": {"Card": "card", "Name": "nick"}}, "no field `nick`"),
        ({"columns": {"Card": "card", "Name": "card"}}, "Two columns"),
        ({"match": ["credit"]}, "No column fills `credit`"),
        ({"match": []}, "by which fields"),
        ({"set": {"credit": "1 +"}}, "`credit`"),
        ({"columns": {"Card": "card", "Name": {"field": "name", "create_options": True}}}, "no list of options"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_before_the_first_row(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    wanted = {**READERS, **change}
    if not wanted["match"]:
        del wanted["match"]
    with pytest.raises(Invalid, match=message):
        desk.bring_in("Card,Name\na1,Ann\n", wanted)


@pytest.mark.parametrize("name", ["id", "created_at", "loans_count"])
def test_what_the_system_writes_cannot_be_imported(desk: Desk, name: str) -> None:
    with pytest.raises((Denied, Invalid)):
        desk.bring_in("Card,Name\na1,Ann\n", {**READERS, "columns": {"Card": "card", "Name": name}})
