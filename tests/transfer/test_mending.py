"""Bad values told once each, and decisions about them kept in the mapping."""

from formwork.definitions.model import ImportDef
from formwork.kernel import Problem, new_id
from formwork.transfer.mapping import read_mapping
from formwork.transfer.mending import open_values, put_value, reopen_value, skip_value
from formwork.transfer.report import Action, RowResult
from tests.transfer.conftest import READERS


def failed(row: int, *told: tuple[str, str, str]) -> RowResult:
    """A row with problems of (column, value, code)."""
    problems = tuple(Problem("", code, f"{code}.", {"column": column, "value": value}) for column, value, code in told)
    return RowResult(row, row + 2, Action.FAILED, new_id(), problems)


def mapping(**name: object) -> ImportDef:
    """Readers whose names are trimmed and mapped."""
    column = {"field": "name", "transform": ["trim"], **name}
    return read_mapping({**READERS, "columns": {"Card": "card", "Name": column}})


def test_a_value_is_told_once_with_its_rows() -> None:
    rows = [failed(n, ("Name", "x", "too_long")) for n in range(7)]
    rows += [failed(9, ("Name", "x", "too_long"), ("Card", "", "required")), failed(10, ("", "", "ragged_row"))]
    found = open_values(rows)
    assert [(one.column, one.value, one.rows, one.lines) for one in found] == [
        ("Name", "x", 8, (2, 3, 4, 5, 6)), ("Card", "", 1, (11,)), ("", "", 1, (12,)),
    ]  # fmt: skip
    assert [one.is_mendable(mapping()) for one in found] == [True, True, False]


def test_a_value_too_long_to_be_named_is_only_told() -> None:
    [one] = open_values([failed(0, ("Name", "x" * 100, "too_long"))])
    assert not one.is_mendable(mapping())


def test_decisions_replace_each_other() -> None:
    found = put_value(mapping(), "Name", " Anne ", "Ann")
    assert found.columns["Name"].values == {"Anne": "Ann"}
    found = skip_value(found, "Name", "Anne")
    assert (found.columns["Name"].values, found.columns["Name"].skip) == ({}, ("Anne",))
    found = put_value(found, "Name", "Anne", "")
    assert (found.columns["Name"].values, found.columns["Name"].skip) == ({"Anne": ""}, ())
    assert reopen_value(found, "Name", "Anne") == mapping()


def test_a_replacement_that_is_wrong_itself_is_decided_for_the_text_of_the_file() -> None:
    found = put_value(mapping(values={"A": "Y", "B": "Y"}), "Name", "Y", "Z")
    assert found.columns["Name"].values == {"A": "Z", "B": "Z"}
    assert skip_value(found, "Name", "Z").columns["Name"].skip == ("A", "B")
