"""The door over HTTP, without a browser: sign-in, lists, forms, deletion, refusals, on both databases."""

import gzip
import re

import pytest
from werkzeug.test import Client, TestResponse

from formwork.records import ListRequest, create, list_records
from formwork.web.headers import CONTENT_SECURITY_POLICY
from tests.web.conftest import PASSWORD, House, Person
from tests.web.plain_form import plain_fields


@pytest.fixture(scope="module")
def librarian(house: House) -> Person:
    """Somebody who may do everything with the library."""
    return house.person("lib", "librarian")


@pytest.fixture(scope="module")
def reader(house: House, librarian: Person) -> str:
    """The id of a reader."""
    return made(librarian, "reader", name="Ada Lovelace", card="R-1", member="true")


@pytest.fixture(scope="module")
def book(librarian: Person) -> str:
    """The id of a book."""
    return made(librarian, "book", title="Notes on the Engine", isbn="1", daily_fee="2.50", lendable="true")


def made(person: Person, object: str, **form: object) -> str:
    """The id of a record made through its form."""
    answer = person.post(f"/o/{object}/new", form)
    assert answer.status_code == 303, faults(answer)
    return answer.headers["Location"].rsplit("/", 1)[1]


def faults(answer: TestResponse) -> list[str]:
    """The lines of the error summary."""
    box = re.search(r'id="summary".*?</ul>', answer.text, re.DOTALL)
    return re.findall(r"<a[^>]*>(.*?)</a>", box[0]) if box else []


def test_strangers_are_sent_to_sign_in_and_back(house: House) -> None:
    client = Client(house.app)
    answer = client.get("/o/book?view=all", base_url="http://localhost")
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        "/login?next=/o/book?view%3Dall".replace("%3D", "="),
    )
    assert (
        client.get("/search.json?q=ab", headers={"Accept": "application/json"}, base_url="http://localhost").status_code
        == 401
    )


def test_sign_in_answers_alike_for_unknown_and_wrong(house: House) -> None:
    house.add_user("quiet", "clerk")
    texts = set()
    for login in ("quiet", "nobody-of-that-name"):
        person = Person(Client(house.app), None)  # type: ignore[arg-type]
        answer = person.post("/login", {"email": login, "password": "wrong"}, page="/login")
        assert answer.status_code == 401
        texts.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(texts) == 1


@pytest.mark.parametrize("onward", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_sign_in_never_leads_off_site(house: House, onward: str) -> None:
    login = f"u{abs(hash(onward))}"
    house.add_user(login, "clerk")
    person = Person(Client(house.app), None)  # type: ignore[arg-type]
    answer = person.post("/login", {"email": login, "password": PASSWORD, "next": onward}, page="/login")
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session(house: House) -> None:
    person = house.person("leaver", "clerk")
    assert person.get("/").status_code == 200
    assert person.post("/logout").status_code == 303
    assert person.get("/").status_code == 303


def test_every_answer_carries_the_headers(librarian: Person) -> None:
    for path in ("/", "/o/book", "/nothing-here", "/o/book/new"):
        headers = librarian.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/o/book/new", "/o/book/delete", "/logout", "/preferences", "/preferences/language"])
def test_a_form_without_its_token_is_refused(librarian: Person, path: str) -> None:
    answer = librarian.client.post(path, data={"title": "x"}, base_url="http://localhost")
    assert answer.status_code == 403


def test_changing_addresses_refuse_get(librarian: Person, book: str) -> None:
    for path in (f"/o/book/{book}/delete", "/o/book/delete", "/o/book/restore", "/logout"):
        assert librarian.get(path).status_code in (404, 405)


def test_list_filters_sorts_and_pages(house: House, librarian: Person) -> None:
    with house.here.as_user(librarian.user) as work:
        create(work, "reader", [{"name": f"Member {n:03}", "card": f"M{n}", "credit": str(n)} for n in range(60)])
    page = librarian.get("/o/reader?sort=name").text
    assert "Member 000" in page
    assert "Member 055" not in page
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following is not None
    second = librarian.get(following[1].replace("&amp;", "&")).text
    assert "Member 055" in second
    assert 'rel="prev"' in second
    filtered = librarian.get("/o/reader?q=name+%3D+%27Member+007%27").text
    assert "Member 007" in filtered
    assert "Member 008" not in filtered
    assert "Name" in re.search(r'class="fw-chip.*?</span>', filtered, re.DOTALL)[0]  # type: ignore[index]
    assert "Member 011" in librarian.get("/o/reader?find=ember+011").text


def test_filter_builder_writes_the_expression_language(librarian: Person) -> None:
    answer = librarian.get("/o/reader?field=name&op=contains&value=O'Hara+100%25")
    assert answer.status_code == 303
    assert "q=name+contains+%27O%27%27Hara+100%25%27" in answer.headers["Location"]
    assert librarian.get(answer.headers["Location"]).status_code == 200
    both = librarian.get(answer.headers["Location"] + "&field=credit&op=%3E&value=1,000.5").headers["Location"]
    assert "credit+%3E+1000.5" in both


@pytest.mark.parametrize(
    "q", ["nothing = 1", "name =", "fine_note = 'x'; drop table", "((((" * 30, "name = 'a' or " * 200 + "member"]
)
def test_a_filter_that_cannot_be_asked_is_explained(librarian: Person, q: str) -> None:
    answer = librarian.client.get("/o/reader", query_string={"q": q}, base_url="http://localhost")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("language", "q", "text"),
    [
        ("es", "name =", "El filtro no es correcto en «name =» (línea 1, columna 7)."),
        ("zh", "nothing = 1", "“nothing”不存在，或您无权查看。"),
        ("ko", "name = 'a' or " * 400 + "member", "필터가 너무 큽니다. 줄이거나 나누세요."),
    ],
)
def test_a_refused_filter_is_explained_in_the_readers_language(
    librarian: Person, language: str, q: str, text: str
) -> None:
    assert librarian.post("/preferences/language", {"language": language}).status_code == 303
    answer = librarian.client.get("/o/reader", query_string={"q": q}, base_url="http://localhost")
    assert librarian.post("/preferences/language", {"language": "en"}).status_code == 303
    assert text in answer.text
    assert '<small lang="en">' in answer.text


