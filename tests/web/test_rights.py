"""Setup's pages about rights: why, the table of a role, who has it, two roles compared, sharing rules."""

import re

import pytest

from tests.web.conftest import House, Person


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    """Manages the library."""
    return house.person("rita", "admin")


@pytest.fixture(scope="module")
def clerk(house: House) -> Person:
    """Reads her own readers."""
    return house.person("clara", "clerk")


def made(person: Person, name: str) -> str:
    """The address of a new reader."""
    answer = person.post("/o/reader/new", {"name": name})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rsplit("/", 1)[1]


@pytest.mark.parametrize("path", ["explain", "roles", "roles/clerk", "roles/compare?left=clerk&right=admin", "sharing"])
def test_they_are_for_who_manages(boss: Person, clerk: Person, path: str) -> None:
    assert clerk.get(f"/setup/{path}").status_code == 403
    assert boss.get(f"/setup/{path}").status_code == 200


def test_why_is_told_with_the_path_and_what_would_help(boss: Person, clerk: Person) -> None:
    other = made(boss, "Tove Nordlund")
    page = boss.get(f"/setup/explain?user={clerk.user}&verb=edit&object=reader&record={other}").text
    assert "Edit: no. Clara, Reader “Tove Nordlund”" in page
    assert "Clara cannot even see the record." in page
    assert "It belongs to Rita, not to Clara." in page
    assert "Make Clara the owner." in page
    own = made(clerk, "Bo Lind")
    page = boss.get(f"/setup/explain?user={clerk.user}&verb=read&object=reader&record=Bo Lind").text
    assert "Read: yes. Clara, Reader “Bo Lind”" in page
    assert "1 way opens it." in page
    assert f'href="/setup/explain?object=reader&amp;record={own}"' in boss.get(f"/o/reader/{own}").text
    assert "/setup/explain" not in clerk.get(f"/o/reader/{own}").text


def test_why_helps_to_put_the_question(boss: Person, clerk: Person) -> None:
    assert "Choose a person, what they want to do" in boss.get("/setup/explain").text
    for name in ("Twin One", "Twin Two"):
        made(boss, name)
    asked = f"/setup/explain?user={clerk.user}&object=reader"
    page = boss.get(f"{asked}&record=Twin").text
    assert "Which one?" in page
    assert "Twin Two" in page
    assert "No reader is called so." in boss.get(f"{asked}&record=zqxzqx").text
    assert "Read: yes" in boss.get("/setup/explain?user:title=Clara&object=book").text
    assert "Choose a person from the list." in boss.get("/setup/explain?user:title=zqxzqx&object=book").text
    field = boss.get(f"{asked}&field=fine_note").text
    assert "is restricted: only a role that names it opens it." in field


def test_why_is_told_in_every_language(boss: Person, clerk: Person) -> None:
    for locale, told in (("es", "pertenece a"), ("zh", "拥有角色"), ("ko", "역할을 갖습니다")):
        assert boss.post("/preferences/language", {"language": locale}).status_code == 303
        page = boss.get(f"/setup/explain?user={clerk.user}&object=reader&record=Twin One").text
        assert told in page.lower(), locale
    boss.post("/preferences/language", {"language": "en"})


def test_a_role_is_shown_with_what_is_inherited_and_where_it_is_written(boss: Person) -> None:
    page = boss.get("/setup/roles/clerk?open=loan").text
    assert "own records, where status = &#39;open&#39;" in page
    assert "Written in metadata/library/permissions.yaml" in page
    assert "Read: all records, as the object says, from Employee" in page
    typed = boss.get("/setup/roles/home_clerk?open=loan").text
    hall = typed[typed.index("Record type Reading hall") :]
    assert "may not be used" in hall
    assert 'Days<span class="fw-sr">, Reading hall</span>' in hall
    assert "may be used" in typed[typed.index("Record type Home loan") : typed.index("Record type Reading hall")]
    assert boss.get("/setup/roles/zqx").status_code == 404
    listed = boss.get("/setup/roles").text
    assert "includes Employee" in listed


def test_a_role_is_given_and_taken(house: House, boss: Person) -> None:
    nils = house.person("nils")
    taking = "Take the role from Nils"
    assert taking not in boss.get("/setup/roles/clerk").text
    assert nils.post("/setup/roles/admin/people", {"user": str(nils.user)}).status_code == 403
    assert boss.post("/setup/roles/clerk/people", {"user:title": "Nils"}).status_code == 303
    assert taking in boss.get("/setup/roles/clerk").text
    assert boss.post(f"/setup/roles/clerk/people/{nils.user}/remove").status_code == 303
    assert taking not in boss.get("/setup/roles/clerk").text
    assert boss.post("/setup/roles/clerk/people", {"user:title": "zqxzqx"}).status_code == 422
    assert "Take the role from" in boss.get("/setup/roles/admin").text
    boss.post(f"/setup/roles/admin/people/{boss.user}/remove")
    assert boss.get("/setup/roles/admin").status_code == 200


def test_two_roles_are_compared(boss: Person) -> None:
    page = boss.get("/setup/roles/compare?left=clerk&right=librarian").text
    assert "Right: Delete" in page
    assert "own records, where status = &#39;open&#39;" in page
    typed = boss.get("/setup/roles/compare?left=home_clerk&right=librarian").text
    assert "Record type: Reading hall" in typed
    assert "Field: Days, on records of the type Reading hall" in typed
    assert typed.count("Change many at once") == 2, "once for each of two objects"
    assert "may do the same" in boss.get("/setup/roles/compare?left=clerk&right=clerk").text
    assert boss.get("/setup/roles/compare?left=clerk&right=zqx").status_code == 404


def test_sharing_rules_are_listed_with_their_reach(boss: Person, clerk: Person) -> None:
    page = boss.get("/setup/sharing").text
    assert "Loans at the counter" in page
    kinds = [name for line in re.findall(r"<small[^>]*>([^<]+)</small>", page) for name in line.split(", ")]
    assert "Loans" in kinds
    assert "Items" not in kinds, "a detail is seen with its record"
    assert len(kinds) == len(set(kinds))
    assert "hangs on the person" in page
    assert "hangs on the person" not in boss.get(f"/setup/sharing?user={clerk.user}").text
