"""P1 of SECURITY: nothing that is hidden can be read, found, ordered, counted, measured, exported or guessed.

The matrix is made from the metadata: every object of the shipped packages, of the library and of a package with a field
of every type; every second field hidden from one role, the others from another; of each object rows one may see and
rows one may not. Each address that reads is asked everything it takes (`surfaces.py`), at both doors, in two states of
the world that differ in nothing but what is hidden: status, headers and body must be the same. Whatever names a hidden
field must be answered like a name nobody knows.
"""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus
from zlib import crc32

import pytest
from werkzeug.test import TestResponse

from formwork.access import Verb, decide, decide_management
from formwork.api import ROUTES
from formwork.catalog import ObjectSpec
from formwork.fieldtypes import FIELD_TYPES
from formwork.identity import actor_of
from formwork.kernel import Denied
from tests.security import acts, surfaces
from tests.security.blind import ROLES, Blind, blind_world
from tests.security.everything import CANARIES, MARKS
from tests.security.surfaces import Asked, Reader
from tests.support.callers import ORIGIN
from tests.support.databases import Database
from tests.support.seeds import FULL
from tests.web.conftest import House

pytestmark = [pytest.mark.walk, pytest.mark.seeded]

TELLING = ("Content-Type", "Content-Disposition", "ETag", "Location", "Link", "Last-Modified", "Allow", "Retry-After")
NOISE = re.compile(r'"instance":"\w+"|(name="_csrf" value=|csrf[^"]*" content=)"[^"]*"')
ASKED = [
    pytest.param(door, role, marks=pytest.mark.proof if (door, role) == ("page", ROLES[-1]) else ())
    for door in ("api", "page")
    for role in ROLES
]
"""The API as both roles, each of which is blind to half of the fields; pages as one of them, as both in the proof."""
AFTER = Asked("GET", "/preferences")
"""Where a page says what became of the form before it."""
EVERYTHING = os.environ.get("FORMWORK_MATRIX") == "all"
"""Ask both doors of every object on both databases, which takes most of an hour."""
PART = 20
"""Else one of so many objects is asked of, another one for each role; in the proof the API on SQLite is asked of all of
them what hidden values change."""


@pytest.fixture(scope="module")
def blind(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blind]:
    """The world of the matrix on both databases."""
    with blind_world(shared_database, tmp_path_factory.mktemp("blind")) as found:
        yield found


def readers(blind: Blind, role: str, door: str, *, whole: bool) -> list[Reader]:
    """The objects that are looked at: those with every field type always, of the others a part.

    Pages that were seen from one database show the same from the other: of those a part is asked of one only.
    """
    postgres = bool(blind.here.runtime.settings.database_url)
    return [
        Reader(blind, role, spec)
        for name, spec in blind.snapshot.objects.items()
        if spec.package == "things"
        or whole
        or ((crc32(f"{role} {name}".encode()) + postgres * 7) % PART == 0 and not (door == "page" and postgres))
    ]


def is_whole(blind: Blind, door: str) -> bool:
    """Whether every object is asked of."""
    return EVERYTHING or (FULL and door == "api" and not blind.here.runtime.settings.database_url)


def compared(blind: Blind, role: str, ask: Callable[[Asked], tuple[Any, ...]], questions: list[Asked]) -> list[str]:
    """What is wrong with the answers to the same questions in two states that differ only in what is hidden."""
    found = []
    blind.turn(role, 0)
    before = [ask(one) for one in questions]
    blind.turn(role, 1)
    for one, first in zip(questions, before, strict=True):
        second = ask(one)
        if first != second:
            found.append(f"{one}: differs\n    {difference(first, second)}")
        found += [f"{one}: tells {word}" for word in CANARIES if word in without_echo(one, str(second))]
        found += [f"{one}: tells {word}" for word in CANARIES if word in without_echo(one, str(first))]
        if first[0] >= 500:
            found.append(f"{one}: {first[0]}")
    return [f"{len(found)} of {len(questions)} answers:", *found[:30]] if found else []