def test_form_makes_a_record_with_details_and_shows_it(librarian: Person, reader: str, book: str) -> None:
    form = {
        "reader": reader, "days": "3", "rate": "10", "status": "open", "at_counter": ["", "true"],
        "items.0._id": "", "items.0.book": book, "items.0.copies": "2", "items.1._id": "", "items.1.book": "",
    }  # fmt: skip
    loan = made(librarian, "loan", **form)
    page = librarian.get(f"/o/loan/{loan}").text
    assert "Ada Lovelace" in page
    assert "Notes on the Engine" in page
    assert "€13.50" in page or "13.50" in page  # 2 copies, 2.50 a day, 3 days, 10 % off


def test_a_new_line_that_holds_only_its_defaults_is_left_out(librarian: Person, reader: str, book: str) -> None:
    fresh = {"items.1._id": "", "items.1.book": "", "items.1.copies": "1", "items.1.daily_fee": ""}
    loan = made(librarian, "loan", **{"reader": reader, "items.0._id": "", "items.0.book": book, **fresh})
    page = librarian.get(f"/o/loan/{loan}/edit").text
    assert re.search(r'name="items.0._id" value="[^"]', page)
    assert not re.search(r'name="items.1._id" value="[^"]', page)
    version = re.search(r'name="_version" value="(\d+)"', page)[1]  # type: ignore[index]
    sent = {"_version": version, "reader": reader, "days": "9", **fresh}
    assert librarian.post(f"/o/loan/{loan}/edit", sent).status_code == 303
    for typed in ({"items.1.copies": "2"}, {"items.1.daily_fee": "1.00"}):
        answer = librarian.post("/o/loan/new", {"reader": reader, **fresh, **typed})
        assert faults(answer) == ["Items, line 1, Book: Fill this in."]


def test_objects_no_navigation_places_stand_under_more(house: House, librarian: Person) -> None:
    page = librarian.get("/").text
    more = re.search(r"<h2>More</h2>(.*?)(?:<h2>|</nav>)", page, re.DOTALL)
    assert more is not None
    assert re.findall(r'<a href="([^"]+)"', more[1]) == ["/o/book", "/o/loan", "/o/reader"]
    create = re.search(r'id="menu-create" popover>(.*?)</div>', page, re.DOTALL)
    assert create is not None
    assert re.findall(r'<a href="([^"]+)"', create[1]) == ["/o/book/new", "/o/loan/new", "/o/reader/new"]
    assert "<h2>More</h2>" not in house.person("nobody").get("/").text


