"""Records that follow their parent: seen, counted and changed with it, and judged anew when they move to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

import pytest

from formwork.catalog import Snapshot, link
from formwork.definitions.model import GrantDef, PermissionsDef, RoleDef, VerbGrant
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.kernel import Denied
from formwork.records import Change, ListRequest, count_records, list_records, share, update
from formwork.records.given import Level
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import person
from tests.support.tenants import LIBRARY, packages_of

ALL, OWN, SHARED = VerbGrant(("all",)), VerbGrant(("own",)), VerbGrant(("own", "shared"))
GRANTS = (
    GrantDef("desk", "reader", {"read": SHARED, "edit": OWN}),
    GrantDef("desk", "loan", {"read": OWN, "edit": OWN}),
    GrantDef("desk", "book", {"read": ALL}),
    GrantDef("desk", "user", {"read": ALL}),
)


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The library whose loans follow their reader."""
    packages = dict(packages_of((LIBRARY,)))
    library = packages["library"]
    objects = tuple(
        replace(one, sharing="parent", parent="reader") if one.name == "loan" else one for one in library.objects
    )
    said = PermissionsDef("library", roles={"desk": RoleDef("desk", "Desk")}, grants=GRANTS)
    linked = link({**packages, "library": replace(library, objects=objects, permissions=(said,))}, FIELD_TYPES)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot


@contextmanager
def working(library: Library, user: UUID) -> Iterator[Work]:
    """A unit of work of a clerk."""
    with library.home.system() as opened:
        yield replace(opened.with_snapshot(snapshot()), context=opened.context.acting_as(person(user, "desk")))


def listed(work: Work, object: str = "loan") -> list[str]:
    """The days of the loans one lists, which are as many as one counts."""
    rows = list_records(work, ListRequest(object), b"k" * 32).records
    assert count_records(work, ListRequest(object), 100) == len(rows)
    return sorted(str(row["days"]) if object == "loan" else row["id"] for row in rows)


def test_records_are_seen_and_changed_with_their_parent(library: Library) -> None:
    mine, yours = library.make(
        "reader",
        {"name": "Mine", "member": True, "owner": str(library.clerk)},
        {"name": "Yours", "member": True, "owner": str(library.other_clerk)},
    )
    [book] = library.make("book", {"title": "Emma"})
    items = [{"book": str(book)}]
    [first, second, own] = library.make(
        "loan",
        {"reader": str(mine), "days": 1, "items": items},
        {"reader": str(yours), "days": 2, "items": items},
        {"reader": str(yours), "days": 3, "owner": str(library.clerk)},
    )
    with working(library, library.clerk) as work:
        assert listed(work) == ["1", "3"]
        assert len(listed(work, "loan_item")) == 1
        update(work, "loan", [Change(first, {"days": 4})])
    with working(library, library.other_clerk) as work:
        assert listed(work) == ["2", "3"]
        update(work, "loan", [Change(second, {"days": 6}), Change(own, {"days": 7})])


def test_a_record_is_not_moved_below_a_parent_one_may_only_read(library: Library) -> None:
    mine, yours = library.make(
        "reader",
        {"name": "Mine", "member": True, "owner": str(library.clerk)},
        {"name": "Yours", "member": True, "owner": str(library.other_clerk)},
    )
    [loan] = library.make("loan", {"reader": str(mine), "days": 1})
    with working(library, library.other_clerk) as work:
        share(work.acting_as(replace(work.context.actor, system=True)), "reader", yours, library.clerk, Level.READ)
    with working(library, library.clerk) as work:
        assert listed(work) == ["1"]
        with pytest.raises(Denied) as caught:
            update(work, "loan", [Change(loan, {"reader": str(yours)})])
        assert caught.value.code == "row_denied"
