"""Details are changed through their master by whoever may change them themselves, and by nobody else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Invalid
from formwork.records import Change, create, get_record, update
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person

ALL = VerbGrant(("all",))
FEW, MANY = VerbGrant(("all",), "copies <= 10"), VerbGrant(("rule:few",))
SNAPSHOT = library_with(
    [
        GrantDef("desk", "loan", {"read": ALL, "edit": ALL}),
        GrantDef("desk", "loan_item", {"read": ALL, "create": ALL, "edit": FEW, "delete": FEW}),
        GrantDef("blind", "loan", {"read": ALL, "edit": ALL}),
        GrantDef("blind", "loan_item", {"read": MANY, "create": ALL, "edit": ALL, "delete": ALL}),
        GrantDef("master", "loan", {"read": ALL, "edit": ALL}),
        *(GrantDef(role, other, {"read": ALL}) for role in ("desk", "blind", "master") for other in ("reader", "book")),
    ],
    rules={"few": ("loan_item", "copies <= 10")},
)


@contextmanager
def working(library: Library, role: str) -> Iterator[Work]:
    with library.home.system() as opened:
        yield replace(opened.with_snapshot(SNAPSHOT), context=opened.context.acting_as(person(library.clerk, role)))


@pytest.fixture
def loan(library: Library) -> tuple[UUID, UUID, UUID]:
    """A loan with an item of five copies and one of twelve."""
    [reader], [book] = library.make("reader", {"name": "Ada"}), library.make("book", {"title": "Emma"})
    with library.home.as_user(library.librarian) as work:
        items = [{"book": str(book), "copies": copies} for copies in (5, 12)]
        [made] = create(work, "loan", [{"reader": str(reader), "days": 5, "items": items}])
    return (made.id, *made.details["items"])  # type: ignore[return-value]


@pytest.mark.parametrize(("role", "code"), [("desk", "row_denied"), ("blind", "bad_reference")])
@pytest.mark.parametrize("entry", [{"copies": 50}, {"_delete": True}], ids=["change", "delete"])
def test_a_detail_out_of_reach_is_not_changed_through_its_master(
    library: Library, loan: tuple[UUID, UUID, UUID], role: str, code: str, entry: Mapping[str, Any]
) -> None:
    master, small, large = loan
    body = {"items": [{"id": str(small), **entry}, {"id": str(large), **entry}]}
    with working(library, role) as work, pytest.raises(Invalid) as refused:
        update(work, "loan", [Change(master, body)])
    assert [one.code for one in refused.value.problems] == [code]
    with library.home.system() as work:
        assert get_record(work, "loan_item", small, ("copies",))["copies"] == 5
    with working(library, role) as work:
        update(work, "loan", [Change(master, {"items": [{"id": str(small), **entry}]})])


def test_a_detail_without_rights_of_its_own_goes_with_its_master(
    library: Library, loan: tuple[UUID, UUID, UUID]
) -> None:
    master, _, large = loan
    with working(library, "master") as work:
        update(work, "loan", [Change(master, {"items": [{"id": str(large), "copies": 50}]})])
    with library.home.system() as work:
        assert get_record(work, "loan_item", large, ("copies",))["copies"] == 50