def test_search_asks_the_objects_that_are_searched_and_no_others(librarian: Person, reader: str, book: str) -> None:
    [group] = librarian.get("/search.json?q=lovel").json["groups"]  # type: ignore[index]
    assert (group["label"], [one["href"] for one in group["items"]]) == ("Readers", [f"/o/reader/{reader}"])
    assert librarian.get("/search.json?q=engine").json == {"groups": []}
    assert "Ada Lovelace" in librarian.get("/search?q=lovel").text


def test_every_problem_stands_at_its_field_and_what_was_typed_is_kept(librarian: Person, book: str) -> None:
    form = {"reader": "", "days": "0", "rate": "many", "items.4._id": "", "items.4.book": book, "items.4.copies": "-1"}
    answer = librarian.post("/o/loan/new", form)
    assert answer.status_code == 422
    assert faults(answer) == [
        "Reader: Fill this in.", "Days: Enter 1 or more.", "Rate: Write a number.",
        "Items, line 1, Copies: Enter 1 or more.",
    ]  # fmt: skip
    assert 'id="f-rate"' in answer.text
    assert 'value="many"' in answer.text
    assert re.search(r'id="f-items-4-copies"[^>]*aria-invalid="true"', answer.text)
    assert "Notes on the Engine" in answer.text


def test_a_typed_title_finds_its_record(librarian: Person, reader: str) -> None:
    loan = made(librarian, "loan", **{"reader": "", "reader:title": "ada lovelace"})
    assert "Ada Lovelace" in librarian.get(f"/o/loan/{loan}").text
    answer = librarian.post("/o/loan/new", {"reader": "", "reader:title": "Nobody at all"})
    assert faults(answer) == ["Reader: Choose a record from the list."]
    assert 'value="Nobody at all"' in answer.text


def test_editing_changes_only_what_differs_and_removes_details(
    librarian: Person, reader: str, book: str, house: House
) -> None:
    loan = made(librarian, "loan", **{"reader": reader, "items.0._id": "", "items.0.book": book})
    page = librarian.get(f"/o/loan/{loan}/edit").text
    version = re.search(r'name="_version" value="(\d+)"', page)[1]  # type: ignore[index]
    item = re.search(r'name="items.0._id" value="([^"]+)"', page)[1]  # type: ignore[index]
    sent = {"_version": version, "reader": reader, "days": "9", "items.0._id": item, "items.0._remove": "1"}
    assert librarian.post(f"/o/loan/{loan}/edit", sent).status_code == 303
    with house.here.as_user(librarian.user) as work:
        [row] = list_records(work, ListRequest("loan", ("days", "items_count"), (f"id = '{loan}'",)), b"key").records
    assert (row["days"], row["items_count"]) == (9, 0)
    history = librarian.get(f"/o/loan/{loan}/history").text
    assert "changed 1 field" in history
    assert "removed: Item" in history
    only = librarian.get(f"/o/loan/{loan}/history?line={item}").text
    assert ("removed: Item" in only, "changed 1 field" in only, "Only what happened to: Item" in only) == (
        True, False, True,
    )  # fmt: skip
    assert librarian.get(f"/o/loan/{loan}/history?line={loan}").status_code == 404
    assert librarian.get(f"/o/loan/{loan}/history?before={item}").status_code == 200
    assert librarian.get(f"/o/loan/{loan}/history?before=x").status_code == 404


def test_conflict_shows_both_sides_and_keeps_what_was_typed(librarian: Person, reader: str) -> None:
    page = librarian.get(f"/o/reader/{reader}/edit").text
    version = re.search(r'name="_version" value="(\d+)"', page)[1]  # type: ignore[index]
    assert librarian.post(f"/o/reader/{reader}/edit", {"_version": version, "credit": "500"}).status_code == 303
    answer = librarian.post(f"/o/reader/{reader}/edit", {"_version": version, "credit": "700"})
    assert answer.status_code == 409
    assert "700.00" in answer.text
    assert "500.00" in answer.text
    newer = re.search(r'name="_version" value="(\d+)"', answer.text)[1]  # type: ignore[index]
    assert librarian.post(f"/o/reader/{reader}/edit", {"_version": newer, "credit": "700"}).status_code == 303


