"""View as: the application as a role or another person shows it, read-only, closed where credentials are, and told."""

import pytest

from formwork.records import get_record
from formwork.storage import system
from tests.web.conftest import PASSWORD, House, Person

BANNER = "Nothing can be changed."


@pytest.fixture(scope="module")
def clerk(house: House) -> Person:
    """Reads only her own readers."""
    return house.person("vera", "clerk")


@pytest.fixture
def boss(house: House) -> Person:
    """Manages the library; somebody new for each test, for what they see as is kept by their browser."""
    return house.person(f"boss{next(_NUMBERS)}", "admin")


_NUMBERS = iter(range(100))


def told(house: House, boss: Person) -> list[tuple[str, object]]:
    """What the trail says of the boss, the oldest first."""
    with house.here.system() as work:
        rows = system.find_many(work, "fw_audit", equals={"by": boss.user}, order=("id",))
    return [(row["action"], row["detail"].get("path") or row["detail"]) for row in rows if "view_as" in row["action"]]


def login_of(house: House, person: Person) -> str:
    """What somebody types to sign in."""
    with house.here.system() as work:
        return str(get_record(work, "user", person.user)["login"])


def test_a_person_is_seen_as_read_only_and_told(house: House, boss: Person, clerk: Person) -> None:
    own = clerk.post("/o/reader/new", {"name": "Of Vera"}).headers["Location"]
    hidden = boss.post("/o/reader/new", {"name": "Of the boss"}).headers["Location"]
    assert BANNER not in boss.get("/").text
    token = boss.token()
    assert boss.post(f"/setup/view-as?user={clerk.user}").status_code == 303
    page = boss.get(own)
    assert page.status_code == 200
    assert "You view as Vera." in page.text
    assert not [step for step in ("edit", "delete", "share") if f"{own}/{step}" in page.text]
    assert f"{own}/edit" in clerk.get(own).text
    assert boss.get(hidden).status_code == 404
    for path, form in (
        (f"{own}/edit", {"name": "x", "_version": "1"}), (f"{own}/delete", {}), ("/o/reader/new", {"name": "x"}),
    ):  # fmt: skip
        answer = boss.client.post(path, data={"_csrf": token, **form}, base_url="http://localhost")
        assert answer.status_code == 403, path
        assert "so nothing is changed" in answer.text
    for path in ("/setup/roles", "/setup/audit", "/security", "/preferences", f"/setup/explain?user={clerk.user}"):
        assert boss.get(path).status_code == 403, path
    assert clerk.get(own).status_code == 200
    stop = boss.client.post("/setup/view-as/stop", data={"_csrf": token}, base_url="http://localhost")
    assert stop.status_code == 303
    assert boss.get(hidden).status_code == 200
    trail = told(house, boss)
    assert trail[0] == ("view_as", {"user": str(clerk.user)})
    assert ("view_as_page", own) in trail
    assert trail[-1] == ("view_as_ended", {"user": str(clerk.user)})


def test_a_role_is_seen_as(boss: Person) -> None:
    assert boss.post("/setup/view-as", {"role": "clerk", "back": "/setup/roles/clerk"}).status_code == 303
    page = boss.get("/o/book").text
    assert "You view as Clerk." in page
    assert "/o/book/new" not in page
    assert "/setup/audit" not in page


def test_nothing_that_changes_is_offered(boss: Person) -> None:
    writing = ("/o/book/new", "/o/book/import", "/o/book/delete")
    page = boss.get("/o/book").text
    assert [one for one in writing if one in page] == list(writing[:1])
    boss.post("/o/book/new", {"title": "Seen only"})
    page = boss.get("/o/book").text
    assert "/o/book/delete" in page
    assert boss.post("/setup/view-as", {"role": "librarian", "back": "/"}).status_code == 303
    page = boss.get("/o/book").text
    assert "You view as Librarian." in page
    assert "Seen only" in page
    assert [one for one in (*writing, "/o/reader/new") if one in page] == []


def test_only_who_manages_may_and_only_as_somebody_there(boss: Person, clerk: Person) -> None:
    assert clerk.post(f"/setup/view-as?user={boss.user}").status_code == 403
    assert BANNER not in clerk.get("/").text
    assert boss.post("/setup/view-as?user=zqx").status_code == 400
    assert boss.post("/setup/view-as", {"role": "zqx"}).status_code == 400
    assert boss.post("/setup/view-as?user=0198b5a0-0000-7000-8000-000000000000").status_code == 404
    assert BANNER not in boss.get("/").text


def test_it_ends_by_itself(house: House, boss: Person, clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formwork.web.viewing.MINUTES", -1)
    assert boss.post(f"/setup/view-as?user={clerk.user}").status_code == 303
    assert BANNER not in boss.get("/").text
    assert told(house, boss)[-1][0] == "view_as_ended"


def test_it_ends_with_the_session(house: House, boss: Person, clerk: Person) -> None:
    token = boss.token()
    boss.post(f"/setup/view-as?user={clerk.user}")
    assert BANNER in boss.get("/").text
    boss.client.post("/logout", data={"_csrf": token}, base_url="http://localhost")
    again = {"email": login_of(house, boss), "password": PASSWORD}
    assert boss.post("/login", again, page="/login").status_code == 303
    assert BANNER not in boss.get("/").text
