"""The rows of the inference matrix that change something: every address that writes, asked without being kept.

An address is found in the maps of both doors. One that is neither asked here, nor an act on what is the caller's own,
nor for who manages the tenant (and so sees everything) fails the matrix. What an act would have changed is taken back,
so that all of them are asked of the same world; ids the platform made meanwhile are not told apart.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from formwork.access import Verb, decide
from formwork.api import ROUTES
from formwork.api.route import Right
from formwork.catalog import FieldSpec
from formwork.identity import actor_of
from formwork.storage import Work
from formwork.storage.store import TenantStore
from tests.api.test_routes import name_of
from tests.security.everything import FILES, PLAIN, file_id, id_of, sample
from tests.security.surfaces import Asked, Reader
from tests.support.pictures import png
from tests.web.test_routes import INVENTORY as PAGES

OF_ONES_OWN = frozenset(
    {
        "POST /keys", "DELETE /keys/<id>", "DELETE /me/sessions/<session>", "POST /files", "DELETE /files/<id>",
        "POST /<object>/import-mappings",
    }
)  # fmt: skip
"""Acts on the caller's keys, sessions, uploads and words, which no record stands behind."""
OF_IMPORTS = frozenset(
    {
        "POST /<object>/imports", "PATCH /imports/<id>", "POST /imports/<id>/check", "POST /imports/<id>/run",
        "POST /imports/<id>/stop", "POST /imports/<id>/undo", "POST /o/<object>/import",
        *(f"POST /o/<object>/import/<job>/{step}" for step in ("map", "mend", "options", "stop", "undo", "run")),
    }
)  # fmt: skip
"""Steps of an import, which is gone through as a whole."""
OPEN_PLACES = ("/setup/", "/studio/", "/security/", "/preferences")
"""Beginnings of pages that are for who manages the tenant, or about the visitor alone."""
ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b")
"""An id the platform has made; those of the matrix are of another version."""

Acts = Callable[[Reader], Iterator[Asked]]


class _NotKept(Exception):
    """Takes back what an act has written."""


