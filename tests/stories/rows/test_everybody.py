"""Property: the records anybody lists, gets, counts, exports and finds are those a plain reading of the rights gives.

Firms are drawn at random. What each person reaches through every door of `records` and `transfer` is compared with
the set `Reference` computes in plain Python, and so is what they may edit and delete.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeAlias
from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formwork.access import Verb, decide
from formwork.catalog import Query, RestrictedQuery
from formwork.identity import actor_of
from formwork.kernel import Denied, NotFound, new_id
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    aggregate,
    count_records,
    delete,
    get_record,
    list_records,
    suggest,
    update,
)
from formwork.records.references import visible_ids
from formwork.storage import Work, read
from formwork.storage.compile.shape import SCAN, Plan, Shape, has_shapes
from formwork.transfer.export import Format, export_records
from tests.stories.rows.draw import WORD, draw_world
from tests.stories.rows.reference import Reference
from tests.stories.rows.store import FIRM, Stored, snapshot_of
from tests.stories.rows.world import FIELDS, OBJECTS, SEARCHED, Key
from tests.support.databases import Database
from tests.support.seeds import scaled
from tests.support.tenants import Installation, installed

KEY = b"k" * 32
GUARD = 9
"""Rows a guarded scan looks at: more than a page has, less than there are."""
ASKING = 5
"""How many people of each firm are asked, the first of them from the top of the levels."""
SORTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "job": ((), ("title",), ("-amount",), ("weight", "-title"), ("site.name",), ("created_at",)),
    "site": ((), ("name",), ("-region",)),
    "site_helper": ((), ("until",)),
    "job_line": ((), ("-amount",), ("job.title",)),
}
Found: TypeAlias = set[Key] | int | None


class _Undo(Exception):
    """Leaves a savepoint, so that nothing of it stays."""


@dataclass(frozen=True)
class Asking:
    """One person before the doors, and what the plain reading of their rights says."""

    work: Work
    stored: Stored
    reference: Reference
    draw: Random

    def everything(self, object: str) -> None:
        """Ask every way there is for the records of an object; raises AssertionError where one differs."""
        wanted = self.reference.rows(object) if self.reference.may(object, "read") else None
        for way, ask in self._ways(object).items():
            answer = self._answer(ask)
            expected: Found = len(wanted) if isinstance(answer, int) and wanted is not None else wanted
            assert answer == expected, (way, object)
        self._search(object)
        self._narrowed(object)
        self._export(object)
        self._changes(object)

    def _answer(self, ask: Callable[[], Any]) -> Found:
        try:
            found = ask()
        except Denied:
            return None
        return self.stored.keys(set(found)) if not isinstance(found, int) else found

    def _ways(self, object: str) -> dict[str, Callable[[], Any]]:
        question = ListRequest(object, ("id",), limit=100)
        ids = [self.stored.ids[row.key] for row in self.stored.world.rows.values() if row.object == object]
        sorts = [sort for sort in SORTS[object] if self._may_sort(object, sort)]
        return {
            "get": lambda: list(self._got(object, ids)),
            "count": lambda: count_records(self.work, question),
            "aggregate": lambda: aggregate(self.work, AggregateRequest(object))[0]["count"],
            "suggest": lambda: self._suggested(object),
            "asked by id": lambda: visible_ids(self._allowed(object), object, ids),
            **{
                f"list by {sort}": (lambda sort=sort: self._listed(replace(question, sort=sort, limit=7)))
                for sort in self.draw.sample(sorts, min(2, len(sorts)))
            },
            "list": lambda: self._listed(question),
        }  # fmt: skip

    def _may_sort(self, object: str, sort: Sequence[str]) -> bool:
        for key in sort:
            name, _, further = key.removeprefix("-").partition(".")
            target = {"site": "site", "job": "job"}.get(name)
            if name in FIELDS[object] and name not in self.reference.readable(object):
                return False
            if target and not (self.reference.may(target, "read") and further in self.reference.readable(target)):
                return False
        return True

    def _allowed(self, object: str) -> Work:
        decide(self.work.snapshot, self.work.context.actor, object, Verb.READ).require()
        return self.work

    def _listed(self, request: ListRequest) -> Iterator[UUID]:
        """Every row of every page, in two directions; what a page repeats or leaves out shows."""
        ids: list[UUID] = []
        cursor = None
        while True:
            page = list_records(self.work, replace(request, cursor=cursor), KEY)
            ids += [UUID(row["id"]) for row in page.records]
            if page.next is None:
                break
            cursor = page.next
        assert len(ids) == len(set(ids)), request
        if page.previous is not None:
            before = list_records(self.work, replace(request, cursor=page.previous), KEY)
            last = len(page.records)
            assert [UUID(row["id"]) for row in before.records] == ids[-last - request.limit : -last], request
        return iter(ids)

    def _got(self, object: str, ids: Sequence[UUID]) -> Iterator[UUID]:
        fields = FIELDS[object]
        readable = self._readable(object)
        for id in (new_id(), *ids):
            with suppress(NotFound):
                row = get_record(self.work, object, id)
                assert set(fields) & set(row) == readable, (object, row)
                yield id

    def _readable(self, object: str) -> set[str]:
        return self.reference.readable(object)

    def _suggested(self, object: str) -> int:
        found = suggest(self.work, object, "", limit=20)
        every = {UUID(row["id"]) for row in found}
        wanted = self.reference.rows(object)
        assert self.stored.keys(every) <= wanted, object
        return len(wanted) if len(every) == min(20, len(wanted)) else len(every)

    def _search(self, object: str) -> None:
        readable = [name for name in SEARCHED[object] if name in self._readable(object)]
        if not self.reference.may(object, "read") or not readable:
            return
        rows = self.stored.world.rows
        wanted = {
            key
            for key in self.reference.rows(object)
            if any(WORD in (rows[key].values[name] or "") for name in readable)
        }
        request = ListRequest(object, ("id",), search=WORD.upper(), limit=100)
        assert self.stored.keys(set(self._listed(request))) == wanted, ("search", object)

    def _narrowed(self, object: str) -> None:
        """A filter of the reader's own looks at what they see, through links too."""
        if object != "job" or not self.reference.may("job", "read"):
            return
        rows, readable = self.stored.world.rows, self._readable("job")
        seen = self.reference.rows("job")
        if "urgent" in readable:
            wanted = {key for key in seen if rows[key].values["urgent"]}
            request = ListRequest("job", ("id",), ("urgent",), limit=5)
            assert self.stored.keys(set(self._listed(request))) == wanted, "filter"
            assert count_records(self.work, request) == len(wanted), "count of a filter"
        if "site" in readable and self.reference.may("site", "read") and "region" in self._readable("site"):
            sites = self.reference.rows("site")
            wanted = {
                key for key in seen
                if (site := rows[key].values["site"]) in sites and rows[site].values["region"] == "north"
            }  # fmt: skip
            request = ListRequest("job", ("id",), ("site.region = 'north'",), limit=100)
            assert self.stored.keys(set(self._listed(request))) == wanted, "filter through a link"

    def _export(self, object: str) -> None:
        def exported() -> set[UUID]:
            pieces = b"".join(export_records(self.work, ListRequest(object, ("id",)), Format.CSV))
            return {UUID(row[0]) for row in list(csv.reader(io.StringIO(pieces.decode("utf-8-sig"))))[1:]}

        may = self.reference.may(object, "read") and self.reference.may(object, "export")
        wanted = self.reference.rows(object, "export") if may else None
        assert self._answer(exported) == wanted, ("export", object)

    def _changes(self, object: str) -> None:
        """Which records may be edited and deleted: of all by their reach, of one each by doing it."""
        ids = {row.key: self.stored.ids[row.key] for row in self.stored.world.rows.values() if row.object == object}
        seen = self.reference.rows(object) if self.reference.may(object, "read") else set()
        for name, verb in (("edit", Verb.EDIT), ("delete", Verb.DELETE)):
            wanted = self.reference.rows(object, name) if self.reference.may(object, name) and seen else set()
            reach = visible_ids(self.work, object, ids.values()) & visible_ids(self.work, object, ids.values(), verb)
            assert self.stored.keys(reach) == wanted, (name, object)
            for chosen in (sorted(wanted), sorted(ids.keys() - wanted)):
                if chosen:
                    key = self.draw.choice(chosen)
                    assert self._does(object, ids[key], verb) == (key in wanted), (name, key)

    def _does(self, object: str, id: UUID, verb: Verb) -> bool:
        with suppress(_Undo), self.work.savepoint():
            try:
                if verb is Verb.DELETE:
                    delete(self.work, object, [id])
                else:
                    update(self.work, object, [Change(id, {})])
            except (NotFound, Denied):
                return False
            raise _Undo
        return True


