"""Sharing a record in the browser: to whom, how far, until when, in its team, and taken back."""

import re

import pytest

from tests.web.conftest import House, Person


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    """Manages the library."""
    return house.person("rosa", "admin")


@pytest.fixture(scope="module")
def karl(house: House) -> Person:
    """Somebody to share with."""
    return house.person("karl", "clerk")


@pytest.fixture(scope="module")
def place(boss: Person) -> str:
    """The address of a record's share page."""
    answer = boss.post("/o/reader/new", {"name": "Shared Reader"})
    return f"{answer.headers['Location']}/share"


def test_a_record_is_shared_by_a_typed_name_and_taken_back(boss: Person, karl: Person, place: str) -> None:
    assert "It was not shared by hand." in boss.get(place).text
    sent = {"principal:title": "Karl", "level": "edit", "until": "2999-05-01", "note": "Stands in"}
    assert boss.post(place, sent).status_code == 303
    page = boss.get(place).text
    assert "may edit" in page
    assert "Stands in" in page
    assert re.search(r"until [^<]*(May 1|1 May)[^<]*2999", page), page
    assert f"user={karl.user}" in page
    remove = re.search(r'action="([^"]+/remove)"', page)
    assert remove is not None
    assert boss.post(remove[1], {"cause": "hand"}).status_code == 303
    assert "It was not shared by hand." in boss.get(place).text


def test_what_is_wrong_is_told_at_its_field(boss: Person, place: str) -> None:
    answer = boss.post(place, {"principal:title": "zqxzqx", "until": "2001-01-01"})
    assert answer.status_code == 422
    assert answer.text.count("fw-error") == 2
    assert 'value="2001-01-01"' in answer.text


def test_people_groups_and_queues_are_suggested(boss: Person, karl: Person, place: str) -> None:
    items = boss.get(f"{place}/who?q=kar").json["items"]
    assert [(one["title"], one["detail"]) for one in items] == [("Karl", "User")]
    boss.post("/o/group/new", {"name": "Karlsson club"})
    items = boss.get(f"{place}/who?q=kar").json["items"]
    assert {one["detail"] for one in items} == {"User", "Group"}


def test_who_may_not_share_is_offered_no_form(karl: Person, place: str) -> None:
    assert karl.get(place).status_code == 404
    own = karl.post("/o/reader/new", {"name": "Of Karl"}).headers["Location"]
    assert "/share" not in karl.get(own).text
    page = karl.get(f"{own}/share")
    assert page.status_code == 200
    assert '<form method="post" action="' + own not in page.text
    assert karl.post(f"{own}/share", {"principal:title": "Rosa"}).status_code == 403


def test_the_form_reaches_as_far_as_the_right(house: House, place: str) -> None:
    hans = house.person("hans", "home_clerk")
    own = hans.post("/o/reader/new", {"name": "Of Hans"}).headers["Location"]
    assert f'href="{own}/share"' in hans.get(own).text
    page = hans.get(f"{own}/share").text
    assert '<option value="read"' in page
    assert '<option value="edit"' not in page, "He may not edit it himself."
    record = place.removesuffix("/share")
    assert "/share" not in hans.get(record).text
    assert 'name="principal"' not in hans.get(place).text
