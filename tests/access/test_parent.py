"""The baseline `parent`: records that follow what a look-up of theirs points at."""

from dataclasses import replace
from uuid import UUID

import pytest

from formwork.access import Verb, decide
from formwork.access.ways import ways
from formwork.catalog import RowRule, Snapshot, link
from formwork.definitions.model import GrantDef, PermissionsDef, RoleDef, VerbGrant
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.support.rights import person
from tests.support.tenants import LIBRARY, packages_of

ADA, BEN = UUID(int=1), UUID(int=2)
ALL, OWN, SUBORDINATES = (VerbGrant((scope,)) for scope in ("all", "own", "subordinates"))


def found(parents: dict[str, str], *grants: GrantDef) -> tuple[Snapshot | None, set[tuple[str, str]]]:
    """The library where objects follow look-ups, under these grants, and what is wrong with it."""
    packages = dict(packages_of((LIBRARY,)))
    library = packages["library"]
    objects = tuple(
        replace(one, sharing="parent", parent=parents[one.name]) if one.name in parents else one
        for one in library.objects
    )
    said = PermissionsDef("library", roles={one.role: RoleDef(one.role, one.role) for one in grants}, grants=grants)
    linked = link({**packages, "library": replace(library, objects=objects, permissions=(said,))}, FIELD_TYPES)
    return linked.snapshot, {(one.code, one.path) for one in linked.findings}


def snapshot_of(*grants: GrantDef) -> Snapshot:
    """Loans that follow their reader."""
    snapshot, findings = found({"loan": "reader"}, *grants)
    assert snapshot is not None, findings
    return snapshot


def test_reading_and_editing_follow_the_parent_beside_ones_own_scopes() -> None:
    snapshot = snapshot_of(
        GrantDef("desk", "reader", {"read": ALL, "edit": SUBORDINATES}),
        GrantDef(
            "desk", "loan", {"read": OWN, "edit": OWN, "delete": OWN, "create": ALL}, actions=("bulk_edit", "print")
        ),
    )
    actor = person(ADA, "desk", subordinates=[ADA, BEN])
    read = decide(snapshot, actor, "loan", Verb.READ).rule
    assert (read.owners, read.through) == ({ADA}, ("reader", RowRule(everything=True)))
    edit = decide(snapshot, actor, "loan", Verb.EDIT).rule
    assert edit.through == ("reader", RowRule(owners=frozenset({ADA, BEN})))
    assert decide(snapshot, actor, "loan", Verb.BULK_EDIT).rule == edit
    assert decide(snapshot, actor, "loan", Verb.PRINT).rule == read
    assert decide(snapshot, actor, "loan", Verb.DELETE).rule.through is None
    items = decide(snapshot, actor, "loan_item", Verb.READ).rule  # details follow the loan, which follows the reader
    assert items.through == ("loan", read)
    assert [(way.scope, way.through) for way in ways(snapshot, actor, "loan", Verb.READ)] == [
        ("own", ()), ("all", ("reader",)),
    ]  # fmt: skip


def test_a_parent_opens_nothing_to_who_has_no_grant_on_the_child_or_on_it() -> None:
    snapshot = snapshot_of(
        GrantDef("desk", "reader", {"read": ALL}),
        GrantDef("other", "loan", {"read": OWN}),
    )
    assert not decide(snapshot, person(ADA, "desk"), "loan", Verb.READ).allowed
    assert decide(snapshot, person(ADA, "other"), "loan", Verb.READ).rule == RowRule(owners=frozenset({ADA}))
    key = person(ADA, "desk", "other", scopes=["read:loan"])
    assert decide(snapshot, key, "loan", Verb.READ).rule.through is None


@pytest.mark.parametrize(
    ("parents", "finding"),
    [
        ({"loan": "days"}, ("bad_parent", "loan.sharing")),
        ({"loan": "about"}, ("bad_parent", "loan.sharing")),
        ({"loan": "nothing"}, ("bad_parent", "loan.sharing")),
        ({"reader": "sponsor"}, ("circular_parent", "reader.sharing")),
    ],
)
def test_a_parent_is_a_look_up_to_one_other_object(parents: dict[str, str], finding: tuple[str, str]) -> None:
    assert found(parents)[1] == {finding}
