"""Rows are counted for lists to choose their shape by, and the lists of who sees little then take another one."""

from dataclasses import replace
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.records import ListRequest, count_records, list_records
from formwork.records.row_counts import count_rows
from formwork.records.shares import Level, share
from formwork.storage import Work, read
from formwork.storage.compile.shape import Shape
from formwork.storage.row_counts import keep_row_counts, row_counts
from tests.records.conftest import Library
from tests.support.rights import library_with, person

RULES = {"counter": ("loan", "at_counter"), "mine": ("loan", "owner = me")}
GRANT = GrantDef("desk", "loan", {"read": VerbGrant(("own", "shared", "rule:mine"))})
OWN = GrantDef("desk", "loan", {"read": VerbGrant(("own", "shared"))})


@pytest.fixture(autouse=True)
def of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects with more than six rows count as large."""
    monkeypatch.setattr("formwork.records.row_counts.FEWEST", 6)


@pytest.fixture
def loans(library: Library) -> list[UUID]:
    """Forty loans: one of the clerk's, and one that was given to the clerk."""
    [reader] = library.make("reader", {"name": "Ada", "credit": 100_000})
    others = {"reader": str(reader), "owner": str(library.other_clerk)}
    made = library.make("loan", *({**others, "at_counter": n % 4 == 0} for n in range(39)))
    made += library.make("loan", {"reader": str(reader), "owner": str(library.clerk)})
    with library.home.system() as work:
        share(work, "loan", made[3], library.clerk, Level.READ)
    return made


def counted(library: Library) -> None:
    with library.home.system() as opened:
        work = opened.with_snapshot(library_with([GRANT], RULES))
        keep_row_counts(work, count_rows(work))


def test_large_objects_are_counted_by_owner_rule_and_share(library: Library, loans: list[UUID]) -> None:
    counted(library)
    with library.home.system() as work:
        found = row_counts(work, "loan")
        assert found is not None
        assert found.rows == 40
        assert dict(found.owners) == {library.other_clerk: 39, library.clerk: 1}
        assert dict(found.rules) == {"at_counter": 10}, "a rule that asks who reads has no figure"
        assert dict(found.given) == {library.clerk: 1}
        assert row_counts(work, "book") is None


def test_an_object_that_became_small_is_forgotten(library: Library, loans: list[UUID]) -> None:
    counted(library)
    with library.home.system() as work:
        keep_row_counts(work, {})
        assert row_counts(work, "loan") is None


@pytest.mark.parametrize(("grant", "shapes"), [(OWN, [Shape.GATHER]), (GRANT, [Shape.GUARDED, Shape.GATHER])])
def test_a_list_takes_the_shape_its_figures_ask_for(
    library: Library, loans: list[UUID], grant: GrantDef, shapes: list[Shape], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(library)
    taken: list[Shape] = []
    page = read._page

    def watched(work: Work, restricted: object, plan: read.Plan) -> object:
        taken.append(plan.shape)
        return page(work, restricted, plan)  # type: ignore[arg-type]

    monkeypatch.setattr(read, "_page", watched)
    with library.home.system() as opened:
        snapshot = library_with([grant], RULES)
        actor = person(library.clerk, "desk")
        work = replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))
        found = list_records(work, ListRequest("loan", ("id",)), b"k" * 32).records
        assert [row["id"] for row in found] == [str(loans[3]), str(loans[39])]
        assert count_records(work, ListRequest("loan")) == 2
    assert taken == shapes
