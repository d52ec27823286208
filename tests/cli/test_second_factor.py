"""`second-factor`: who must have one, as the setting or the tenant says."""

from tests.support.command import Program


def test_who_must_have_one_is_said_shown_and_taken_back(program: Program) -> None:
    assert program("second-factor", "show", "--json").json["who"] == "nobody"
    made = program("second-factor", "require", "roles", "--role", "admin", "--grace", "14", "--json").json
    assert (made["who"], made["roles"], made["grace_days"]) == ("roles", ["admin"], 14)
    assert "the roles admin, after 14 days" in program("second-factor", "show").out
    assert program("second-factor", "require", "roles", "--role", "zqx").code == 1
    assert program("second-factor", "default", "--json").json["since"] is None
