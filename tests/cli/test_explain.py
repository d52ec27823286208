"""explain: the verdict, the path and what would help, on the screen and as JSON."""

from tests.support.command import Program


def test_a_verdict_is_told_with_its_path(program: Program) -> None:
    program("user", "create", "cleo", "--email", "cleo@example.com", "--role", "clerk")
    told = program("explain", "cleo", "read", "book")
    assert told.code == 0
    assert told.out.splitlines()[0] == "Yes: cleo may read book."
    assert (
        "  yes cleo has the role “Clerk”. “Clerk” may read in “Books”, and there this reaches every record." in told.out
    )
    answer = program("explain", "cleo", "edit", "book", "--json").json
    assert (answer["allowed"], [one["fact"] for one in answer["state"]]) == (False, ["no_grant"])
    assert "Give cleo the role “Librarian”." in [one["sentence"] for one in answer["needed"]]
    assert program("explain", "cleo", "read", "reader", "--field", "fine_note").out.startswith("No: ")


def test_what_is_not_there_is_refused(program: Program) -> None:
    program("user", "create", "cleo", "--email", "cleo@example.com")
    assert program("explain", "nobody", "read", "book").code == 3
    assert program("explain", "cleo", "read", "nothing").code == 3
    assert program("explain", "cleo", "read", "book", "nonsense").code == 1
