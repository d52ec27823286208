"""Every address of the browser's door: nobody gets in without signing in, and no text sent there reaches SQL,
a header or a page as anything but text (S1 and S3 of SECURITY).

A new address needs a row in INVENTORY; without one these tests fail.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from werkzeug.test import Client, TestResponse

from tests.support.payloads import MARK, PAYLOADS, listening, some
from tests.web.conftest import House, Person

pytestmark = pytest.mark.walk

SPOKEN = (
    *PAYLOADS, "zqx" * 3_000, "ẑqx\u0301\u202ezqx", "zqx\U0001f600", "zqx\r\nX-Zqx: 1", "zqx\x1b", "../../zqx",
    "\"'><script>zqx</script>", "zqx{{7*7}}", "name = 'zqx", "credit = 'zqx'", "rate = 'zqx'", "begun_on > 'zqx'",
    "sponsor = 'zqx'", "name in ('zqx', 1)", "credit > 9" + "9" * 400, "-zqx", "9" * 5_000,
)  # fmt: skip
"""What people and programs write into addresses and forms."""
LIST = {"view": "all", "q": "name = 'a'", "sort": "name", "find": "ada", "after": "x"}
ROW = {"name": "Row", "card": "", "credit": "1", "sponsor": "", "sponsor:title": "Ada", "topics": "a", "home.city": "x"}
LOAN = {
    "reader": "", "days": "3", "begun_on": "2026-01-01", "_version": "1", "items.0._id": "", "items.0.book": "",
    "items.0._version": "1", "about": "", "about:object": "book",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What an address takes: parts of its path, its query, its form. `object` says of what kind of record."""

    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    public: bool = False