@pytest.fixture(scope="module")
def home(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("firm"), FIRM) as found:
        yield found


@settings(max_examples=scaled(3), phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("shape", [Shape.SCAN, Shape.GATHER, Shape.GUARDED])
def test_what_everybody_reaches_is_what_the_rights_say(home: Installation, shape: Shape, seed: int) -> None:
    draw = Random(seed)
    with forced(shape), suppress(_Undo), home.system() as opened:
        world = draw_world(draw, opened.context.now)
        work = opened.with_snapshot(snapshot_of(world))
        stored = Stored(work, world)
        head, *others = world.people
        for key in (head, *draw.sample(others, ASKING - 1)):
            ask_as(work, stored, key, draw)
        raise _Undo


@contextmanager
def forced(shape: Shape) -> Iterator[None]:
    """Lists and counts take one shape wherever they could; a guarded scan is cut so short that the gather follows."""

    def plan(work: Work, restricted: RestrictedQuery, *, counting: bool = False) -> Plan:
        query = restricted.query
        assert isinstance(query, Query)
        guarded = shape is Shape.GUARDED
        if not has_shapes(query, restricted.rules.get(query.object)) or (guarded and (counting or query.sort)):
            return SCAN
        return Plan(shape, GUARD)

    with patch.object(read, "_plan", plan):
        yield


def ask_as(work: Work, stored: Stored, key: Key, draw: Random) -> None:
    """Everything one person asks."""
    person = stored.world.people[key]
    own = work.acting_as(actor_of(work, stored.ids[key]))
    asking = Asking(own, stored, Reference(stored.world, person), draw)
    for object in OBJECTS:
        asking.everything(object)
