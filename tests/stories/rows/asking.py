"""One person before the doors of `records` and `transfer`: what each answers, held to a plain reading of the rights."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any, TypeAlias
from uuid import UUID

from formwork.access import Verb, decide
from formwork.kernel import Denied, Invalid, NotFound, new_id
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    MeasureRequest,
    aggregate,
    count_records,
    delete,
    get_record,
    list_records,
    suggest,
    update,
)
from formwork.records.references import visible_ids
from formwork.storage import Work
from formwork.transfer.export import Format, export_records
from tests.stories.rows.draw import WORD
from tests.stories.rows.questions import FILTERS
from tests.stories.rows.reference import Reference
from tests.stories.rows.store import Stored
from tests.stories.rows.world import FIELDS, LINKS, SEARCHED, TYPES, Key, Row

KEY = b"k" * 32
GETS = 12
"""How many records of an object are asked for one by one."""
SORTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "job": (("title",), ("-amount",), ("weight", "-title"), ("site.name",), ("-secret",), ("created_at",)),
    "site": (("name",), ("-name",)),
    "site_helper": (("until",),),
    "job_line": (("-amount",), ("job.title",)),
    "visit": (("job.amount",), ("-job.site.name",)),
}
_WRITTEN = {"job": "title", "site": "name", "job_line": "text", "site_helper": "part", "visit": "note"}
"""A text of each object that no rule reads."""
Found: TypeAlias = set[Key] | int | None


class Undo(Exception):
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
        if wanted is not None:
            self._get(object)
            self._search(object)
            self._sorted(object)
            self._narrowed(object)
            self._grouped(object)
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
        ids = list(self._ids(object).values())
        return {
            "count": lambda: count_records(self.work, question),
            "aggregate": lambda: aggregate(self.work, AggregateRequest(object))[0]["count"],
            "suggest": lambda: self._suggested(object),
            "asked by id": lambda: visible_ids(self._allowed(object), object, ids),
            "list": lambda: self._listed(question),
        }

    def _ids(self, object: str) -> dict[Key, UUID]:
        return {row.key: self.stored.ids[row.key] for row in self.stored.world.rows.values() if row.object == object}

    def _row(self, key: Key) -> Row:
        return self.stored.world.rows[key]

    def _allowed(self, object: str) -> Work:
        decide(self.work.snapshot, self.work.context.actor, object, Verb.READ).require()
        return self.work

    def _listed(self, request: ListRequest) -> list[UUID]:
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
        return ids

    def _suggested(self, object: str) -> int:
        found = suggest(self.work, object, "", limit=20)
        every = {UUID(row["id"]) for row in found}
        wanted = self.reference.rows(object)
        assert self.stored.keys(every) <= wanted, object
        return len(wanted) if len(every) == min(20, len(wanted)) else len(every)

    def _get(self, object: str) -> None:
        """Single records, with the values that are open on them."""
        readable = self.reference.readable(object)
        ids = self._ids(object)
        for key in ("", *self.draw.sample(sorted(ids), min(GETS, len(ids)))):
            try:
                found = get_record(self.work, object, ids.get(key, new_id()))
            except NotFound:
                assert key not in self.reference.rows(object), key
                continue
            assert key in self.reference.rows(object), key
            assert set(FIELDS[object]) & set(found) == readable, key
            for name in readable:
                shown = self.reference.shown(self._row(key), name)
                assert self._plain(found[name]) == self._plain(shown), (key, name, found)

    def _plain(self, value: Any) -> Any:
        """A value as JSON and CSV have it, comparable: blank and no are one, keys are ids, figures are numbers."""
        if value is None or value is False or value == "":
            return None
        text = str(self.stored.ids.get(value, value) if isinstance(value, str) else value)
        try:
            return Decimal(text)
        except ArithmeticError:
            return text

    def _search(self, object: str) -> None:
        names = [name for name in SEARCHED[object] if name in self.reference.readable(object)]
        if names:
            wanted = {
                key for key in self.reference.rows(object)
                if any(WORD in (self.reference.shown(self._row(key), name) or "") for name in names)
            }  # fmt: skip
            request = ListRequest(object, ("id",), search=WORD.upper(), limit=100)
            assert self.stored.keys(set(self._listed(request))) == wanted, ("search", object)

    def _sorted(self, object: str) -> None:
        """Lists in an order have the same records, in the order of what the reader sees of them; blanks come last."""
        sorts = [sort for sort in SORTS[object] if all(self._may_follow(object, key) for key in sort)]
        for sort in self.draw.sample(sorts, min(2, len(sorts))):
            keys = {id: key for key, id in self.stored.ids.items()}
            found = [keys[id] for id in self._listed(ListRequest(object, ("id",), sort=sort, limit=7))]
            assert set(found) == self.reference.rows(object), (sort, object)
            first = sort[0]
            if first != "created_at":
                shown = [self._followed(self._row(key), first.removeprefix("-")) for key in found]
                there = [value for value in shown if value is not None]
                assert shown[: len(there)] == sorted(there, reverse=first.startswith("-")), (sort, object)

    def _may_follow(self, object: str, key: str) -> bool:
        name, _, further = key.removeprefix("-").partition(".")
        if name in FIELDS[object] and name not in self.reference.readable(object):
            return False
        target = LINKS[name] if further else ""
        return not further or (self.reference.may(target, "read") and self._may_follow(target, further))

    def _followed(self, row: Row, path: str) -> Any:
        name, _, further = path.partition(".")
        if not further:
            return self.reference.shown(row, name)
        target = self.reference.linked(row, name)
        return None if target is None else self._followed(target, further)

    def _narrowed(self, object: str) -> None:
        """A filter of the reader's own looks at what they see, through links and lists too."""
        asked = FILTERS.get(object, {})
        may = [
            text for text, (needs, _) in asked.items()
            if all(self.reference.may(whose, "read") and self._may_follow(whose, name) for whose, name in needs)
        ]  # fmt: skip
        for text in self.draw.sample(may, min(3, len(may))):
            holds = asked[text][1]
            wanted = {key for key in self.reference.rows(object) if holds(self.reference, self._row(key))}
            request = ListRequest(object, ("id",), (text,), limit=100)
            assert self.stored.keys(set(self._listed(request))) == wanted, (text, object)
        if may:
            assert count_records(self.work, request) == len(wanted), text

    def _grouped(self, object: str) -> None:
        if object != "job" or not {"status", "amount"} <= self.reference.readable(object):
            return
        rows = [self._row(key) for key in self.reference.rows(object)]
        wanted, sums = Counter[str | None](), Counter[str | None]()
        for row in rows:
            status = self.reference.shown(row, "status")
            wanted[status] += 1
            sums[status] += self.reference.shown(row, "amount") or 0
        measures = (MeasureRequest("count", "count"), MeasureRequest("sum", "sum", "amount"))
        found = aggregate(self.work, AggregateRequest(object, ("status",), measures))
        assert {row["status"]: row["count"] for row in found} == wanted, "groups"
        assert {row["status"]: Decimal(row["sum"] or 0) for row in found} == sums, "sums"

    def _export(self, object: str) -> None:
        readable = self.reference.readable(object)
        fields = tuple(name for name in ("title", "amount", "secret", "name", "text", "note") if name in readable)
        found: list[list[str]] = []

        def exported() -> set[UUID]:
            pieces = b"".join(export_records(self.work, ListRequest(object, ("id", *fields)), Format.CSV))
            found.extend(list(csv.reader(io.StringIO(pieces.decode("utf-8-sig"))))[1:])
            return {UUID(row[0]) for row in found}

        may = self.reference.may(object, "read") and self.reference.may(object, "export")
        wanted = self.reference.rows(object, "export") if may else None
        assert self._answer(exported) == wanted, ("export", object)
        keys = {id: key for key, id in self.stored.ids.items()}
        for id, *values in found:
            row = self._row(keys[UUID(id)])
            shown = [self._plain(self.reference.shown(row, name)) for name in fields]
            assert [self._plain(value) for value in values] == shown, (row.key, fields)

    def _changes(self, object: str) -> None:
        """Which records may be edited and deleted: of all by their reach, of one each by doing it."""
        ids = self._ids(object)
        seen = self.reference.rows(object) if self.reference.may(object, "read") else set()
        for name, verb in (("edit", Verb.EDIT), ("delete", Verb.DELETE)):
            wanted = self.reference.rows(object, name) if self.reference.may(object, name) and seen else set()
            reach = visible_ids(self.work, object, ids.values()) & visible_ids(self.work, object, ids.values(), verb)
            assert self.stored.keys(reach) == wanted, (name, object)
            for chosen in (sorted(wanted), sorted(ids.keys() - wanted)):
                if chosen:
                    key = self.draw.choice(chosen)
                    assert self._does(object, ids[key], verb, {}) == (key in wanted), (name, key)
            if verb is Verb.EDIT and wanted:
                self._write(object, self.draw.choice(sorted(wanted)))

    def _write(self, object: str, key: Key) -> None:
        """One field of a record, and its type where it has one."""
        row, name = self._row(key), _WRITTEN[object]
        may = self.reference.level(object, name, row.type) == "edit"
        assert self._does(object, self.stored.ids[key], Verb.EDIT, {name: "Other"}) == may, (name, key)
        if row.type is not None:
            to = self.draw.choice([code for code in TYPES[object] if code != row.type])
            may = self.reference.retypes(row, to)
            assert self._does(object, self.stored.ids[key], Verb.EDIT, {"record_type": to}) == may, (to, key)

    def _does(self, object: str, id: UUID, verb: Verb, body: dict[str, Any]) -> bool:
        """Whether it is let happen; taken back either way, since a row may be refused after it was written."""
        done = False
        with suppress(Undo), self.work.savepoint():
            with suppress(NotFound, Denied, Invalid):
                if verb is Verb.DELETE:
                    delete(self.work, object, [id])
                else:
                    update(self.work, object, [Change(id, body)])
                done = True
            raise Undo
        return done
