"""tenant and user: made, listed, changed; wrong words have their exit code and no traceback."""

from formwork.identity import log_in
from formwork.kernel import Settings
from formwork.runtime import Runtime
from tests.support.command import Program
from tests.support.databases import Database
from tests.support.tenants import KEY


def test_a_user_signs_in_with_the_password_that_was_given(program: Program, database: Database) -> None:
    made = program(
        "user", "create", "rex", "--email", "rex@example.com", "--role", "clerk", "--password-stdin", "--json",
        text="a long enough word\n",
    )  # fmt: skip
    assert (made.code, made.json["password"]) == (0, None)
    changed = program("user", "password", "rex", "--json")
    settings = Settings(
        data=database.folder / "data", database_url=database.url if database.is_postgres else "", key=KEY
    )
    runtime = Runtime(settings)
    with runtime.system_write("main", "test") as work:
        assert str(log_in(work, "rex", changed.json["password"])) == made.json["id"]
    runtime.close()


def test_roles_are_given_and_taken(program: Program) -> None:
    program("user", "create", "rex", "--email", "rex@example.com")
    assert program("user", "roles", "rex", "--give", "clerk", "--give", "admin", "--json").json["roles"] == [
        "admin", "clerk",
    ]  # fmt: skip
    assert program("user", "roles", "rex", "--take", "admin", "--json").json["roles"] == ["clerk"]
    listed = program("user", "list", "--json").json
    assert [(one["login"], one["roles"]) for one in listed] == [("rex", ["clerk"])]


def test_wrong_words_have_their_exit_codes(program: Program) -> None:
    program("user", "create", "rex", "--email", "rex@example.com")
    for code, words in (
        (3, ("user", "roles", "rex", "--give", "sorcerer")),
        (3, ("user", "password", "nobody")),
        (3, ("user", "list", "--tenant", "elsewhere")),
        (1, ("user", "create", "mia", "--email", "no address")),
        (4, ("tenant", "create", "main")),
        (1, ("tenant", "create", "Not A Name", "--bare")),
        (2, ("tenant", "create", "two", "--timezone", "Mars/Olympus")),
        (2, ("nonsense",)),
    ):
        ran = program(*words)
        assert (ran.code, "Traceback" in ran.err, ran.out) == (code, False, ""), words
        assert ran.err


def test_a_weak_password_leaves_no_user_behind(program: Program) -> None:
    words = ("user", "create", "rex", "--email", "rex@example.com", "--password-stdin")
    assert program(*words, text="short\n").code == 1
    assert program("user", "list", "--json").json == []


def test_a_key_is_shown_once(program: Program) -> None:
    program("user", "create", "rex", "--email", "rex@example.com")
    made = program("user", "key", "rex", "--name", "till", "--scope", "read:book", "--json").json
    assert made["key"].startswith("fwk_")


def test_a_second_tenant_must_be_named(program: Program) -> None:
    assert program("tenant", "create", "two", "--bare", "--host", "two.example.com").code == 0
    assert [one["name"] for one in program("tenant", "list", "--json").json] == ["main", "two"]
    unclear = program("user", "list")
    assert (unclear.code, "--tenant" in unclear.err) == (2, True)
    assert program("tenant", "hosts", "two", "b.example.com", "--json").json["hosts"] == ["b.example.com"]
    assert program("tenant", "delete", "two", "--now", "--confirm", "two").code == 0
    assert [one["name"] for one in program("tenant", "list", "--json").json] == ["main"]


def test_a_wrong_setting_is_named(program: Program) -> None:
    wrong = Program(program.environment | {"FORMWORK_PORT": "eighty"})("tenant", "list")
    assert (wrong.code, "FORMWORK_PORT" in wrong.err) == (1, True)


def test_a_link_is_shown_where_no_mail_is_sent(program: Program) -> None:
    program("user", "create", "rex", "--email", "rex@example.com")
    sent = program("user", "invite", "rex", "--json").json
    assert (sent["mailed"], sent["purpose"], sent["email"]) == (False, "reset", "rex@example.com")
    assert sent["link"].startswith("http://127.0.0.1:8000/link/")


def test_who_leaves_hands_over_and_comes_back(program: Program) -> None:
    for login in ("rex", "mia"):
        program("user", "create", login, "--email", f"{login}@example.com", "--role", "librarian")
    shown = program("user", "deactivate", "rex", "--preview", "--json").json
    assert shown == {"login": "rex", "holdings": []}
    assert program("user", "deactivate", "rex", "--to", "mia", "--give", "book=", "--json").code == 0
    assert program("user", "deactivate", "mia", "--to", "nobody").code == 3
    states = {one["login"]: one["active"] for one in program("user", "list", "--json").json}
    assert states == {"rex": False, "mia": True}
    assert program("user", "invite", "rex").code == 1
    assert program("user", "reactivate", "rex", "--json").json == {"login": "rex", "active": True}