def told(answer: TestResponse) -> tuple[Any, ...]:
    """All of an answer that could tell anything."""
    headers = (answer.headers.get(name) for name in TELLING)
    return (answer.status_code, *headers, NOISE.sub("", text_of(answer)))


def text_of(answer: TestResponse) -> str:
    """What an answer says, that of a workbook too."""
    if answer.mimetype.startswith("image/"):
        return answer.data.hex()
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(
            book.read(name).decode("utf-8", "replace") for name in sorted(book.namelist()) if "docProps" not in name
        )


class Asking:
    """Asks either door as one role."""

    def __init__(self, blind: Blind, role: str) -> None:
        self.caller = blind.callers[role]
        self.person = blind.people[role]
        self.token = self.person.token()

    def api(self, asked: Asked) -> TestResponse:
        """The answer of the API."""
        return self.caller(asked.method, asked.path, asked.body, query_string=dict(asked.query))

    def page(self, asked: Asked) -> TestResponse:
        """The answer of the browser's door; a redirect to the same list is followed."""
        sent = {
            name: (io.BytesIO(value), "new.png") if isinstance(value, bytes) else value
            for name, value in (asked.form or {}).items()
        }
        form = None if asked.form is None else {"_csrf": self.token, **sent}
        return self.person.client.open(
            asked.path, method=asked.method, query_string=dict(asked.query), data=form, base_url=ORIGIN,
            follow_redirects=asked.method == "GET",
        )  # fmt: skip


def test_there_is_a_question_for_every_parameter() -> None:
    """A parameter of a new route that nobody has said the questions of would be a hole in the matrix."""
    unknown = {
        f"{surfaces.name_of(route)}: {one.name}"
        for route in filter(surfaces.reads, ROUTES)
        for one in route.params
        if one.name not in surfaces.ASKED and one.name not in surfaces.TELLS_NOTHING
    }
    assert not unknown, "Say in tests/security/surfaces.py what these are asked with."


def test_there_is_a_field_of_every_type(blind: Blind) -> None:
    held = {one.definition.type for spec in blind.snapshot.objects.values() for one in spec.fields.values()}
    assert held == set(FIELD_TYPES)
    hidden = {
        blind.snapshot.objects["thing"].fields[name].definition.type
        for role in ROLES
        for name in blind.hidden[role]["thing"]
    }
    assert hidden >= set(FIELD_TYPES) - {"record_id", "principal", "record_type", "master_detail"}


@pytest.mark.parametrize(("door", "role"), ASKED)
def test_what_is_hidden_changes_no_answer(blind: Blind, role: str, door: str) -> None:
    """Two states that differ only in hidden fields of shown rows, and in unseen rows and their number."""
    asking = Asking(blind, role)
    questions = [
        one
        for reader in readers(blind, role, door, whole=is_whole(blind, door))
        for one in (surfaces.api_questions(reader) if door == "api" else surfaces.page_questions(reader))
    ]
    ask = asking.api if door == "api" else asking.page
    found = compared(blind, role, lambda one: told(ask(one)), questions)
    assert not found, "\n".join(found)


def test_every_act_is_asked() -> None:
    """An address that writes and that nobody has said the questions of would be a hole in the matrix."""
    assert acts.Writing.api == {*acts.API, *(acts.OF_ONES_OWN | acts.OF_IMPORTS) & acts.Writing.api}
    assert acts.Writing.web == {*acts.WEB, *acts.OF_IMPORTS & acts.Writing.web}


