"""Property: whatever is written, in whatever order, every stored derived value is what it would be if computed now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from formwork.kernel import Conflict, Invalid, NotFound
from formwork.records import Change, create, delete, merge, restore, update
from formwork.storage import Work
from formwork.storage.upkeep.doctor import examine_values
from tests.support.databases import Database
from tests.support.seeds import scaled
from tests.support.tenants import LIBRARY, Installation, installed

FOUND_AS_IT_IS = (Phase.explicit, Phase.generate)
"""Ten steps are read sooner than a shorter story is found: each try of the shrinker is ten transactions."""
PLACE = st.integers(0, 3)
ITEMS = st.lists(st.tuples(PLACE, st.integers(1, 5)), max_size=3)
RATE = st.sampled_from(["0", "0.15", "0.333333", None])
STEPS = st.one_of(
    st.tuples(st.just("lend"), PLACE, st.integers(1, 30), RATE, ITEMS),
    st.tuples(st.just("change"), PLACE, st.fixed_dictionaries({}, optional={"days": st.integers(1, 60), "rate": RATE})),
    st.tuples(st.just("hand_over"), PLACE, PLACE),
    st.tuples(st.just("guide"), PLACE, PLACE),
    st.tuples(st.just("state"), PLACE, st.sampled_from(["open", "overdue", "closed"])),
    st.tuples(st.just("add_items"), PLACE, ITEMS),
    st.tuples(st.just("change_item"), PLACE, PLACE, st.integers(1, 9)),
    st.tuples(st.just("drop_item"), PLACE, PLACE),
    st.tuples(st.just("credit"), PLACE, st.sampled_from(["0", "50", "900.55"])),
    st.tuples(st.just("remove"), st.sampled_from(["reader", "loan"]), PLACE),
    st.tuples(st.just("bring_back"), st.sampled_from(["reader", "loan"]), PLACE),
    st.tuples(st.just("merge_readers"), PLACE, PLACE),
)


@dataclass
class Desk:
    """Acts out the steps, remembering the records made; each record exists once, dead or alive."""

    home: Installation
    records: dict[str, list[UUID]] = field(default_factory=dict)
    items: dict[UUID, list[UUID]] = field(default_factory=dict)

    def act(self, step: tuple[Any, ...]) -> None:
        """One step in one transaction; a refusal undoes all of it."""
        name, *arguments = step
        try:
            with self.home.system() as work:
                getattr(self, name)(work, *arguments)
        except (Invalid, Conflict, NotFound):
            return

    def open(self) -> None:
        """What every run begins with."""
        with self.home.system() as work:
            readers = [{"name": f"R{n}", "credit": "900", "member": True} for n in range(4)]
            books = [{"title": f"B{n}", "daily_fee": fee} for n, fee in enumerate(("0", "0.35", "1", "2.49"))]
            self.records = {
                "reader": [saved.id for saved in create(work, "reader", readers)],
                "book": [saved.id for saved in create(work, "book", books)],
                "loan": [],
            }

    def pick(self, object: str, place: int) -> UUID:
        """The record at a place, counted round; NotFound when there is none yet."""
        found = self.records[object]
        if not found:
            raise NotFound("none yet")
        return found[place % len(found)]

    def item(self, loan: UUID, place: int) -> str:
        """The id of an item of a loan."""
        found = self.items.get(loan) or []
        if not found:
            raise NotFound("no items")
        return str(found[place % len(found)])

    def bodies(self, items: list[tuple[int, int]]) -> list[dict[str, Any]]:
        """Items as they are sent."""
        return [{"book": str(self.pick("book", book)), "copies": copies} for book, copies in items]

    def lend(self, work: Work, reader: int, days: int, rate: str | None, items: list[tuple[int, int]]) -> None:
        body = {"reader": str(self.pick("reader", reader)), "days": days, "rate": rate, "items": self.bodies(items)}
        [saved] = create(work, "loan", [body])
        self.records["loan"].append(saved.id)
        self.items[saved.id] = list(saved.details["items"])

    def change(self, work: Work, loan: int, body: dict[str, Any]) -> None:
        update(work, "loan", [Change(self.pick("loan", loan), body)])

    def hand_over(self, work: Work, loan: int, reader: int) -> None:
        update(work, "loan", [Change(self.pick("loan", loan), {"reader": str(self.pick("reader", reader))})])

    def guide(self, work: Work, loan: int, reader: int) -> None:
        update(work, "loan", [Change(self.pick("loan", loan), {"guide": str(self.pick("reader", reader))})])

    def state(self, work: Work, loan: int, status: str) -> None:
        update(work, "loan", [Change(self.pick("loan", loan), {"status": status, "closed_note": "done"})])

    def add_items(self, work: Work, loan: int, items: list[tuple[int, int]]) -> None:
        id = self.pick("loan", loan)
        [saved] = update(work, "loan", [Change(id, {"items": self.bodies(items)})])
        self.items[id] += saved.details["items"]

    def change_item(self, work: Work, loan: int, place: int, copies: int) -> None:
        id = self.pick("loan", loan)
        update(work, "loan", [Change(id, {"items": [{"id": self.item(id, place), "copies": copies}]})])

    def drop_item(self, work: Work, loan: int, place: int) -> None:
        id = self.pick("loan", loan)
        update(work, "loan", [Change(id, {"items": [{"id": self.item(id, place), "_delete": True}]})])

    def credit(self, work: Work, reader: int, amount: str) -> None:
        update(work, "reader", [Change(self.pick("reader", reader), {"credit": amount})])

    def remove(self, work: Work, object: str, place: int) -> None:
        delete(work, object, [self.pick(object, place)])

    def bring_back(self, work: Work, object: str, place: int) -> None:
        restore(work, object, [self.pick(object, place)])

    def merge_readers(self, work: Work, winner: int, loser: int) -> None:
        merge(work, "reader", self.pick("reader", winner), [self.pick("reader", loser)], {})


@pytest.fixture(scope="module")
def home(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(shared_database, tmp_path_factory.mktemp("closure"), LIBRARY) as here:
        yield here


@settings(max_examples=scaled(12), phases=FOUND_AS_IT_IS)
@given(steps=st.lists(STEPS, min_size=4, max_size=10))
def test_derived_values_are_never_out_of_date(home: Installation, steps: list[tuple[Any, ...]]) -> None:
    desk = Desk(home)
    desk.open()
    for step in steps:
        desk.act(step)
    with home.runtime.system_read("main", "test") as work:
        assert examine_values(work) == []