@contextmanager
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answers are made as ever, and every unit of work is rolled back at its end."""
    opened = TenantStore.write_settled

    @contextmanager
    def write_settled(self: TenantStore, *given: Any, **named: Any) -> Iterator[Work]:
        try:
            with opened(self, *given, **named) as work:
                yield work
                raise _NotKept
        except _NotKept:
            return

    with monkeypatch.context() as patched:
        patched.setattr(TenantStore, "write_settled", write_settled)
        yield


def body_of(reader: Reader, row: int) -> dict[str, Any]:
    """A value of the row for everything the reader may set, as JSON; links of even rows lead where nobody may look."""
    writable = _writable(reader)
    held = {name: sample(one, row, PLAIN) for name, one in writable.items()}
    dumped = {name: writable[name].field_type.dump(value) for name, value in held.items() if value is not None}
    if reader.spec.master is not None and reader.spec.master.field in reader.spec.fields:
        dumped[reader.spec.master.field] = str(id_of(reader.spec.master.object, row % 2))
    return dumped


def _writable(reader: Reader) -> dict[str, FieldSpec]:
    """Fields the role may set when it changes a record; what holds files is set by acts of its own."""
    with reader.blind.here.system() as work:
        actor = actor_of(work, reader.blind.people[reader.role].user)
    may = decide(reader.snapshot, actor, reader.spec.name, Verb.EDIT).writable
    return {
        name: one for name, one in reader.spec.fields.items()
        if name in may and not one.system and one.definition.type not in FILES
    }  # fmt: skip


def _ids(reader: Reader) -> list[str]:
    """A shown record and one nobody may see."""
    return [str(id_of(reader.spec.name, row)) for row in (0, 2)]


def _creates(r: Reader) -> Iterator[Asked]:
    for body in ({}, body_of(r, 7), body_of(r, 8), {"external_id": "shown0"}):
        yield Asked("POST", f"/{r.spec.name}", body=body)


def _changes(r: Reader) -> Iterator[Asked]:
    for id in _ids(r):
        for body in (body_of(r, 1), body_of(r, 8), dict.fromkeys(body_of(r, 1)), {}):
            yield Asked("PATCH", f"/{r.spec.name}/{id}", body={**body, "version": 3})
        yield Asked("PATCH", f"/{r.spec.name}/{id}", body={**body_of(r, 7), "version": 1})


def _batches(r: Reader) -> Iterator[Asked]:
    path = f"/{r.spec.name}/batch"
    for mode in ("all", "each"):
        yield Asked("POST", path, body={"mode": mode, "update": [{"id": one, **body_of(r, 1)} for one in _ids(r)]})
        yield Asked("POST", path, body={"mode": mode, "create": [body_of(r, 7)], "delete": _ids(r)})


def _upserts(r: Reader) -> Iterator[Asked]:
    rows = [{"external_id": "shown0", **body_of(r, 1)}, {"external_id": "new", **body_of(r, 7)}]
    for row in rows:
        yield Asked("POST", f"/{r.spec.name}/upsert", body={"records": [row]})


def _puts(r: Reader) -> Iterator[Asked]:
    yield Asked("PUT", f"/{r.spec.name}/by/external_id/shown0", body=body_of(r, 1))


def _merges(r: Reader) -> Iterator[Asked]:
    """Two shown records are merged where no stored roll-up is seen, which would add up what nobody may see."""
    adds_up = any(one.rollup is not None and name not in r.hidden() for name, one in r.spec.fields.items())
    for body in ({}, {"set": body_of(r, 7)}):
        for winner, loser in ((0, 2), (2, 0)) if adds_up else ((0, 1), (0, 2), (2, 0)):
            path = f"/{r.spec.name}/{id_of(r.spec.name, winner)}/merge"
            yield Asked("POST", path, body={"losers": [str(id_of(r.spec.name, loser))], **body})


def _made(r: Reader, page: str = "") -> Iterator[Asked]:
    names = [name for name, one in r.snapshot.mappings.items() if one.from_object == r.spec.name]
    for name in names:
        for id in _ids(r):
            yield _act(page, f"/{r.spec.name}/{id}/{'make' if page else 'map'}/{name}")


def _converted(r: Reader, page: str = "") -> Iterator[Asked]:
    names = [name for name, one in r.snapshot.conversions.items() if one.from_object == r.spec.name]
    for name in names:
        for id in _ids(r):
            yield _act(page, f"/{r.spec.name}/{id}/convert/{name}")


def _act(page: str, path: str) -> Asked:
    return Asked("POST", f"{page}{path}", form={}) if page else Asked("POST", path)


def _gives(below: str) -> Acts:
    """Giving a record, and taking it back, by hand or in a team."""

    def asked(r: Reader) -> Iterator[Asked]:
        whom = str(id_of("user", 1))
        for id in _ids(r):
            body = {"principal": whom, "level": "read", **({"part": "p"} if below == "team" else {})}
            yield Asked("POST", f"/{r.spec.name}/{id}/{below}", body=body)
            for row in (0, 2):
                yield Asked("DELETE", f"/{r.spec.name}/{id}/{below}/{id_of(f'{r.spec.name} {below}', row)}")

    return asked


def _each(method: str, below: str) -> Acts:
    def asked(r: Reader) -> Iterator[Asked]:
        for row in (0, 1, 2):
            yield Asked(method, f"/{r.spec.name}/{id_of(r.spec.name, row)}{below}")

    return asked


def _forgets(r: Reader) -> Iterator[Asked]:
    for name in r.files:
        for row, variant in ((0, PLAIN), (2, 0), (2, 1)):
            file = file_id(r.spec.fields[name], row, variant)
            yield Asked("DELETE", f"/{r.spec.name}/{id_of(r.spec.name, row)}/versions", {"field": name, "file": file})


def _nothing(_: Reader) -> Iterator[Asked]:
    yield from ()


API: dict[str, Acts] = {
    "POST /<object>": _creates, "PATCH /<object>/<id>": _changes, "DELETE /<object>/<id>": _each("DELETE", ""),
    "POST /<object>/<id>/restore": _each("POST", "/restore"), "POST /<object>/batch": _batches,
    "POST /<object>/upsert": _upserts, "PUT /<object>/by/<match>/<path:value>": _puts,
    "POST /<object>/<id>/merge": _merges, "POST /<object>/<id>/convert/<conversion>": _converted,
    "POST /<object>/<id>/map/<mapping>": _made, "POST /<object>/<id>/shares": _gives("shares"),
    "DELETE /<object>/<id>/shares/<share>": _nothing, "POST /<object>/<id>/team": _gives("team"),
    "DELETE /<object>/<id>/team/<member>": _nothing, "DELETE /<object>/<id>/versions": _forgets,
}  # fmt: skip
"""What each address of the API that writes is asked; taking a share back is asked with giving one."""


def _form(r: Reader, row: int) -> dict[str, str]:
    """What a page's form would send of the plain fields."""
    return {name: value for name, value in body_of(r, row).items() if isinstance(value, str)}


