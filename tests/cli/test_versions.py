"""diff, rollback, retired and consent from the command line."""

from pathlib import Path

from tests.support.command import Program


def test_what_was_put_away_comes_back(program: Program, shelf: Path) -> None:
    program("apply", shelf)
    file = shelf / "objects/garden/plant.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("  note: {type: text}\n", "").replace("type: integer", "type: integer, min: 0"))
    consent = program("plan", shelf, "--json").json["consent"]
    assert program("apply", shelf, "--consent", "other").code == 1
    assert program("apply", shelf, "--consent", consent).code == 0
    assert [one["version"] for one in program("versions", "--json").json] == [3, 2, 1]
    said = program("diff", "2").out
    assert "Remove field plant.note" in said
    assert "min: nothing → 0" in said
    assert [one["field"] for one in program("retired", "list", "--json").json] == ["note"]
    assert program("retired", "restore", "plant.note").code == 0
    assert program("retired", "restore", "plant.note").code == 3
    assert "Change field plant.height" in program("rollback", "2", "--plan").out
    assert program("rollback", "2", "--json").json["published"] is True
    lost = program("rollback", "1")
    assert (lost.code, "Remove object plant" in lost.out) == (1, True)
    assert program("rollback", "1", "--yes").code == 0
    assert program("rollback", "77").code == 3


def test_who_uses_a_field_is_told(program: Program) -> None:
    assert "The formula of `loan.due_on` uses it" in program("usage", "loan.days").out
    assert "follow from it" in program("usage", "loan.days").out
    assert program("usage", "book.isbn").out.strip() == "Nothing uses it."
    assert {one["kind"] for one in program("usage", "book", "--json").json["data"]} >= {"lookup", "permission"}
    assert program("usage", "book.nothing").code == 3