def test_a_duplicate_is_told_at_its_field(librarian: Person, reader: str) -> None:
    answer = librarian.post("/o/reader/new", {"name": "Twin", "card": "R-1"})
    assert answer.status_code == 409
    assert faults(answer) == ["Card: Another record has this value already."]


def test_deleting_can_be_undone_and_is_refused_while_in_use(librarian: Person, reader: str) -> None:
    book = made(librarian, "book", title="Lost one", isbn="77")
    assert librarian.post(f"/o/book/{book}/delete").status_code == 303
    undo = re.search(r'action="(/o/book/restore[^"]+)"', librarian.get("/o/book").text)
    assert undo is not None
    assert librarian.get(f"/o/book/{book}").status_code == 404
    assert librarian.post(undo[1].replace("&amp;", "&")).status_code == 303
    assert librarian.get(f"/o/book/{book}").status_code == 200
    made(librarian, "loan", reader=reader)
    assert librarian.post(f"/o/reader/{reader}/delete").headers["Location"] == f"/o/reader/{reader}"
    assert "fw-toast--bad" in librarian.get(f"/o/reader/{reader}").text


def test_what_one_may_not_see_is_not_there(house: House, librarian: Person, reader: str) -> None:
    clerk = house.person("clerk", "clerk")
    assert clerk.get(f"/o/reader/{reader}").status_code == 404
    assert clerk.get("/o/reader/00000000-0000-7000-8000-000000000000").status_code == 404
    assert clerk.get("/o/reader/not-an-id").status_code == 404
    assert clerk.get("/o/secret_object").status_code == 404
    assert "fine_note" not in clerk.get("/o/reader/new").text
    assert clerk.post("/o/book/new", {"title": "Mine"}).status_code == 403
    assert "Ada" not in clerk.get("/search.json?q=ada").text


def test_lookup_offers_what_its_filter_lets_in(librarian: Person, reader: str) -> None:
    made(librarian, "book", title="Chained one", isbn="99", lendable="false")
    titles = [item["title"] for item in librarian.get("/o/loan_item/lookup?field=book&q=").json["items"]]  # type: ignore[index]
    assert "Chained one" not in titles
    answer = librarian.get(f"/o/loan/lookup?field=guide&q=ada&this.reader={reader}").json
    assert answer == {"items": []}
    assert librarian.get("/o/loan/lookup?field=status").status_code == 404


def test_form_is_evaluated_while_typing(librarian: Person) -> None:
    token = librarian.token()
    sent = {"_csrf": token, "status": "closed", "days": "x", "items.0._id": "", "items.0.copies": "2"}
    answer = librarian.client.post("/o/loan/form", data=sent, base_url="http://localhost")
    assert answer.status_code == 200
    assert re.search(r'data-slot="closed_note" data-shape="11', answer.text)


def test_preferences_are_kept_and_speak(librarian: Person) -> None:
    sent = {"language": "ko", "timezone": "Asia/Seoul", "theme": "dark", "density": "compact"}
    assert librarian.post("/preferences", sent).status_code == 303
    page = librarian.get("/preferences").text
    assert '<html lang="ko" data-bs-theme="dark" data-density="compact">' in page
    assert "환경설정" in page
    assert 'data-keys="off"' in page
    assert librarian.post("/preferences/language", {"language": "en"}).status_code == 303
    assert '<html lang="en"' in librarian.get("/").text


def test_names_people_choose_stay_text(librarian: Person) -> None:
    polyglot = "<script>alert(1)</script>\"'{{7*7}}"
    book = made(librarian, "book", title=polyglot, isbn="x1")
    for path in (f"/o/book/{book}", "/o/book", f"/o/book/{book}/edit", "/"):
        page = librarian.get(path).text
        assert "<script>alert" not in page
        assert "{{7*7}}" in page or path == "/"


