"""Fields that are open on records of some types only read as blank on the others, wherever they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

import pytest

from formwork.access import Verb, decide
from formwork.catalog import Snapshot, link
from formwork.definitions.model import GrantDef, PermissionsDef, RecordType, RoleDef, TypeGrant, VerbGrant
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import Conflict, Denied, Invalid
from formwork.records import (
    AggregateRequest,
    Change,
    ListRequest,
    MeasureRequest,
    aggregate,
    create,
    get_record,
    history,
    list_records,
    suggest,
    titles,
    update,
    upsert,
)
from formwork.records.why.case import Case
from formwork.records.why.fields import field_steps, may_field
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person
from tests.support.tenants import LIBRARY, packages_of

ALL = VerbGrant(("all",))
EVERY = {"read": ALL, "create": ALL, "edit": ALL, "export": ALL}
HIDDEN = ("days", "guide", "helpers", "about", "rate", "closed_note", "begun_on", "at_counter", "due_on", "fee_total")
HALL = TypeGrant(fields={**dict.fromkeys(HIDDEN, "hidden"), "status": "read", "number": "hidden"})
KEY = b"k" * 32


def grants(*more: GrantDef, **types: TypeGrant) -> tuple[GrantDef, ...]:
    """A desk that reads and writes everything, less on reading-hall loans."""
    rest = (GrantDef("desk", name, EVERY) for name in ("reader", "book", "user", "group", "queue"))
    return (GrantDef("desk", "loan", EVERY, record_types=types or {"hall": HALL}), *rest, *more)


@lru_cache(maxsize=8)
def snapshot(said: tuple[str, ...] = ()) -> Snapshot:
    """The library under these rights."""
    match said:
        case ("home",):
            return library_with(
                [
                    GrantDef(
                        "desk",
                        "loan",
                        EVERY,
                        {"days": "hidden"},
                        record_types={"home": TypeGrant(fields={"days": "edit"})},
                    )
                ]
            )
        case ("use",):
            return library_with(grants(hall=TypeGrant(use=False)))
    return library_with(grants())


@contextmanager
def working(library: Library, *said: str) -> Iterator[Work]:
    """A unit of work of the desk."""
    with library.home.system() as opened:
        yield replace(
            opened.with_snapshot(snapshot(said)), context=opened.context.acting_as(person(library.clerk, "desk"))
        )


@dataclass(frozen=True)
class Loans:
    """Two loans that differ in their type alone."""

    home: UUID
    hall: UUID
    guide: UUID


@pytest.fixture
def loans(library: Library) -> Loans:
    """One of each type."""
    reader, guide = library.make("reader", {"name": "Ada", "member": True}, {"name": "Gus", "member": True})
    [book] = library.make("book", {"title": "Emma"})
    body = {
        "reader": str(reader), "guide": str(guide), "days": 5, "rate": "0.25", "helpers": [str(guide)],
        "about": {"object": "reader", "id": str(guide)}, "closed_note": "Ébène", "begun_on": "2026-01-05",
        "at_counter": True, "items": [{"book": str(book)}],
    }  # fmt: skip
    with library.home.system() as work:
        home, hall = (
            saved.id for saved in create(work, "loan", [{**body, "record_type": t} for t in ("home", "hall")])
        )
    return Loans(home, hall, guide)


def found(work: Work, *filters: str, **asked: Any) -> list[str]:
    """The ids a list has."""
    request = ListRequest("loan", ("id",), filters, **asked)
    return [row["id"] for row in list_records(work, request, KEY).records]


def test_values_are_blank_on_records_of_the_type(library: Library, loans: Loans) -> None:
    with working(library) as work:
        home, hall = get_record(work, "loan", loans.home), get_record(work, "loan", loans.hall)
        for name in (*HIDDEN, "number"):
            assert home[name] not in (None, [], False), name
            assert hall[name] in (None, [], False), name
        assert hall["status"] == home["status"] == "open"
        [row] = [r for r in list_records(work, ListRequest("loan"), KEY).records if r["id"] == str(loans.hall)]
        assert row == hall
        items = list_records(
            work, ListRequest("loan_item", ("loan.days", "loan.guide.name", "loan.number")), KEY
        ).records
        assert sorted((r["loan.days"] or 0, r["loan.guide.name"] or "") for r in items) == [(0, ""), (5, "Gus")]
        assert titles(work, "loan", [loans.hall])[str(loans.hall)] is None
        assert [one["title"] for one in suggest(work, "loan", "")] == [home["number"], None]


@pytest.mark.parametrize(
    "condition",
    [
        "days = 5", "days > 1", "days in (4, 5)", "rate = 0.25", "closed_note = 'Ébène'", "closed_note contains 'ebe'",
        "begun_on = date(2026, 1, 5)", "at_counter", "guide.name = 'Gus'", "guide is not blank",
        "helpers is not blank",
        "about is not blank", "due_on is not blank", "fee_total > 0", "number is not blank", "days + 1 = 6",
        "not (days is blank)", "coalesce(days, 0) = 5", "guide = '{guide}'", "exists(helpers, name = 'Gus')",
    ],
)  # fmt: skip
def test_no_condition_tells_of_them(library: Library, loans: Loans, condition: str) -> None:
    with working(library) as work:
        assert found(work, condition.format(guide=loans.guide)) == [str(loans.home)]


def test_no_order_group_measure_or_search_tells_of_them(library: Library, loans: Loans) -> None:
    both = [str(loans.home), str(loans.hall)]
    with working(library) as work:
        for name in ("days", "guide", "closed_note", "number", "due_on", "fee_total"):
            assert found(work, sort=(name,)) == found(work, sort=(f"-{name}",)) == both, name  # blanks come last
        pages = [list_records(work, ListRequest("loan", ("id",), sort=("days",), limit=1), KEY)]
        pages.append(
            list_records(work, ListRequest("loan", ("id",), sort=("days",), limit=1, cursor=pages[0].next), KEY)
        )
        assert [page.records[0]["id"] for page in pages] == both
        measures = tuple(
            MeasureRequest(f"{kind}_{name}", kind, name)
            for kind in ("sum", "min", "max", "avg", "count", "count_distinct")
            for name in ("days", "fee_total")
        )
        [whole] = aggregate(work, AggregateRequest("loan", (), measures))
        assert (whole["sum_days"], whole["count_days"], whole["max_days"]) in ((5, 1, 5), ("5", 1, 5))
        groups = aggregate(work, AggregateRequest("loan", ("days",), (MeasureRequest("n", "count", "*"),)))
        assert sorted((one["days"] or 0, one["n"]) for one in groups) == [(0, 1), (5, 1)]
        number = get_record(work, "loan", loans.home)["number"]
        assert found(work, search=number[:4]) == [str(loans.home)]


def test_history_leaves_them_out(library: Library, loans: Loans) -> None:
    with library.home.system() as work:
        update(work, "loan", [Change(one, {"days": 6, "status": "closed"}) for one in (loans.home, loans.hall)])
    with working(library) as work:
        assert "days" in history(work, "loan", loans.home)[0].changes
        assert set(history(work, "loan", loans.hall)[0].changes) == {"status"}
        assert not set(HIDDEN) & set(history(work, "loan", loans.hall)[-1].changes)


def test_writes_are_judged_by_the_type_of_the_record(library: Library, loans: Loans) -> None:
    with working(library) as work:
        update(work, "loan", [Change(loans.home, {"days": 6, "status": "overdue"})])
        with pytest.raises(Invalid) as unknown:
            update(work, "loan", [Change(loans.hall, {"days": 6})])
        assert [(one.pointer, one.code) for one in unknown.value.problems] == [("/days", "unknown_field")]
        with pytest.raises(Denied) as denied:
            update(work, "loan", [Change(loans.hall, {"status": "closed"})])
        assert denied.value.code == "field_denied"
        with pytest.raises(Invalid):  # what it becomes counts as well
            update(work, "loan", [Change(loans.home, {"days": 6, "record_type": "hall"})])
        with pytest.raises(Invalid):
            create(work, "loan", [{"reader": str(loans.guide), "days": 3, "record_type": "hall"}])
        [made] = create(work, "loan", [{"reader": str(loans.guide), "record_type": "hall"}])
        assert get_record(work, "loan", made.id)["days"] is None


def test_a_key_that_is_closed_somewhere_matches_nothing(library: Library, loans: Loans) -> None:
    with library.home.system() as work:
        number = get_record(work, "loan", loans.hall)["number"]
    with working(library) as work, pytest.raises(Invalid) as caught:
        upsert(work, "loan", [{"number": number, "reader": str(loans.guide)}], match=("number",))
    assert caught.value.code == "bad_match"


def test_a_field_can_be_open_on_one_type_alone(library: Library, loans: Loans) -> None:
    with working(library, "home") as work:
        assert get_record(work, "loan", loans.home)["days"] == 5
        assert get_record(work, "loan", loans.hall)["days"] is None
        assert found(work, "days = 5") == [str(loans.home)]
        assert found(work, "days is blank") == [str(loans.hall)]


def test_a_value_that_is_taken_names_no_record_on_which_it_is_closed(library: Library) -> None:
    packages = dict(packages_of((LIBRARY,)))
    content = packages["library"]
    types = {code: RecordType(code, code, default=code == "adult") for code in ("adult", "child")}
    objects = tuple(replace(one, record_types=types) if one.name == "reader" else one for one in content.objects)
    child = {"child": TypeGrant(fields={"card": "hidden"})}
    said = PermissionsDef(
        "library",
        roles={"desk": RoleDef("desk", "Desk")},
        grants=(GrantDef("desk", "reader", EVERY, record_types=child),),
    )
    linked = link({**packages, "library": replace(content, objects=objects, permissions=(said,))}, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    with library.home.system() as opened:
        work = opened.with_snapshot(linked.snapshot)
        create(work, "reader", [{"name": kind, "card": kind, "record_type": kind} for kind in types])
        desk = replace(work, context=work.context.acting_as(person(library.clerk, "desk")))
        for card, told in (("adult", True), ("child", False)):
            with pytest.raises((Invalid, Conflict)) as caught:
                create(desk, "reader", [{"name": "New", "card": card}])
            [problem] = caught.value.problems
            assert (problem.code, "record" in problem.args) == ("duplicate", told)


def test_why_a_field_is_closed_is_told_for_the_type_of_the_record(library: Library, loans: Loans) -> None:
    actor = person(library.clerk, "desk")
    with library.home.system() as opened:
        work = opened.with_snapshot(snapshot())
        for record, level in ((loans.home, "edit"), (loans.hall, "hidden")):
            case = Case(work, actor, "Cleo", "loan", record)
            assert may_field(case, "days", Verb.READ) is (level == "edit")
            assert [step.args["level"] for step in field_steps(case, "days", Verb.READ) if "level" in step.args] == [
                level
            ]
        assert may_field(Case(work, actor, "Cleo", "loan", None), "days", Verb.READ)


def test_the_widest_of_several_roles_wins_for_each_type() -> None:
    more = GrantDef("archive", "loan", {"read": ALL}, record_types={"hall": TypeGrant(fields={"rate": "hidden"})})
    both = person(UUID(int=1), "desk", "archive")
    decision = decide(library_with(grants(more)), both, "loan", Verb.READ)
    assert {name for name, _ in decision.masks} == {"rate"}
    assert "days" in decision.readable_on("hall")
    assert "days" not in decision.writable_on("hall")
    assert decision.open == decision.readable - {"rate"}


def test_record_types_a_role_may_not_use(library: Library, loans: Loans) -> None:
    with working(library, "use") as work:
        assert get_record(work, "loan", loans.hall)["days"] == 5
        reader = {"reader": str(loans.guide)}
        for attempt in (
            lambda: create(work, "loan", [{**reader, "record_type": "hall"}]),
            lambda: update(work, "loan", [Change(loans.home, {"record_type": "hall"})]),
            lambda: update(work, "loan", [Change(loans.hall, {"record_type": "home"})]),
        ):
            with pytest.raises(Invalid) as caught:
                attempt()
            assert [(one.pointer, one.code) for one in caught.value.problems] == [
                ("/record_type", "record_type_denied")
            ]
        [made] = create(work, "loan", [reader])
        assert get_record(work, "loan", made.id)["record_type"] == "home"
        update(work, "loan", [Change(loans.hall, {"days": 6})])


def test_a_record_that_says_no_type_gets_the_first_one_its_maker_may_use(library: Library, loans: Loans) -> None:
    barred = library_with(grants(home=TypeGrant(use=False)))
    with library.home.system() as opened:
        actor = person(library.clerk, "desk")
        work = replace(opened.with_snapshot(barred), context=opened.context.acting_as(actor))
        [made] = create(work, "loan", [{"reader": str(loans.guide)}])
        assert get_record(work, "loan", made.id)["record_type"] == "hall"


def test_a_role_that_only_reads_does_not_widen_the_types_one_may_use() -> None:
    said = [*grants(hall=TypeGrant(use=False)), GrantDef("auditor", "loan", {"read": ALL})]
    rights = library_with(said)
    assert decide(rights, person(UUID(int=1), "desk", "auditor"), "loan", Verb.CREATE).barred == {"hall"}
    writer = library_with([*said, GrantDef("chief", "loan", {"edit": ALL})])
    assert not decide(writer, person(UUID(int=1), "desk", "chief"), "loan", Verb.CREATE).barred
