"""Studio without a browser: what its forms write, what they refuse, who may open it, and two editors at once."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.web.conftest import House, Person

OBJECTS = "/studio/objects"


@pytest.fixture(scope="module")
def boss(house: House) -> Person:
    return house.person("studio-boss", "admin")


@pytest.fixture(autouse=True)
def empty_draft(boss: Person) -> Iterator[None]:
    yield
    boss.post("/studio/discard")


def yaml(person: Person, path: str) -> str:
    """A document as Studio shows it."""
    page = person.get(f"/studio/yaml/{path}")
    assert page.status_code == 200
    found = re.search(r'<pre[^>]*id="text-1"[^>]*>(.*?)</pre>', page.text, re.DOTALL)
    assert found is not None
    return found[1].replace("&#39;", "'").replace("&#34;", '"')


def send(person: Person, address: str, form: dict[str, str], was: str = "") -> TestResponse:
    """Send a form as its page gives it: with what it began from."""
    page = person.get(f"{address}?rule={was}" if was else address).text
    began = re.search(r'name="began" value="([^"]+)"', page)
    assert began is not None
    return person.post(address, {"began": began[1], **({"was": was} if was else {}), **form})


def make(person: Person, **form: object) -> None:
    sent = {"label": "Crate", "plural": "Crates", "icon": "box", "hue": "teal", "feature": "history", **form}
    answer = person.post(f"{OBJECTS}/new", sent)
    assert answer.status_code == 303, answer.text


def publish(person: Person, **form: object) -> int:
    page = person.get("/studio/publish").text
    base = re.search(r'name="base" value="(\d+)"', page)
    assert base is not None
    documents = re.findall(r'name="document" value="([^"]+)"', page)
    consent = re.search(r'name="consent" value="(\w*)"', page)
    assert consent is not None
    sent = {"base": base[1], "consent": consent[1], "document": documents, **form}
    return person.post("/studio/publish", sent).status_code


def test_an_object_with_fields_is_made_published_and_used(boss: Person, house: House) -> None:
    make(boss, title="Mark", role="clerk")
    fields = f"{OBJECTS}/crate/fields"
    for form in (
        {"type": "select", "label": "State", "option.1.label": "Full", "option.1.active": "1", "paste": "Empty\nLost"},
        {"type": "number", "label": "Weight", "precision": "1", "min": "0", "help": "In kilograms."},
        {"type": "lookup", "label": "Reader", "to": "reader"},
        {"type": "formula", "label": "Twice", "gives": "number", "expression": "weight * 2"},
    ):
        answer = boss.post(f"{fields}/new", form)
        assert answer.status_code == 303, answer.text
    text = yaml(boss, "objects/tenant/crate.yaml")
    assert "state: {type: select, label: State, options: {full: Full, empty: Empty, lost: Lost}}" in text
    assert "weight: {type: number, label: Weight, help: In kilograms., precision: 1, min: 0}" in text
    overview = boss.get("/studio").text
    assert "new field Weight" in overview
    assert publish(boss) == 303
    assert boss.get("/o/crate").status_code == 200
    clerk = house.person("crate-clerk", "clerk")
    made = clerk.post("/o/crate/new", {"mark": "C1", "state": "full", "weight": "2.5"})
    assert made.status_code == 303, made.text
    assert "Everything is live" in boss.get("/studio").text
    assert boss.post(f"{fields}/weight/remove").status_code == 303
    assert boss.get(f"{OBJECTS}?show=unpublished").text.count('class="fw-strong"') == 1
    problems = boss.get("/studio").text
    assert "To mend before publishing" in problems, "The formula still reads it."
    assert f'href="{fields}/twice"' in problems
    assert boss.post(f"{fields}/twice/remove").status_code == 303
    assert "Type crate.weight to take it away" in boss.get("/studio/publish").text
    assert publish(boss) == 422
    assert publish(boss, **{"typed.0": "crate.weight"}) == 303
    retired = boss.get("/studio/versions").text
    assert "crate.weight" in retired
    back = boss.post("/studio/versions/restore", {"object": "crate", "field": "weight"})
    assert back.status_code == 303
    assert "2.5" in boss.get(made.headers["Location"]).text


def test_what_cannot_be_is_told_at_its_control(boss: Person) -> None:
    refused = boss.post(f"{OBJECTS}/new", {"label": "", "name": ""})
    assert refused.status_code == 422
    assert "Give it a name." in refused.text
    assert "There is an object of this name already." in boss.post(f"{OBJECTS}/new", {"label": "Book"}).text
    assert "This name is kept" in boss.post(f"{OBJECTS}/new", {"label": "Files"}).text
    new = f"{OBJECTS}/book/fields/new"
    wrong = boss.post(new, {"type": "formula", "label": "Sum", "gives": "number", "expression": "pags + 1"})
    assert wrong.status_code == 422
    assert re.search(r'id="expression-e".*pags', wrong.text)
    assert "pags + 1" in wrong.text
    preview = boss.post(f"{new}/preview", {"type": "formula", "label": "Sum", "gives": "number", "expression": "pags"})
    assert "pags" in preview.text
    fits = boss.post(f"{new}/preview", {"type": "select", "label": "Kind", "paste": "Novel\nTale"}).text
    assert "This fits" in fits
    assert "{&#34;kind&#34;: &#34;novel&#34;}" in fits
    assert "Required" in boss.get(f"{OBJECTS}/book").text
    used = boss.get(f"{OBJECTS}/book/fields/title").text
    assert "Nothing uses it." not in used
    assert "Give at least one choice." in boss.post(new, {"type": "select", "label": "Kind"}).text
    assert "kept for the product" in boss.post(new, {"type": "text", "label": "Owner"}).text
    assert "Everything is live" in boss.get("/studio").text, "Nothing of it was kept."


def test_a_package_keeps_its_field_and_the_layer_says_what_differs(boss: Person) -> None:
    field = f"{OBJECTS}/book/fields/title"
    page = boss.get(field).text
    began = re.search(r'name="began" value="([^"]+)"', page)
    assert began is not None
    label = re.search(r'id="label" name="label" value="([^"]*)"', page)
    assert label is not None
    offered = re.findall(r'name="offered" value="([^"]+)"', page)
    ticked = dict.fromkeys(re.findall(r'type="checkbox" name="(\w+)" value="1" checked', page), "1")
    kept = dict(re.findall(r'id="(\w+)" name="\1" value="([^"]+)"', page))
    form = {**kept, **ticked, "offered": offered, "label": "Name of the book", "began": began[1]}
    assert boss.post(field, form).status_code == 303
    assert yaml(boss, "objects/tenant/book.yaml") == "extends: book\nfields:\n  title: {label: Name of the book}\n"
    other = boss.post(field, {**form, "label": "Title of the book"})
    assert other.status_code == 409
    assert "Somebody else changed this field meanwhile" in other.text
    assert "Label: Name of the book" in other.text
    assert boss.post(f"{field}/reset").status_code == 303
    assert "Everything is live" in boss.get("/studio").text


def test_a_field_is_renamed_and_moved_and_a_version_brought_back(boss: Person) -> None:
    make(boss, label="Barrel", plural="Barrels", title="Mark")
    fields = f"{OBJECTS}/barrel/fields"
    for label in ("Size", "Colour"):
        assert boss.post(f"{fields}/new", {"type": "text", "label": label}).status_code == 303
    assert publish(boss, note="Barrels") == 303
    made = boss.post("/o/barrel/new", {"mark": "B1", "size": "big"})
    assert made.status_code == 303, made.text
    assert boss.post(f"{fields}/size/rename", {"name": "mark"}).headers["Location"] == f"{fields}/size"
    assert boss.post(f"{fields}/size/rename", {"name": "volume"}).headers["Location"] == f"{fields}/volume"
    assert boss.post(f"{fields}/volume/move", {"after": "colour"}).status_code == 303
    text = yaml(boss, "objects/tenant/barrel.yaml")
    assert text.endswith("  volume: {type: text, label: Size, renamed_from: size}\n")
    assert publish(boss) == 303
    assert "big" in boss.get(made.headers["Location"]).text
    versions = boss.get("/studio/versions").text
    assert "Barrels" in versions
    number = re.findall(r'href="/studio/versions/(\d+)"', versions)[0]
    page = boss.get(f"/studio/versions/{number}")
    base = re.search(r'name="base" value="(\d+)"', page.text)
    assert base is not None
    assert boss.post(f"/studio/versions/{number}", {"base": "1"}).status_code == 422
    consent = re.search(r'name="consent" value="(\w*)"', page.text)
    assert consent is not None
    assert boss.post(f"/studio/versions/{number}", {"base": base[1], "consent": consent[1]}).status_code == 303
    assert "size: {type: text, label: Size}" in yaml(boss, "objects/tenant/barrel.yaml")
    assert "big" in boss.get(made.headers["Location"]).text
    assert boss.get("/studio/versions/99999").status_code == 404


def test_names_looks_and_rules_are_written_by_key(boss: Person) -> None:
    rules, settings = f"{OBJECTS}/book/rules", f"{OBJECTS}/book/settings"
    assert "There is no field" in send(boss, rules, {"error_when": "daily_fe < 0", "message": "No."}).text
    sent = {"error_when": "daily_fee > 99", "message": "Too dear to lend.", "at": "daily_fee"}
    assert send(boss, rules, sent).status_code == 303
    page = boss.get(f"{rules}?rule=too_dear_to_lend").text
    assert "daily_fee &gt; 99" in page
    changed = {**sent, "rule": "too_dear_to_lend", "message": "Dear."}
    assert send(boss, rules, changed, was="too_dear_to_lend").status_code == 303
    looks = {"label": "Volume", "plural": "Books", "icon": "box", "hue": "teal", "title": "title", "sharing": "read"}
    assert send(boss, settings, {**looks, "label": ""}).status_code == 422
    assert boss.post(settings, {**looks, "began": "an older state"}).headers["Location"] == settings
    assert "Somebody else changed this meanwhile." in boss.get(settings).text
    answer = send(boss, settings, {**looks, "feature": "comments"})
    assert answer.status_code == 303, answer.text
    text = yaml(boss, "objects/tenant/book.yaml")
    assert "message: Dear." in text
    assert "label: Volume" in text
    assert "plural" not in text
    assert "comments: true" in text
    assert publish(boss) == 303
    assert "Volume" in boss.get("/o/book/new").text
    refused = boss.post("/o/book/new", {"title": "Folio", "daily_fee": "100"})
    assert "Dear." in refused.text
    assert boss.post(f"{rules}/too_dear_to_lend/off").status_code == 303
    assert "too_dear" not in yaml(boss, "objects/tenant/book.yaml")


def test_rights_are_said_by_role_and_taken_back(house: House, boss: Person) -> None:
    make(boss, label="Tub", plural="Tubs", title="Mark")
    address = f"{OBJECTS}/tub/rights"
    sent = {"clerk.create": "yes", "clerk.read": "all", "clerk.edit": "own", "clerk.delete": "no"}
    assert send(boss, address, sent).status_code == 303
    path = "metadata/tenant/permissions.yaml"
    said = "tub: {create: true, read: all, edit: own, delete: false}"
    assert said in yaml(boss, path)
    assert '<option value="own" selected>' in boss.get(address).text
    assert publish(boss) == 303
    clerk = house.person("tub-clerk", "clerk")
    assert clerk.post("/o/tub/new", {"mark": "T1"}).status_code == 303
    assert send(boss, address, dict.fromkeys(sent, "")).status_code == 303
    assert publish(boss) == 303
    assert clerk.get("/o/tub").status_code == 403


def test_studio_is_for_who_manages(house: House, boss: Person) -> None:
    clerk = house.person("studio-clerk", "clerk")
    for path in ("/studio", OBJECTS, f"{OBJECTS}/new", f"{OBJECTS}/book", "/studio/publish"):
        assert clerk.get(path).status_code == 403, path
        assert boss.get(path).status_code == 200, path
    assert clerk.post(f"{OBJECTS}/new", {"label": "Crate"}).status_code == 403
    assert clerk.post("/studio/publish", {"base": "1"}).status_code == 403
    assert clerk.post("/studio/discard").status_code == 403
    assert 'href="/studio"' not in clerk.get("/").text