def test_scripts_and_sheets_travel_packed_to_who_takes_it(house: House, librarian: Person) -> None:
    page = librarian.client.get("/", base_url="http://localhost", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
    for kind, mimetype in ((".js", "text/javascript"), (".css", "text/css")):
        found = re.search(rf'"(/static/app-[^"]+\{kind})"', page.text)
        assert found is not None
        packed = librarian.client.get(found[1], base_url="http://localhost", headers={"Accept-Encoding": "gzip"})
        plain = librarian.get(found[1])
        assert packed.mimetype == plain.mimetype == mimetype
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == plain.data
        assert "max-age=31536000" in packed.headers["Cache-Control"]


def test_guessing_is_slowed_down_alike_for_logins_that_exist_and_that_do_not(house: House) -> None:
    house.add_user("guessed", "clerk")
    answers = {}
    for at, login in enumerate(("guessed", "Nobody-Guessed")):
        client = Client(house.app, use_cookies=True)
        token = Person(client, None).token("/login")  # type: ignore[arg-type]
        answers[login] = [
            client.post(
                "/login", data={"_csrf": token, "email": typed, "password": "wrong"}, base_url="http://localhost",
                environ_base={"REMOTE_ADDR": f"203.0.113.{20 + at}"},
            ).status_code
            for typed in (login, login.upper(), f" {login} ", login, login, login, login)
        ]  # fmt: skip
    assert answers == dict.fromkeys(answers, [401] * 5 + [429] * 2)


def test_guessing_passwords_is_slowed_down_by_address(house: House) -> None:
    client = Client(house.app, use_cookies=True)
    person = Person(client, None)  # type: ignore[arg-type]
    token = person.token("/login")
    answers = [
        client.post(
            "/login",
            data={"_csrf": token, "email": f"nobody{n}", "password": "wrong"},
            base_url="http://localhost",
            environ_base={"REMOTE_ADDR": "203.0.113.7"},
        ).status_code
        for n in range(32)
    ]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_a_form_leaves_links_alone_that_its_reader_may_not_know(house: House, librarian: Person, reader: str) -> None:
    """They show as blank, are not asked for, and are still there when the blank form is saved."""
    clerk = house.person("desk_clerk", "clerk")
    guide = made(librarian, "reader", name="Guy", card="R-77", member="true")
    loan = made(librarian, "loan", reader=reader, guide=guide, owner=str(clerk.user))
    address = f"/o/loan/{loan}/edit"
    page = clerk.get(address).text
    assert guide not in page
    assert reader not in page
    control = re.search(r'<input[^>]*\bid="f-reader"[^>]*>', page)
    assert control is not None
    assert "required" not in control[0]
    version = re.search(r'name="_version" value="(\d+)"', page)[1]  # type: ignore[index]
    sent = clerk.post(address, {"_version": version, "reader": "", "guide": "", "days": "11"}, page=address)
    assert sent.status_code == 303, faults(sent)
    with house.here.as_user(librarian.user) as work:
        [row] = list_records(work, ListRequest("loan", ("reader", "guide", "days"), (f"id = '{loan}'",)), b"k").records
    assert (row["reader"], row["guide"], row["days"]) == (reader, guide, 11)


def test_lines_added_one_after_the_other_without_script_are_all_kept(librarian: Person, reader: str, book: str) -> None:
    """As a browser without script does it: Add sends the whole form back, typed lines and empty ones alike."""
    page = librarian.get("/o/loan/new").text
    form = {**plain_fields(page, "record-form"), "reader": [reader]}
    for copies in ("2", "3", "4"):
        answer = librarian.client.post("/o/loan/new", data={**form, "_add": "items"}, base_url="http://localhost")
        form = plain_fields(answer.text, "record-form")
        key = max((int(name.split(".")[1]) for name in form if re.fullmatch(r"items\.\d+\._id", name)), default=-1)
        form |= {f"items.{key}.book": [book], f"items.{key}.copies": [copies]}
    made = librarian.client.post("/o/loan/new", data=form, base_url="http://localhost")
    assert made.status_code == 303
    page = librarian.get(f"{made.headers['Location']}/edit").text
    again = plain_fields(page, "record-form")
    assert [again[f"items.{at}.copies"] for at in range(3)] == [["2"], ["3"], ["4"]]
    for copies in ("5", "6"):
        address = f"{made.headers['Location']}/edit"
        answer = librarian.client.post(address, data={**again, "_add": "items"}, base_url="http://localhost")
        again = plain_fields(answer.text, "record-form")
        key = max(int(name.split(".")[1]) for name in again if re.fullmatch(r"items\.\d+\._id", name))
        again |= {f"items.{key}.book": [book], f"items.{key}.copies": [copies]}
    assert librarian.client.post(address, data=again, base_url="http://localhost").status_code == 303
    kept = plain_fields(librarian.get(address).text, "record-form")
    assert [kept[f"items.{at}.copies"] for at in range(5)] == [["2"], ["3"], ["4"], ["5"], ["6"]]
