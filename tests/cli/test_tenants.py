"""tenant suspend, resume, delete, purge, export, import, clone and log, as a person at a shell uses them."""

from pathlib import Path

from tests.support.command import Program


def states(program: Program) -> dict[str, str]:
    """The state of every tenant."""
    return {one["name"]: one["state"] for one in program("tenant", "list", "--json").json}


def test_a_tenant_is_closed_and_opened_again(program: Program) -> None:
    said = program("tenant", "suspend", "main", "--reason", "unpaid")
    assert (said.code, "tenant resume main" in said.out) == (0, True)
    assert states(program) == {"main": "suspended"}
    again = program("tenant", "suspend", "main", "--json")
    assert (again.code, again.json["error"]) == (4, "wrong_state")
    assert program("worker", "--once", "--json").json == {"settled": 0, "not_served": []}
    assert program("tenant", "resume", "main").code == 0
    log = program("tenant", "log", "--tenant", "main", "--json").json
    assert [one["act"] for one in log] == ["resume", "suspend"]
    assert all(one["by"].startswith("shell:") for one in log)
    assert log[1]["detail"]["reason"] == "unpaid"
    listed = program("audit", "list", "--event", "operator", "--tenant", "main", "--json").json
    assert [one["detail"]["act"] for one in listed] == ["resume", "suspend"]


def test_deleting_is_an_export_days_of_grace_and_then_the_name_once_more(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "main.zip"
    left = program("tenant", "delete", "main", "--export", file, "--days", "7", "--json")
    assert (left.code, left.json["state"], left.json["export"]) == (0, "leaving", str(file))
    assert file.stat().st_size > 1_000
    assert program("tenant", "purge", "--json").json == {"deleted": []}
    wrong = program("tenant", "delete", "main", "--now", "--confirm", "mian", "--json")
    assert (wrong.code, wrong.json["error"]) == (1, "unconfirmed")
    assert states(program) == {"main": "leaving"}
    asked = program("tenant", "delete", "main", "--now", text="main\n")
    assert (asked.code, "Tenant main is gone." in asked.out) == (0, True)
    assert states(program) == {}
    back = program("tenant", "import", file, "--tenant", "main", "--json")
    assert (back.code, back.json["revoked_keys"]) == (0, 0)
    assert states(program) == {"main": "active"}
    assert program("doctor", "--json").json["symptoms"] == []


def test_a_clone_has_a_name_and_host_of_its_own(program: Program) -> None:
    done = program("tenant", "clone", "main", "trial", "--host", "trial.example", "--without-data", "--json")
    assert done.code == 0, done.err
    assert done.json["tables"]["reader"]["rows"] == 0
    assert states(program) == {"main": "active", "trial": "active"}
    both = program("tenant", "clone", "main", "other", "--without-data", "--rows", "5")
    assert (both.code, "not both" in both.err) == (2, True)
    taken = program("tenant", "clone", "main", "third", "--host", "trial.example")
    assert taken.code == 4
    assert "third" not in states(program)
    assert {one["tenant"] for one in program("doctor", "--all", "--quick", "--json").json} == {"main", "trial"}


def test_an_unknown_database_and_a_wrong_time_zone_are_told(program: Program) -> None:
    told = program("tenant", "create", "x", "--bare", "--database", "moon", "--json")
    assert (told.code, told.json["error"]) == (3, "unknown_database")
    hosts = program("tenant", "hosts", "main", "http://main.example", "--json")
    assert (hosts.code, hosts.json["problems"][0]["pointer"]) == (1, "/hosts/0")
