"""What bad input gets in the browser's door: each test is named after its line of section 1 of SECURITY."""

import re
from uuid import uuid4

import pytest
from werkzeug.test import Client, TestResponse

from formwork.records import ListRequest, list_records
from formwork.storage import system
from formwork.web.pages.sign_in.login import CHOSEN
from formwork.web.state import TenantState
from tests.web.conftest import PASSWORD, House, Person
from tests.web.test_pages import faults, made

ORIGIN = "http://localhost"


@pytest.fixture(scope="module")
def librarian(house: House) -> Person:
    """Sees everything of the library."""
    return house.person("lib-bad", "librarian")


@pytest.fixture(scope="module")
def clerk(house: House) -> Person:
    """Sees own readers without their restricted fields."""
    return house.person("clerk-bad", "clerk")


@pytest.fixture(scope="module")
def reader(librarian: Person) -> str:
    """The id of a reader the clerk may not see."""
    return made(librarian, "reader", name="Ada Lovelace", card="bad-1", fine_note="torn")


def bare(answer: TestResponse, *echoed: str) -> tuple[int, str]:
    """Status and text without what differs from request to request."""
    text = re.sub(r'name="_csrf" value="[^"]*"', "", answer.text)
    for word in echoed:
        text = text.replace(word, "X")
    return answer.status_code, text


def test_04_what_one_may_not_see_is_the_page_of_what_never_was(clerk: Person, reader: str) -> None:
    absent = str(uuid4())
    for step in ("", "/edit", "/history", "/related/loan.reader"):
        pages = {bare(clerk.get(f"/o/reader/{id}{step}"), id) for id in (reader, absent)}
        assert len(pages) == 1
        assert pages.pop()[0] == 404
    for step in ("delete", "edit", "form", "convert/c", "make/m"):
        assert len({bare(clerk.post(f"/o/reader/{id}/{step}"), id) for id in (reader, absent)}) == 1


def test_05_a_form_of_another_site_is_refused_and_a_fresh_one_offered(librarian: Person) -> None:
    form = {"_csrf": librarian.token(), "title": "Foreign"}
    for origin in ("http://elsewhere.example", "null", "http://localhost.elsewhere.example", "http://localhost:81"):
        answer = librarian.client.post("/o/book/new", data=form, base_url=ORIGIN, headers={"Origin": origin})
        assert (answer.status_code, "send the form again" in answer.text) == (403, True)
    own = librarian.client.post("/o/book/new", data=form, base_url=ORIGIN, headers={"Origin": ORIGIN})
    assert own.status_code == 303
    assert librarian.client.post("/o/book/new", data={**form, "_csrf": "x"}, base_url=ORIGIN).status_code == 403


def test_06_a_control_the_form_does_not_have_writes_nothing(house: House, librarian: Person, clerk: Person) -> None:
    id = made(clerk, "reader", name="Sly", fine_note="none", owed="9", nothing="x")
    with house.here.as_user(librarian.user) as work:
        found = list_records(work, ListRequest("reader", ("fine_note", "owed"), (f"id = '{id}'",)), b"key").records
    assert [(row["fine_note"], row["owed"]) for row in found] in ([(None, "0.00")], [(None, None)])
    refused = clerk.post("/o/reader/new", {"name": "Sly", "created_at": "2020-01-01", "version": "7"})
    assert refused.status_code == 422
    assert refused.text.count("is set by the system") == 2


def test_09_a_record_that_cannot_be_referred_to_gets_one_text(clerk: Person, librarian: Person, reader: str) -> None:
    book = made(librarian, "book", title="Another kind", isbn="bad-9")
    told = {tuple(faults(clerk.post("/o/loan/new", {"reader": id}))) for id in (reader, book, str(uuid4()), "no id")}
    assert told == {("Reader: Choose a record from the list.",)}


@pytest.mark.parametrize(
    "address",
    [
        "/o/reader?q={} = 'torn'", "/o/reader?q={} > 3", "/o/reader?q=sponsor.{} is blank", "/o/reader?sort={}",
        "/o/reader?sort=-sponsor.{}", "/o/reader?field={}&op==&value=torn", "/o/reader/filter?field={}",
        "/o/reader/lookup?field={}", "/o/loan?q=reader.{} = 'torn'", "/o/loan?q=exists(items, loan.reader.{} = 'a')",
        "/o/reader/new?{}=torn", "/o/reader/export?q={} = 'torn'", "/o/reader/export?sort={}",
    ],
)  # fmt: skip
def test_13_a_hidden_field_is_the_page_of_an_unknown_one(clerk: Person, address: str) -> None:
    pages = {bare(clerk.get(address.format(name)), name) for name in ("fine_note", "no_such_fld")}
    assert len(pages) == 1, pages
    assert "torn" not in pages.pop()[1].replace("&#39;torn&#39;", "").replace("%27torn%27", "")


@pytest.mark.parametrize(
    "query", ["q=" + "not (" * 60 + "member" + ")" * 60, "q=name like 'a'", "sort=%2Bname", "sort=name;x", "after=x"]
)
def test_14_15_a_list_that_cannot_be_asked_is_explained(librarian: Person, query: str) -> None:
    answer = librarian.get(f"/o/reader?{query}")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text
    assert "Ada Lovelace" not in answer.text


