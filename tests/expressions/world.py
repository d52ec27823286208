"""A small world for expressions: loans with lines, readers and branches, held in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from formwork.expressions import Environment, FieldHandle, ListHandle, OptionHandle
from formwork.expressions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    INTEGER,
    MONEY,
    OPAQUE,
    PARTS,
    PERCENT,
    TEXT,
    TIME,
    Type,
    list_of,
    number,
    record,
    select,
)
from formwork.kernel import Actor

STATUS = ("new", "open", "closed")
TOPICS = ("art", "law", "sea")
_STATUS_OPTIONS = (
    OptionHandle("new", "New", (("category", "begun"), ("weight", Decimal("0.1")), ("current", True))),
    OptionHandle("open", "Open", (("category", "begun"), ("weight", Decimal("0.5")), ("current", True))),
    OptionHandle("closed", "Closed", (("category", "ended"), ("weight", Decimal(1)))),
)


def _handle(name: str, kind: Type, **more: Any) -> FieldHandle:
    return FieldHandle(name, kind, **more)


ADDRESS_PARTS = (("street", TEXT), ("city", TEXT))
FIELDS: Mapping[str, tuple[FieldHandle, ...]] = {
    "loan": (
        _handle("id", record("loan")),
        _handle("title", TEXT),
        _handle("note", TEXT),
        _handle("status", select(STATUS), options=_STATUS_OPTIONS),
        _handle("total", MONEY),
        _handle("fee", MONEY),
        _handle("discount", PERCENT),
        _handle("pages", INTEGER),
        _handle("weight", number(3)),
        _handle("begun_on", DATE),
        _handle("due_on", DATE),
        _handle("taken_at", DATETIME),
        _handle("back_at", DATETIME),
        _handle("opens", TIME),
        _handle("length", DURATION),
        _handle("active", BOOLEAN),
        _handle("reader", record("reader")),
        _handle("owner", record("user")),
        _handle("about", record("reader", "branch")),
        _handle("address", PARTS, parts=ADDRESS_PARTS),
        _handle("topics", list_of(select(TOPICS)), options=tuple(OptionHandle(code, code) for code in TOPICS)),
        _handle("photo", OPAQUE),
    ),
    "line": (
        _handle("id", record("line")),
        _handle("loan", record("loan")),
        _handle("name", TEXT),
        _handle("quantity", number(3)),
        _handle("amount", MONEY),
        _handle("returned_on", DATE),
        _handle("active", BOOLEAN),
        _handle("branch", record("branch")),
    ),
    "reader": (
        _handle("id", record("reader")),
        _handle("name", TEXT),
        _handle("points", INTEGER),
        _handle("joined_on", DATE),
        _handle("active", BOOLEAN),
        _handle("branch", record("branch")),
    ),
    "branch": (
        _handle("id", record("branch")),
        _handle("name", TEXT),
        _handle("budget", MONEY),
        _handle("parent", record("branch")),
    ),
    "user": (_handle("id", record("user")), _handle("name", TEXT)),
}
LISTS: Mapping[str, tuple[ListHandle, ...]] = {
    "loan": (ListHandle("lines", "line"),),
    "reader": (ListHandle("loans", "loan"),),
    "branch": (ListHandle("readers", "reader"),),
    "line": (),
    "user": (),
}
ACTOR_FIELDS = {"department": record("branch"), "branches": list_of(record("branch")), "name": TEXT}
INVERSE = {"lines": ("line", "loan"), "loans": ("loan", "reader"), "readers": ("reader", "branch")}


@dataclass(frozen=True)
class WorldScope:
    """The Scope of one object; `asks` is the object of `this`."""

    object: str
    asks: str | None = None

    @property
    def this(self) -> "WorldScope | None":
        return WorldScope(self.asks) if self.asks else None

    def field(self, name: str) -> FieldHandle | None:
        return next((handle for handle in FIELDS[self.object] if handle.name == name), None)

    def list(self, name: str) -> ListHandle | None:
        return next((handle for handle in LISTS[self.object] if handle.name == name), None)

    def enter(self, target: str) -> "WorldScope":
        return WorldScope(target, self.asks)

    def names(self) -> Iterable[str]:
        return [handle.name for handle in (*FIELDS[self.object], *LISTS[self.object])]

    def actor(self, name: str) -> Type | None:
        return ACTOR_FIELDS.get(name)

    def actor_names(self) -> Iterable[str]:
        return ACTOR_FIELDS


@dataclass
class World:
    """Records by object and id; a record is a mapping of field names to values."""

    records: dict[str, dict[UUID, dict[str, Any]]] = field(default_factory=dict)

    def add(self, object_name: str, **values: Any) -> "MemoryRow":
        self.records.setdefault(object_name, {})[values["id"]] = values
        return MemoryRow(self, object_name, values)

    def row(self, object_name: str, key: UUID) -> "MemoryRow":
        return MemoryRow(self, object_name, self.records[object_name][key])

    def live(self, objects: Iterable[str], key: UUID | None) -> "MemoryRow | None":
        """The record of one of these objects that has the id and is not deleted."""
        for name in objects:
            found = self.records.get(name, {}).get(key) if key is not None else None
            if found is not None and found.get("deleted_at") is None:
                return MemoryRow(self, name, found)
        return None


@dataclass(frozen=True)
class MemoryRow:
    """A Row over the World. A link to a deleted record reads as blank."""

    world: World
    object: str
    values: Mapping[str, Any]

    def value(self, field: str, part: str | None = None) -> object:
        value = self.values.get(field)
        handle = WorldScope(self.object).field(field)
        if value is not None and field != "id" and handle is not None and handle.type.objects:
            return value if self.world.live(handle.type.objects, value) else None
        return value.get(part) if part and value else value

    def follow(self, field: str) -> "MemoryRow | None":
        handle = WorldScope(self.object).field(field)
        assert handle is not None
        return self.world.live(handle.type.objects[:1], self.values.get(field))

    def rows(self, name: str) -> "Sequence[MemoryRow]":
        target, back = INVERSE[name]
        rows = self.world.records.get(target, {}).values()
        here = [row for row in rows if row.get(back) == self.values["id"] and row.get("deleted_at") is None]
        return [MemoryRow(self.world, target, row) for row in here]


def uuid(number: int) -> UUID:
    """A readable id."""
    return UUID(int=0x0190E2C4_0000_7000_8000_000000000000 + number)


MADRID = ZoneInfo("Europe/Madrid")
ME = Actor(
    user=uuid(90),
    name="ana",
    roles=frozenset({"finance"}),
    department=uuid(30),
    attributes={"branches": (uuid(30), uuid(31))},
)
NOW = datetime(2026, 3, 15, 9, 30, tzinfo=UTC)
ENVIRONMENT = Environment(now=NOW, today=date(2026, 3, 15), timezone=MADRID, me=ME, currency="EUR")


def example_world() -> World:
    """The records that the examples of the documentation speak about."""
    world = World()
    world.add("branch", id=uuid(30), name="Harbour", budget=Decimal("1000.0000"))
    world.add("branch", id=uuid(31), name="Hill", budget=None, parent=uuid(30))
    world.add("reader", id=uuid(20), name="Zoë Müller", points=12, active=True, branch=uuid(31))
    world.add("user", id=uuid(90), name="ana")
    world.add(
        "loan",
        id=uuid(1),
        title="First loan",
        note="",
        status="open",
        total=Decimal("120.0000"),
        discount=None,
        pages=310,
        weight=Decimal("2.345"),
        begun_on=date(2026, 3, 1),
        due_on=date(2026, 3, 22),
        taken_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        active=True,
        reader=uuid(20),
        owner=uuid(90),
        address={"street": "Calle Mayor 1", "city": "Cádiz"},
        topics=("art", "sea"),
    )
    world.add("line", id=uuid(11), loan=uuid(1), name="a", quantity=Decimal(10), amount=Decimal(100), active=True)
    world.add("line", id=uuid(12), loan=uuid(1), name="b", quantity=Decimal(2), amount=Decimal(20), branch=uuid(30))
    return world


def example_row() -> MemoryRow:
    """The loan of the examples."""
    return example_world().row("loan", uuid(1))