INVENTORY = {
    "GET /": Row(),
    "GET /files/<id>": Row(),
    "GET /login": Row({"next": "/", "language": "es"}, public=True),
    "POST /login": Row({}, {"email": "a", "password": "b", "next": "/"}, public=True),
    "POST /logout": Row(public=True),
    "GET /login/second": Row(public=True),
    "GET /security/keys": Row(),
    "POST /security/keys": Row({}, {"name": "k", "reach": "some", "scope": "read", "object": "book", "days": "30"}),
    "POST /security/keys/revoke": Row({}, {"id": str(uuid4())}),
    "GET /login/with/<provider>": Row({"next": "/", "again": "1"}, parts={"provider": "p"}, public=True),
    "GET /login/back/<provider>": Row({"state": "a", "code": "b"}, parts={"provider": "p"}, public=True),
    "GET /security/providers/<provider>": Row(parts={"provider": "p"}),
    "GET /security/providers/<provider>/link": Row(parts={"provider": "p"}),
    "POST /security/providers/<provider>/link": Row(parts={"provider": "p"}),
    "POST /security/providers/disconnect": Row({}, {"provider": "p"}),
    "POST /login/passkey": Row({}, {"answer": "{}", "next": "/"}, public=True),
    "POST /login/passkey/options": Row(public=True),
    "POST /security/confirm/passkey": Row({}, {"answer": "{}", "next": "/"}),
    "POST /security/confirm/passkey/options": Row(),
    "POST /security/passkeys": Row({}, {"answer": "{}", "name": "a"}),
    "POST /security/passkeys/options": Row(),
    "POST /security/passkeys/name": Row({}, {"id": str(uuid4()), "name": "a"}),
    "POST /security/passkeys/remove": Row({}, {"id": str(uuid4())}),
    "POST /login/second": Row({}, {"code": "000000"}, public=True),
    "GET /o/<object>": Row({**LIST, "field": "name", "op": "=", "value": "a", "write": "1", "text": "member"}),
    "GET /o/<object>/<id>": Row(),
    "GET /o/<object>/<id>/<tab>": Row(parts={"tab": "history"}),
    "POST /o/<object>/<id>/convert/<conversion>": Row(parts={"conversion": "c"}),
    "POST /o/<object>/<id>/delete": Row(parts={"id": str(uuid4())}),
    "GET /o/<object>/<id>/edit": Row(),
    "POST /o/<object>/<id>/edit": Row({}, {**ROW, "_version": "1"}),
    "POST /o/<object>/<id>/form": Row({}, {**ROW, "_version": "1"}),
    "POST /o/<object>/<id>/make/<mapping>": Row(parts={"mapping": "m"}),
    "GET /o/<object>/<id>/related/<other>.<field>": Row({"card": "1"}, parts={"other": "loan", "field": "reader"}),
    "GET /o/<object>/<id>/share": Row(),
    "POST /o/<object>/<id>/share": Row(
        {}, {"principal": str(uuid4()), "principal:title": "a", "level": "edit", "until": "2999-01-01", "note": "a",
             "part": "a"},
    ),
    "GET /o/<object>/<id>/share/who": Row({"q": "ada"}),
    "POST /o/<object>/<id>/share/<share>/remove": Row({}, {"cause": "team"}, {"share": str(uuid4())}),
    "POST /o/<object>/delete": Row({}, {"id": str(uuid4())}),
    "GET /o/<object>/export": Row({**LIST, "format": "csv"}),
    "POST /o/<object>/export": Row({**LIST, "format": "csv"}, {"id": str(uuid4())}),
    "POST /o/<object>/files": Row({"field": "photo", "as": "photo"}, {"file": "x"}),
    "GET /o/<object>/filter": Row({"field": "name"}),
    "POST /o/<object>/form": Row({}, LOAN, {"object": "loan"}),
    "GET /o/<object>/import": Row(),
    "POST /o/<object>/import": Row({}, {"mapping": "m", "file": "x"}),
    **{
        f"{method} /o/<object>/import/<job>/{step}": Row({}, form)
        for method, step, form in (
            ("GET", "check", {}), ("GET", "check/status", {}), ("GET", "errors.csv", {}), ("GET", "map", {}),
            ("GET", "options", {}),
            ("GET", "result", {}), ("GET", "run", {}), ("GET", "status", {}),
            ("POST", "map", {"field:0": "name", "transform:0": "decimal:,", "match:0": "name", "_next": "1"}),
            ("POST", "mend", {"column:0": "Name", "value:0": "a", "text:0": "b", "do:0": "use:1", "mapping": "m"}),
            ("POST", "options", {"mode": "create", "bad": "skip", "match": "card", "mapping": "m"}),
            ("POST", "stop", {}), ("POST", "undo", {}), ("POST", "run", {}),
        )
    },
    "GET /o/<object>/lookup": Row(
        {"field": "guide", "object": "reader", "q": "ada", "this.days": "3", "this.reader": ""},
        parts={"object": "loan"},
    ),
    "GET /o/<object>/new": Row({"name": "a", "sponsor": "", "sponsor:object": "reader", "credit": "1", "copy": ""}),
    "POST /o/<object>/new": Row({}, LOAN, {"object": "loan"}),
    "POST /o/<object>/restore": Row({"id": str(uuid4())}),
    "GET /link/<token>": Row(parts={"token": "t"}, public=True),
    "POST /link/<token>": Row({}, {"password": "a", "again": "a"}, {"token": "t"}, public=True),
    "GET /setup/people": Row({"show": "all", "find": "ada", "after": "x"}),
    "GET /setup/people/<id>": Row(),
    "POST /setup/people/<id>/roles": Row({}, {"role": "clerk"}),
    "POST /setup/people/<id>/link": Row(),
    "POST /setup/people/<id>/reactivate": Row(),
    "POST /setup/people/<id>/reset-factors": Row(),
    "GET /setup/people/<id>/deactivate": Row(),
    "POST /setup/people/<id>/deactivate": Row({}, {"successor": "x", "successor:title": "a", "to:reader.owner": "x"}),
    "GET /setup/groups": Row({"after": "x"}),
    "GET /setup/groups/<id>": Row(),
    "POST /setup/groups/<id>/members": Row({}, {"user": "x", "user:title": "ada"}),
    "POST /setup/groups/<id>/members/<user>/remove": Row(parts={"user": str(uuid4())}),
    "GET /setup/queues": Row({"after": "x"}),
    "GET /setup/queues/<id>": Row(),
    "POST /setup/queues/<id>/members": Row({}, {"user": "x", "user:title": "ada"}),
    "POST /setup/queues/<id>/members/<user>/remove": Row(parts={"user": str(uuid4())}),
    "GET /setup/people/invite": Row(),
    "POST /setup/people/invite": Row(
        {}, {"full_name": "a", "email": "a", "login": "a", "department": "", "manager:title": "a", "role": "clerk"}
    ),
    "GET /setup/departments": Row(),
    "GET /preferences": Row(),
    "POST /preferences": Row({}, {"language": "en", "timezone": "Asia/Seoul", "theme": "dark", "density": "normal"}),
    "POST /preferences/language": Row({}, {"language": "en"}),
    "GET /reset": Row(public=True),
    "POST /reset": Row({}, {"login": "a"}, public=True),
    "GET /security": Row(),
    "GET /security/confirm": Row({"next": "/"}),
    "GET /security/resume/<ticket>": Row(parts={"ticket": "t"}),
    "POST /security/resume/<ticket>": Row(parts={"ticket": "t"}),
    "POST /security/confirm": Row({}, {"password": "a", "code": "b", "next": "/"}),
    "GET /security/second-factor": Row(),
    "POST /security/second-factor/begin": Row(),
    "POST /security/second-factor/confirm": Row({}, {"code": "000000"}),
    "POST /security/second-factor/remove": Row(),
    "POST /security/recovery-codes": Row(),
    "POST /security/password": Row({}, {"current": "a", "password": "b", "again": "b"}),
    "POST /security/sessions": Row({}, {"id": "x"}),
    "GET /search": Row({"q": "ada"}),
    "GET /search.json": Row({"q": "ada"}),
    "GET /setup": Row(),
    "GET /setup/audit": Row({
        "event": "export", "outcome": "done", "by": str(uuid4()), "by:title": "Ada", "object": "reader",
        "record": str(uuid4()), "since": "2026-01-01", "until": "2026-12-31", "before": str(uuid4()),
    }),
    "GET /setup/audit/<id>": Row(parts={"id": str(uuid4())}),
    "GET /setup/audit/export": Row({"event": "export", "format": "json"}),
    "POST /setup/audit/verify": Row(),
    "GET /setup/privacy": Row({"text": "ada"}),
    "GET /setup/privacy/person": Row({"record": f"user:{uuid4()}"}),
    "POST /setup/privacy/anonymise": Row({}, {"record": f"user:{uuid4()}", "confirm": "x"}),
    "POST /setup/privacy/export": Row({}, {"record": f"user:{uuid4()}"}),
    "GET /setup/explain": Row(
        {"user": str(uuid4()), "user:title": "a", "verb": "edit", "object": "reader", "record": "a", "field": "name"}
    ),
    "GET /setup/roles": Row(),
    "GET /setup/roles/<role>": Row({"find": "a", "open": "reader", "all": "1"}, parts={"role": "clerk"}),
    "GET /setup/roles/compare": Row({"left": "clerk", "right": "librarian"}),
    "POST /setup/roles/<role>/people": Row({}, {"user": str(uuid4()), "user:title": "ada"}, parts={"role": "clerk"}),
    "POST /setup/roles/<role>/people/<id>/remove": Row(parts={"role": "clerk", "id": str(uuid4())}),
    "GET /setup/sharing": Row({"user": str(uuid4()), "user:title": "ada"}),
    "GET /setup/sign-in": Row(),
    "GET /setup/sign-in/providers/new": Row(),
    "POST /setup/sign-in/providers/new": Row({}, {
        "name": "p", "label": "a", "issuer": "zqx", "client": "c", "secret": "s", "makes": "1", "domains": "a.example",
        "role": "clerk",
    }),
    "GET /setup/sign-in/providers/<provider>": Row(parts={"provider": "p"}),
    "POST /setup/sign-in/providers/<provider>": Row({}, {"label": "a", "secret": "s"}, {"provider": "p"}),
    "POST /setup/sign-in/providers/<provider>/test": Row(parts={"provider": "p"}),
    "POST /setup/sign-in/providers/<provider>/state": Row({}, {"enabled": "1"}, {"provider": "p"}),
    "POST /setup/sign-in/providers/<provider>/remove": Row(parts={"provider": "p"}),
    "POST /setup/sign-in/second-factor": Row({}, {"who": "zqx", "role": "clerk", "days": "7"}),
    "POST /setup/sign-in/second-factor/default": Row(),
    "POST /setup/view-as": Row({"user": str(uuid4())}, {"role": "zqx", "back": "/setup/roles"}),
    "POST /setup/view-as/stop": Row(),
    "GET /studio": Row(),
    "GET /studio/yaml/<path:path>": Row(parts={"path": "objects/tenant/x.yaml"}),
    "POST /studio/discard": Row({}, {"path": "objects/tenant/x.yaml", "version": "1"}),
    "POST /studio/keep": Row({}, {"path": "objects/tenant/x.yaml"}),
    "GET /studio/objects": Row({"find": "a", "show": "own"}),
    "GET /studio/objects/new": Row(),
    "POST /studio/objects/new": Row({}, {
        "label": "", "plural": "a", "name": "", "title": "a", "title_name": "", "icon": "box", "hue": "blue",
        "feature": "history", "group": "g", "role": "clerk",
    }),
    "GET /studio/objects/<object>": Row({"find": "a"}),
    "GET /studio/objects/<object>/yaml": Row(),
    "GET /studio/objects/<object>/fields/new": Row({"type": "select"}),
    "POST /studio/objects/<object>/fields/new": Row({}, {
        "type": "select", "label": "a", "name": "", "option.1.label": "a", "option.1.code": "", "option.1.hue": "blue",
        "paste": "a", "default": "a", "help": "a", "required": "1", "required_when": "name = 'a'", "place": "1",
    }),
    "GET /studio/objects/<object>/fields/<field>": Row(parts={"field": "name"}),
    "POST /studio/objects/<object>/fields/<field>": Row(
        {}, {"label": "a", "began": "x", "max": "9", "pattern": "a", "offered": "max"}, {"field": "name"}
    ),
    "POST /studio/objects/<object>/fields/<field>/hide": Row(parts={"field": "card"}),
    "POST /studio/objects/<object>/fields/<field>/move": Row({}, {"after": "card"}, {"field": "name"}),
    "POST /studio/objects/<object>/fields/<field>/rename": Row({}, {"name": ""}, {"field": "name"}),
    "GET /studio/objects/<object>/settings": Row(),
    "POST /studio/objects/<object>/settings": Row(
        {}, {"label": "a", "plural": "", "summary": "a", "icon": "x", "hue": "x", "title": "x", "sharing": "x"}
    ),
    "GET /studio/objects/<object>/rights": Row(),
    "POST /studio/objects/<object>/rights": Row({}, {"clerk.create": "yes", "clerk.read": "zqx"}),
    "GET /studio/objects/<object>/rules": Row({"rule": "a"}),
    "POST /studio/objects/<object>/rules": Row({}, {"rule": "a", "error_when": "a", "message": "a", "at": "x"}),
    "POST /studio/objects/<object>/rules/<rule>/off": Row(parts={"rule": "r"}),
    "GET /studio/versions": Row(),
    "GET /studio/versions/<number>": Row(parts={"number": "1"}),
    "POST /studio/versions/<number>": Row({}, {"base": "x", "typed.0": "x"}, {"number": "1"}),
    "POST /studio/objects/<object>/fields/<field>/preview": Row(
        {}, {"type": "formula", "label": "a", "expression": "a", "gives": "number"}, {"field": "new"}
    ),
    "POST /studio/versions/restore": Row({}, {"object": "reader", "field": "card"}),
    "POST /studio/objects/<object>/fields/<field>/remove": Row(parts={"field": "card"}),
    "POST /studio/objects/<object>/fields/<field>/reset": Row(parts={"field": "card"}),
    "GET /studio/publish": Row({"chosen": "1", "document": "objects/tenant/x.yaml"}),
    "POST /studio/publish": Row(
        {}, {"document": "objects/tenant/x.yaml", "base": "1", "note": "a", "typed.0": "x"}
    ),
    "GET /static/<path:filename>": Row(parts={"filename": "app.css"}, public=True),
}  # fmt: skip
VARIABLE = re.compile(r"<(?:path:|int:)?(\w+)>")