def _posted(below: str, *forms: Callable[[Reader], dict[str, Any]]) -> Acts:
    def asked(r: Reader) -> Iterator[Asked]:
        for id in _ids(r):
            for form in forms:
                yield Asked("POST", f"/o/{r.spec.name}/{id}{below}", form=form(r))

    return asked


def _listed(below: str, *forms: Callable[[Reader], dict[str, Any]], query: bool = False) -> Acts:
    def asked(r: Reader) -> Iterator[Asked]:
        for form in forms:
            sent = {} if query else form(r)
            yield Asked("POST", f"/o/{r.spec.name}{below}", form(r) if query else {}, form=sent)

    return asked


def _uploads(r: Reader) -> Iterator[Asked]:
    for name in r.files:
        yield Asked("POST", f"/o/{r.spec.name}/files", {"field": name, "as": name}, form={"file": png()})


WEB: dict[str, Acts] = {
    "POST /o/<object>/<id>/convert/<conversion>": lambda r: _converted(r, "/o"),
    "POST /o/<object>/<id>/make/<mapping>": lambda r: _made(r, "/o"),
    "POST /o/<object>/<id>/delete": _posted("/delete", lambda _: {}),
    "POST /o/<object>/<id>/edit": _posted(
        "/edit", lambda r: {**_form(r, 7), "_version": "3"}, lambda r: {**_form(r, 7), "_version": "1"},
        lambda _: {"_version": "3"},
    ),
    "POST /o/<object>/<id>/form": _posted(
        "/form", lambda _: {"_version": "3"}, lambda r: {**_form(r, 7), "_version": "3"}
    ),
    "POST /o/<object>/form": _listed("/form", lambda _: {}, lambda r: _form(r, 7)),
    "POST /o/<object>/new": _listed("/new", lambda _: {}, lambda r: _form(r, 7)),
    "POST /o/<object>/delete": _listed("/delete", lambda r: {"id": _ids(r)}, lambda r: {"id": _ids(r)[:1]}),
    "POST /o/<object>/restore": _listed(
        "/restore", lambda r: {"id": _ids(r)[0]}, lambda r: {"id": _ids(r)[1]}, query=True
    ),
    "POST /o/<object>/export": _listed("/export", lambda r: {"id": _ids(r), "format": "csv"}),
    "POST /o/<object>/files": _uploads,
    "POST /o/<object>/<id>/share": _posted(
        "/share", lambda _: {"principal": str(id_of("user", 1)), "level": "read"},
        *(lambda _, word=word: {"principal:title": word, "level": "read"} for word in ("zqxa1", "open1")),
    ),
    "POST /o/<object>/<id>/share/<share>/remove": _posted(
        f"/share/{id_of('user', 1)}/remove", lambda _: {"cause": "hand"}
    ),
}  # fmt: skip
"""What each page that takes a form is sent."""


class Writing:
    """The addresses that write, but for those of who manages the tenant."""

    api: ClassVar[set[str]] = {
        name_of(one)
        for one in ROUTES
        if one.method != "GET" and one.right in (Right.SIGNED_IN, Right.BY_VERB) and one.writes
    } | {name_of(one) for one in ROUTES if one.method != "GET" and "/imports" in one.path}
    web: ClassVar[set[str]] = {
        name for name, row in PAGES.items()
        if name.startswith("POST ") and not row.public and not name.removeprefix("POST ").startswith(OPEN_PLACES)
    }  # fmt: skip


def api_acts(reader: Reader) -> Iterator[Asked]:
    """Every act of the API on one object."""
    for asked in API.values():
        yield from asked(reader)


def page_acts(reader: Reader) -> Iterator[Asked]:
    """Every form of the browser's door on one object."""
    for asked in WEB.values():
        yield from asked(reader)


def told_apart(text: str) -> str:
    """An answer without the ids that were made for it."""
    return ID.sub("<made>", text)
