"""P9: who gives a detail another master edits the one it leaves and the one it joins, whatever its own grants say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Denied, Invalid
from formwork.records import Change, create, update, update_each, upsert
from formwork.storage import Work, rows
from tests.records.conftest import Library
from tests.support.rights import library_with, person

ALL, OWN, OPEN = VerbGrant(("all",)), VerbGrant(("own",)), VerbGrant(("own",), "status = 'open'")
SNAPSHOT = library_with(
    [
        *(GrantDef(role, "loan", {"read": ALL, "edit": OPEN}) for role in ("named", "follows")),
        GrantDef("blind", "loan", {"read": OWN, "edit": OWN}),
        *(
            GrantDef(role, "loan_item", dict.fromkeys(("create", "read", "edit", "delete"), ALL))
            for role in ("named", "blind")
        ),
        *(GrantDef(role, one, {"read": ALL}) for role in ("named", "follows", "blind") for one in ("reader", "book")),
    ]
)


@contextmanager
def working(library: Library, role: str, *scopes: str) -> Iterator[Work]:
    with library.home.system() as opened:
        actor = person(library.clerk, role, scopes=scopes or None)
        yield replace(opened.with_snapshot(SNAPSHOT), context=opened.context.acting_as(actor))


@pytest.fixture
def loans(library: Library) -> dict[str, UUID]:
    """Two open loans of the clerk, a closed one of theirs, one of somebody else; each with an item of its name."""
    [reader], [book] = library.make("reader", {"name": "Ada"}), library.make("book", {"title": "Emma"})
    owners = {"mine": library.clerk, "other": library.clerk, "closed": library.clerk, "theirs": library.other_clerk}
    with library.home.as_user(library.librarian) as work:
        made = create(work, "loan", [
            {
                "reader": str(reader), "days": 1, "owner": str(owner),
                "items": [{"book": str(book), "external_id": name}],
                **({"status": "closed", "closed_note": "Done"} if name == "closed" else {}),
            }
            for name, owner in owners.items()
        ])  # fmt: skip
    items = {f"item of {name}": one.details["items"][0] for name, one in zip(owners, made, strict=True)}
    return {**{name: one.id for name, one in zip(owners, made, strict=True)}, **items}


def test_a_detail_moves_between_masters_one_may_edit_and_no_others(library: Library, loans: dict[str, UUID]) -> None:
    for role in ("named", "follows"):
        for here, there in (("mine", "theirs"), ("theirs", "mine"), ("mine", "closed"), ("closed", "mine")):
            change = Change(loans[f"item of {here}"], {"loan": str(loans[there])})
            with working(library, role) as work, pytest.raises((Invalid, Denied)) as refused:
                update(work, "loan_item", [change])
            problems = [(one.pointer, one.code) for one in refused.value.problems]
            if role == "named":
                assert problems == [("/loan", "row_denied")], (role, here, there)
            assert (refused.value.code == "row_denied") is (not problems)
    with working(library, "blind") as work:
        for here, there, code in (("mine", "theirs", "bad_reference"), ("theirs", "mine", "row_denied")):
            [outcome] = update_each(work, "loan_item", [Change(loans[f"item of {here}"], {"loan": str(loans[there])})])
            assert [(one.pointer, one.code) for one in outcome.problems] == [("/loan", code)]
    with working(library, "named") as work:
        with pytest.raises(Invalid):
            upsert(work, "loan_item", [{"external_id": "mine", "loan": str(loans["theirs"])}])
        # Writing the detail itself, and saying the master it has, is for the grant that names it.
        update(work, "loan_item", [Change(loans["item of theirs"], {"copies": 2, "loan": str(loans["theirs"])})])
    with working(library, "named", "read", "write:loan_item") as work, pytest.raises(Denied) as unscoped:
        update(work, "loan_item", [Change(loans["item of mine"], {"loan": str(loans["other"])})])
    assert unscoped.value.extra == {"scope": "write:loan"}
    with library.home.system() as work:
        found = rows.load(work, "loan_item", list(loans.values()), ["loan", "external_id"])
        assert {row["external_id"]: row["loan"] for row in found.values()} == {
            name: id for name, id in loans.items() if not name.startswith("item")
        }
    for role, item in (("named", "item of mine"), ("follows", "item of other")):
        with working(library, role) as work:
            update(work, "loan_item", [Change(loans[item], {"loan": str(loans["other"])})])
            update(work, "loan_item", [Change(loans[item], {"loan": str(loans["mine"])})])
