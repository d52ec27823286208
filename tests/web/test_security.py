"""One's own password and sessions: changed with the present one only, ended one by one or all others at once."""

import re

from werkzeug.test import Client

from formwork.identity import attempt
from tests.web.conftest import PASSWORD, House, Person

FRESH = "another long enough sentence"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(house: House, like: Person, login: str, password: str, agent: str = FIREFOX) -> tuple[Person, int]:
    """The same person in another browser, and what the sign-in was answered."""
    person = Person(Client(house.app), like.user)
    sent = {"_csrf": person.token("/login"), "email": login, "password": password}
    answer = person.client.post("/login", data=sent, base_url="http://localhost", headers={"User-Agent": agent})
    return person, answer.status_code


def change(person: Person, current: str, fresh: str, twice: str | None = None) -> tuple[int, str]:
    """What sending the form is answered."""
    answer = person.post(
        "/security/password", {"current": current, "password": fresh, "again": fresh if twice is None else twice}
    )
    return answer.status_code, answer.text


def test_a_password_is_changed_with_the_present_one_and_ends_every_other_session(house: House) -> None:
    sue = house.person("sue", "librarian")
    other, _ = signed_in(house, sue, "sue", PASSWORD)
    assert change(sue, PASSWORD, FRESH)[0] == 303
    assert sue.get("/security").status_code == 200
    assert other.get("/security").status_code == 303
    assert signed_in(house, sue, "sue", PASSWORD)[1] == 401
    assert signed_in(house, sue, "sue", FRESH)[1] == 303


def test_refusals_stand_at_their_fields_and_nothing_changes(house: House) -> None:
    tom = house.person("tom", "librarian")
    for sent, field, text in (
        ((PASSWORD, FRESH, "a third one altogether"), "again", "not the same"),
        (("wrong", FRESH), "current", "not your present password"),
        ((PASSWORD, "short"), "password", "at least 8 characters"),
        ((PASSWORD, "qwertyuiop"), "password", "known from leaks"),
    ):
        status, page = change(tom, *sent)
        assert status == 422
        fault = re.search(rf'id="{field}-h">(.*?)</p>', page, re.DOTALL)
        assert fault is not None
        assert text in fault[1]
        assert PASSWORD not in page
    assert signed_in(house, tom, "tom", PASSWORD)[1] == 303


def test_guessing_the_present_password_makes_one_wait(house: House) -> None:
    una = house.person("una", "librarian")
    statuses = [change(una, "wrong", FRESH)[0] for _ in range(attempt.FREE_TRIES + 1)]
    assert statuses == [422] * attempt.FREE_TRIES + [429]


def test_sessions_are_listed_and_ended(house: House) -> None:
    vic = house.person("vic", "librarian")
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
    others = [signed_in(house, vic, "vic", PASSWORD, agent)[0] for agent in (FIREFOX, phone, "")]
    page = vic.get("/security").text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "Unknown browser" in page
    ids = re.findall(r'name="id" value="(\w+)"', page)
    assert len(ids) == 3
    stranger = house.person("wes", "librarian")
    assert stranger.post("/security/sessions", {"id": ids[0]}).status_code == 404
    assert vic.post("/security/sessions", {"id": ids[0]}).status_code == 303
    assert sorted(one.get("/security").status_code for one in others) == [200, 200, 303]
    assert vic.post("/security/sessions").status_code == 303
    assert [one.get("/security").status_code for one in (*others, vic, stranger)] == [303, 303, 303, 200, 200]