def test_16_what_is_searched_for_is_text(librarian: Person, reader: str) -> None:
    made(librarian, "reader", name="100% cotton_1")
    for text in ("%%", "__", "' or 1=1 --", "%25' or '1'='1"):
        for path, name in (("/search.json", "q"), ("/search", "q"), ("/o/reader", "find")):
            page = librarian.client.get(path, query_string={name: text}, base_url=ORIGIN)
            assert page.status_code == 200
            assert "Ada Lovelace" not in page.text
    assert librarian.get("/search.json?q=a").json == {"groups": []}
    for address in ("/o/reader?find=0%25+c", "/o/loan/lookup?field=reader&q=0%25+c"):
        assert "100% cotton_1" in librarian.get(address).text


def test_17_a_look_up_tells_titles_and_no_more_than_twenty(house: House, librarian: Person) -> None:
    for number in range(25):
        made(librarian, "reader", name=f"Many {number}", member="true")
    answer = librarian.get("/o/loan/lookup?field=guide&q=Many").json
    assert set(answer) == {"items"}
    assert len(answer["items"]) == 20
    assert {key for item in answer["items"] for key in item} == {"id", "title", "initials", "hue"}


def test_33_sign_in_fails_alike_and_waits_whatever_the_password(house: House) -> None:
    user = house.add_user("slow", "clerk")
    off = house.add_user("switched-off", "clerk")
    with house.here.system() as work:
        system.change(work, "fw_credential", {"disabled": True}, equals={"user": off})

    def enter(login: str, password: str) -> TestResponse:
        person = Person(Client(house.app), user)
        form = {"_csrf": person.token("/login"), "email": login, "password": password}
        where = {"REMOTE_ADDR": "203.0.113.33"}
        return person.client.post("/login", data=form, base_url=ORIGIN, environ_base=where)

    refused = {
        bare(enter(login, password), login)
        for login, password in (("slow", "wrong"), ("switched-off", PASSWORD), ("switched-off", "wrong"), ("nil", "x"))
    }
    assert [status for status, _text in refused] == [401]
    for _try in range(4):
        enter("slow", "wrong")
    waits = enter("slow", PASSWORD)
    assert waits.status_code == 429
    assert int(waits.headers["Retry-After"]) >= 1


def test_35_a_host_nobody_serves_is_told_nothing(house: House, librarian: Person) -> None:
    for path in ("/", "/login", "/o/reader", "/nothing"):
        answer = Client(house.app).get(path, base_url="http://elsewhere.example")
        assert answer.status_code == 404
        assert house.here.runtime.directory.get("main").label not in answer.text
    form = {"email": "librarian", "password": PASSWORD}
    entered = Client(house.app).post("/login", data=form, base_url="http://elsewhere.example")
    assert entered.status_code in (403, 404)
    assert house.here.runtime.directory.get("main").label not in entered.text
    forwarded = {"X-Forwarded-Host": "elsewhere.example"}
    assert librarian.client.get("/", base_url=ORIGIN, headers=forwarded).status_code == 200


@pytest.mark.parametrize("onward", ["/\t/elsewhere.example", "/%5Celsewhere.example/..//x\\y", "javascript:alert(1)"])
def test_39_no_form_leads_off_site(house: House, librarian: Person, onward: str) -> None:
    login = f"off{abs(hash(onward))}"
    house.add_user(login, "clerk")
    person = Person(Client(house.app), uuid4())
    answer = person.post("/login", {"email": login, "password": PASSWORD, "next": onward}, page="/login")
    assert answer.headers["Location"] == "/"
    form = {"_csrf": librarian.token(), "language": "en"}
    for referrer in ("http://elsewhere.example/o/reader", f"{ORIGIN}//elsewhere.example/x"):
        headers = {"Referer": referrer}
        back = librarian.client.post("/preferences/language", data=form, base_url=ORIGIN, headers=headers)
        assert back.headers["Location"] == "/"


@pytest.mark.parametrize(("tenant", "heard"), [("main", True), ("other", False)])
def test_40_what_a_browser_keeps_is_for_one_tenant(house: House, tenant: str, heard: bool) -> None:
    state = TenantState(lambda: house.here.runtime.secret("browser-state", tenant).hex())
    signer = state.get_signing_serializer(house.app)
    assert signer is not None
    client = Client(house.app)
    client.set_cookie("fw_state", signer.dumps({CHOSEN: True}), domain="localhost")
    assert ("Your password is set" in client.get("/login", base_url=ORIGIN).text) is heard
    assert client.get("/login", base_url="http://elsewhere.example").status_code == 404


def test_41_a_bug_is_a_page_with_a_reference_and_no_trace(
    librarian: Person, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM somewhere")

    monkeypatch.setattr("formwork.records.get_record", broken)
    answer = librarian.get(f"/o/reader/{reader}")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert re.search(r"\b[0-9a-f]{12}\b", answer.text)


def test_43_a_selection_is_deleted_whole_or_not_at_all(house: House, librarian: Person) -> None:
    kept = [made(librarian, "book", title=f"Kept {number}") for number in range(2)]
    assert librarian.post("/o/book/delete", {"id": [*kept, str(uuid4())]}).status_code == 404
    assert librarian.post("/o/book/delete", {"id": [*kept, "no id"]}).status_code == 404
    for path in ("/o/book/delete", "/o/book/export"):
        answer = librarian.post(path, {"id": [*kept, *(str(uuid4()) for _ in range(199))]})
        assert answer.status_code in (403, 413), answer.text
    assert librarian.get(f"/o/book/{kept[0]}").status_code == 200