@pytest.fixture(scope="module")
def admin(house: House) -> Person:
    """Somebody who may do everything."""
    return house.person("inventor", "admin")


@pytest.fixture(scope="module")
def known(admin: Person) -> dict[str, str]:
    """Parts of addresses that lead somewhere: a reader, and an import of readers."""
    reader = admin.post("/o/reader/new", {"name": "Ada", "card": "known"})
    assert reader.status_code == 303, reader.text
    sent = admin.post("/o/reader/import", {"file": (io.BytesIO(b"Name,Card\nBo,B-1\n"), "a.csv")})
    assert sent.status_code == 303, sent.text
    return {
        "object": "reader", "id": reader.headers["Location"].rsplit("/", 1)[1],
        "job": sent.headers["Location"].rsplit("/", 2)[1],
    }  # fmt: skip


def test_every_address_has_its_row(house: House) -> None:
    served = {
        f"{method} {rule.rule}".replace("/import/<id>", "/import/<job>")
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == set(INVENTORY)


@pytest.mark.parametrize("name", [name for name, row in INVENTORY.items() if not row.public])
def test_strangers_get_no_further_than_the_sign_in(house: House, name: str) -> None:
    stranger = Person(Client(house.app), uuid4())
    token = stranger.token("/login")
    answer = sent(
        stranger, name, address(name, {"object": "reader", "id": str(uuid4()), "job": str(uuid4())}), {}, token
    )
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize("name", INVENTORY)
def test_what_is_sent_stays_text(house: House, admin: Person, known: dict[str, str], name: str) -> None:
    person = Person(Client(house.app), uuid4()) if INVENTORY[name].public else admin
    token = person.token("/login" if INVENTORY[name].public else "/preferences")
    with listening() as heard:
        for path, query, form in attempts(name, known):
            answer = sent(person, name, path, query, token, form)
            assert answer.status_code < 500, (path, query, form, answer.text)
            assert "x-zqx" not in answer.headers
            assert "Traceback" not in answer.text
            if answer.mimetype == "text/html":
                assert "<script>zqx" not in answer.text
                assert "zqx49" not in answer.text
    assert not [statement for statement in heard if MARK in statement]
    assert INVENTORY[name].public or person.get("/").status_code == 200, "Signed out on the way."


@pytest.mark.proof
@pytest.mark.parametrize("value", ["'zqx'", "'9e400'", "1e400", "'2026-13-01'", "true", "today()", "blank", "zqx"])
def test_a_filter_with_a_value_of_another_type_is_a_page(house: House, admin: Person, value: str) -> None:
    """Whatever stands beside a field of whatever type, the list explains it or shows what fits."""
    for object in ("reader", "loan", "loan_item", "book"):
        with house.here.system() as work:
            fields = list(work.object(object).fields)
        for name in fields:
            answer = sent(admin, "GET /", f"/o/{object}", {"q": f"{name} = {value}"}, "")
            assert answer.status_code == 200, (object, name, value, answer.text)


@pytest.mark.parametrize(
    "path", ["/o/%ff", "/o/reader?q=%ff%fe", "/o/reader?sort=%ed%a0%80", "/search?q=%00", "/o/reader/%ff"]
)
def test_bytes_that_are_no_text_are_a_page(admin: Person, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code in (200, 400, 404)
    assert "Traceback" not in answer.text


def test_nul_is_refused_in_addresses_and_told_at_the_field_of_a_form(admin: Person, known: dict[str, str]) -> None:
    base = f"/o/reader/import/{known['job']}"
    for answer in (
        sent(admin, "GET /", "/search.json", {"q": "a\0b"}, ""),
        sent(admin, "GET /", "/o/loan/lookup", {"field": "guide", "this.card": "\0a"}, ""),
        admin.post(f"{base}/mend", {"column:0": "Name", "value:0": "a", "text:0": "b\0"}),
        admin.post(f"{base}/options", {"mode": "create", "bad": "skip", "match": "", "mapping": "m\0"}),
        admin.post("/login", {"email": "a\0", "password": "b"}),
    ):
        assert answer.status_code == 400
    told = admin.post("/o/reader/new", {"name": "a\0b", "sponsor": "", "sponsor:title": "Ada\0"})
    assert told.status_code == 422
    assert "Remove the character at position 2, which cannot be kept." in told.text
    assert "Choose a record from the list." in told.text


def address(name: str, known: dict[str, str], changed: str = "", value: str = "") -> str:
    """The path of a row with one part changed."""
    parts = {**known, **INVENTORY[name].parts}
    path = name.partition(" ")[2]
    return VARIABLE.sub(lambda m: quote(value if m[1] == changed else parts[m[1]], safe=""), path)


def sent(
    person: Person, name: str, path: str, query: dict[str, Any], token: str, form: dict[str, Any] | None = None
) -> TestResponse:
    """The answer to one request."""
    method = name.partition(" ")[0]
    data = None if method == "GET" else {"_csrf": token, **(INVENTORY[name].form if form is None else form)}
    return person.client.open(path, method=method, query_string=query, data=data, base_url="http://localhost")


def attempts(name: str, known: dict[str, str]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any] | None]]:
    """Each part, parameter and control with every payload, twice the same, and as a file."""
    row = INVENTORY[name]
    plain = address(name, known)
    for part in VARIABLE.findall(name):
        for payload in some(SPOKEN, name + part):
            yield address(name, known, part, payload), row.query, None
    for key in row.query:
        for payload in some(SPOKEN, name + key):
            yield plain, {**row.query, key: payload}, None
            yield plain, {key: [payload, payload]}, None
    for key in row.form:
        for payload in some(SPOKEN, f"{name} form {key}"):
            yield plain, row.query, {**row.form, key: payload}
            yield plain, row.query, {key: [payload, payload]}
        yield plain, row.query, {**row.form, key: (io.BytesIO(b"zqx'"), "zqx'.png")}
    for payload in some(SPOKEN, name):
        yield plain, {**row.query, payload: payload}, {**row.form, payload: payload}
