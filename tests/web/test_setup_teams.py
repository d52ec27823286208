"""Setup's pages of groups and queues: who leads them, members in and out, and deleting only what owns nothing."""

import pytest

from formwork.records import Change, create, update
from tests.web.conftest import House, Person


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    return house.person("team-boss", "admin")


@pytest.mark.parametrize("kind", ["group", "queue"])
def test_members_come_and_go_and_what_owns_records_stays(house: House, boss: Person, kind: str) -> None:
    list_, record = f"/setup/{kind}s", f"/o/{kind}"
    head = house.here.user(f"head-{kind}", full_name=f"Head {kind}")
    with house.here.system() as work:
        team = create(work, kind, [{"name": f"Night {kind}", "manager": str(head)}])[0].id
        reader = create(work, "reader", [{"name": f"Of {kind}", "owner": str(team)}])[0].id
        update(work, "user", [Change(head, {"active": False})])
    listed = boss.get(list_).text
    assert f'href="{list_}/{team}"' in listed
    assert f"Head {kind} (deactivated)" in listed
    place = f"{list_}/{team}"
    assert boss.post(f"{place}/members", {"user:title": f"Head {kind}"}).status_code == 303
    assert "1 person, 1 deactivated" in boss.get(list_).text
    page = boss.get(place).text
    assert "Its head was deactivated." in page
    assert f"{place}/members/{head}/remove" in page
    assert "It can be deleted once these records belong to somebody else." in page
    assert f"{record}/{team}/delete" not in page
    boss.post(f"{record}/{team}/delete")
    assert boss.get(place).status_code == 200, "What owns records is not deleted by any door."
    assert boss.post(f"{place}/members/{head}/remove").status_code == 303
    assert f"{place}/members/{head}/remove" not in boss.get(place).text
    assert boss.post(f"{place}/members", {"user:title": "zqxzqx"}).status_code == 422
    with house.here.system() as work:
        update(work, "reader", [Change(reader, {"owner": str(boss.user)})])
    assert f"{record}/{team}/delete" in boss.get(place).text
    assert boss.post(f"{record}/{team}/delete").status_code == 303
    assert boss.get(place).status_code == 404


def test_they_are_for_who_manages(house: House, boss: Person) -> None:
    clerk = house.person("team-clerk", "clerk")
    assert clerk.get("/setup/groups").status_code == 403
    assert clerk.post(f"/setup/queues/{boss.user}/members", {"user": str(clerk.user)}).status_code == 403
    assert "/setup/groups" in boss.get("/setup").text


def test_a_department_tells_that_its_head_was_deactivated(house: House, boss: Person) -> None:
    head = house.here.user("old-head", full_name="Old Head")
    with house.here.system() as work:
        create(work, "department", [{"name": "Maps", "head": str(head)}])
        update(work, "user", [Change(head, {"active": False})])
    assert "headed by Old Head (deactivated)" in boss.get("/setup/departments").text