@pytest.mark.parametrize(("door", "role"), ASKED)
def test_what_is_hidden_changes_no_act(blind: Blind, role: str, door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same two states, asked to change: nothing hidden decides, is told by a refusal, or stands in the answer.

    Asked of the objects with every type of field, which have no rule over what is hidden: what a package's own rule, a
    formula that overflows or a filter refuses follows from the values it reads, and its sentence is the package's.
    """
    asking = Asking(blind, role)
    questions = [
        one
        for reader in readers(blind, role, door, whole=False)
        if reader.spec.package == "things"
        for one in (acts.api_acts(reader) if door == "api" else acts.page_acts(reader))
    ]

    def ask(one: Asked) -> tuple[Any, ...]:
        with acts.nothing_kept(monkeypatch):
            answer = asking.api(one) if door == "api" else asking.page(one)
        after = told(asking.page(AFTER)) if door == "page" and answer.status_code == 303 else ()
        return tuple(acts.told_apart(part) if isinstance(part, str) else part for part in (*told(answer), *after))

    found = compared(blind, role, ask, questions)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", ROLES)
def test_an_import_tells_nothing_hidden(blind: Blind, role: str) -> None:
    """From the guess of its columns to its dry run: no hidden field is offered, no unseen record is matched."""
    spec, hidden = blind.snapshot.objects["thing"], blind.hidden[role]["thing"]
    stories = []
    for state in (0, 1):
        blind.turn(role, state)
        stories.append([acts.told_apart(str(one)) for one in imported(Asking(blind, role), spec, hidden)])
    assert not [difference((one,), (two,)) for one, two in zip(*stories, strict=True) if one != two]
    story = "\n".join(stories[0])
    assert not [word for word in CANARIES if word in story.replace(f"{MARKS[0]}2 name", "")]
    offered = {name for pair in re.findall(r"'field': '(\w+)'|value=\\?\"(\w+)\\?\"", story) for name in pair}
    assert not hidden & offered
    assert "'same': 1" in story


def imported(asking: Asking, spec: ObjectSpec, hidden: frozenset[str]) -> Iterator[Any]:
    """What is told on the way of an import whose file has a column for every field, hidden ones too."""
    call, told_ = asking.caller, {name for name in spec.fields if name not in hidden}
    headers = ["external_id", *(one.label for one in spec.fields.values() if not one.system)]
    lookup = next((name for name in ("a_lookup", "a_polymorphic_lookup") if name in told_), "external_id")
    rows = [["shown0"] + [""] * (len(headers) - 1), ["new", *(["open"] * (len(headers) - 1))]]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (headers, *rows))
    sent = call.post("/thing/imports", {"text": text}).json
    yield sent["columns"], sent["mapping"]
    columns = {"external_id": "external_id", spec.fields[lookup].label: lookup}
    mapping = {"import": "m", "object": "thing", "match": ["external_id"], "columns": columns}
    yield call("PATCH", f"/imports/{sent['id']}", {"mode": "upsert", "mapping": mapping}).json
    yield call.dry_run(sent["id"])
    for below in ("", "/errors", "/table"):
        yield call.get(f"/imports/{sent['id']}{below}").text
    for step in ("map", "options", "check", "run", "errors.csv"):
        yield told(asking.page(Asked("GET", f"/o/thing/import/{sent['id']}/{step}")))


def test_who_manages_sees_everything(blind: Blind) -> None:
    """All but restricted fields: so what lies below `manage` shows nobody a record that is hidden from them."""
    user = blind.here.user("boss", "admin")
    with blind.here.system() as work:
        boss = actor_of(work, user)
    for name, spec in blind.snapshot.objects.items():
        decision = decide(blind.snapshot, boss, name, Verb.READ)
        closed = frozenset(spec.fields) - decision.open
        assert decision.rule.everything
        assert all(spec.fields[one].definition.restricted or spec.fields[one].twin_of in closed for one in closed), name
    for role in ROLES:
        with pytest.raises(Denied):
            decide_management(blind.snapshot, replace(boss, roles=frozenset({role})))


@pytest.mark.proof
@pytest.mark.parametrize("role", ROLES)
def test_viewing_as_somebody_shows_what_they_see(blind: Blind, role: str) -> None:
    """Whoever looks as another sees a record of every kind, its lists, forms, history and files as that one does."""
    boss = House(blind.here, blind.web).person(f"viewer_{role}", "admin")
    assert boss.post("/setup/view-as", {"role": role, "back": "/"}).status_code == 303
    blind.turn(role, 0)
    found = []
    things = (spec for spec in blind.snapshot.objects.values() if spec.package == "things")
    for spec in things:
        for one in surfaces.page_questions(Reader(blind, role, spec)):
            if "/o/" in one.path and one.method == "GET" and "/import" not in one.path:
                answer = boss.client.open(one.path, query_string=dict(one.query), base_url=ORIGIN)
                found += [f"{one}: tells {word}" for word in CANARIES if word in without_echo(one, text_of(answer))]
                found += [f"{one}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert not found, "\n".join(found[:30])


@pytest.mark.parametrize(("door", "role"), ASKED)
def test_a_hidden_field_is_a_name_nobody_knows(blind: Blind, role: str, door: str) -> None:
    asking, found, count = Asking(blind, role), [], 0
    ask = asking.api if door == "api" else asking.page
    naming = surfaces.api_naming if door == "api" else surfaces.page_naming
    for reader in readers(blind, role, door, whole=EVERYTHING):
        for name in [*some(sorted(reader.hidden())), *reader.hidden_lists, *reader.hidden_beyond()]:
            unknown = ".".join((*name.split(".")[:-1], unheard_of(name)))
            written = name in reader.hidden()
            pairs = (naming(reader, each, written=written) for each in (name, unknown))
            for one, other in zip(*pairs, strict=True):
                first, second = (anonymous(told(ask(each)), name) for each in (one, other))
                count += 1
                if first != second:
                    found.append(f"{one}: \n    {difference(first, second)}")
    assert not found, f"{len(found)} of {count} answers:\n" + "\n".join(found[:30])


def some(names: list[str]) -> list[str]:
    """All of them where everything is asked, else every ninth, from another one on in each object."""
    return names if EVERYTHING else names[len(names) % 9 :: 9]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_described_names_no_hidden_field(blind: Blind, role: str) -> None:
    """Describe and OpenAPI tell of every object the fields one may see, for reading and for writing, and no other."""
    call, found = blind.callers[role], []
    schemas = call.get("/openapi.json").json["components"]["schemas"]
    for name, hidden in blind.hidden[role].items():
        fields = {one["name"] for one in call.get(f"/describe/{name}").json["fields"]}
        written = [set(one["properties"]) for key, one in schemas.items() if key in (name, f"{name}_new")]
        assert written, name
        found += [f"{name}.{one}" for one in sorted(hidden & fields.union(*written))]
    assert not found


def unheard_of(name: str) -> str:
    """A name no object has, as long as the last of these, since refusals tell the column."""
    return "q" * len(name.rpartition(".")[2])


def anonymous(answer: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    """An answer without the name that was asked for."""
    either = re.compile(rf"\b({unheard_of(name)}|{name.rpartition('.')[2]})\b")
    return tuple(either.sub("§", unquote_plus(one)) if isinstance(one, str) else one for one in answer)


def without_echo(asked: Asked, text: str) -> str:
    """An answer without the words that were asked for, which it may repeat."""
    body = asked.body if isinstance(asked.body, dict) else {}
    for word in (*asked.query.values(), *body.values(), *(asked.form or {}).values()):
        if isinstance(word, str) and word.startswith(CANARIES):
            text = text.replace(word, "")
    return text


def difference(first: tuple[Any, ...], second: tuple[Any, ...]) -> str:
    """Where two answers part."""
    for one, other in zip(first, second, strict=True):
        if one != other:
            if not isinstance(one, str) or not isinstance(other, str):
                return f"{one} | {other}"
            at = next(
                (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
            )
            return f"…{one[max(at - 150, 0) : at + 150]!r}\n    …{other[max(at - 150, 0) : at + 150]!r}"
    return ""
