"""The file of failed rows can be mended and sent again, as often as it takes, whatever columns the file had."""

from formwork.transfer.errors_file import errors_file
from formwork.transfer.job import find_job
from formwork.transfer.run import run_import
from tests.transfer.conftest import READERS, Desk


def rows(desk: Desk, text: str | bytes, *, filled: bool = False) -> list[str]:
    """The lines of the errors file of an import; with `filled` a column `problem` of the file fills a field."""
    mapping = {**READERS, "columns": {**READERS["columns"], **({"problem": "topics"} if filled else {})}}
    job = desk.upload(text, mapping)
    run_import(desk.work, desk.shelf, job)
    with desk.work() as work:
        return errors_file(work, desk.shelf, find_job(work, job)).decode("utf-8-sig").splitlines()


def test_a_file_that_failed_again_tells_its_problems_anew(desk: Desk) -> None:
    first = rows(desk, "Name,Card\n,a1\nBo,b1\n,\n")
    assert first == ["Name,Card,problem", ",a1,Line 2: Name: Fill in this field."]
    again = rows(desk, "\n".join(first))
    assert again == first


def test_a_column_of_that_name_stays(desk: Desk) -> None:
    found = rows(desk, "Name,Card,problem\n,a1,late\n", filled=True)
    assert found == ["Name,Card,problem,problem 2", ",a1,late,Line 2: Name: Fill in this field."]


def test_cells_beyond_the_header_stand_behind_the_problem(desk: Desk) -> None:
    [_, row] = rows(desk, "Name,Card\nAnn,a1,x,\n")
    assert row == "Ann,a1,Line 2: This row has more cells than the header. Check its quotes.,x,"
    assert rows(desk, f"Name,Card,problem\n{row}\n")[1:] == [row]
