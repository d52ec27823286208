"""`decide`: who may do what, and that whatever is not granted is refused."""

from uuid import UUID

import pytest

from formwork.access import Verb, decide, decide_management, may_use
from formwork.catalog import EVERYTHING, RowRule
from formwork.definitions.model import GrantDef, RoleDef, VerbGrant
from formwork.kernel import ANONYMOUS, Denied, NotFound, Unauthenticated
from formwork.kernel.actor import system_actor
from tests.support.rights import library_with, person

ADA, BEN, CY = (UUID(int=n) for n in (1, 2, 3))
OWN, ALL = VerbGrant(("own",)), VerbGrant(("all",))


def reads(role: str, *scopes: str, object: str = "reader", when: str | None = None, **fields: str) -> GrantDef:
    """A grant of reading."""
    return GrantDef(role, object, {"read": VerbGrant(scopes, when)}, fields)


def test_nobody_is_asked_to_sign_in_before_anything_else() -> None:
    snapshot = library_with([])
    with pytest.raises(Unauthenticated):
        decide(snapshot, ANONYMOUS, "reader", Verb.READ)
    with pytest.raises(Unauthenticated):
        decide_management(snapshot, ANONYMOUS)


def test_an_unknown_object_is_not_found_even_for_the_system() -> None:
    with pytest.raises(NotFound):
        decide(library_with([]), system_actor("test"), "nothing", Verb.READ)


def test_what_no_role_grants_is_refused() -> None:
    snapshot = library_with([reads("clerk", "all")])
    somebody = person(ADA, "clerk")
    assert decide(snapshot, somebody, "reader", Verb.READ).allowed
    for verb in set(Verb) - {Verb.READ}:
        assert not decide(snapshot, somebody, "reader", verb).allowed
    with pytest.raises(Denied):
        decide(snapshot, somebody, "reader", Verb.DELETE).require()
    assert not may_use(snapshot, person(ADA), "reader")
    assert not may_use(snapshot, person(ADA, "a_role_that_is_gone"), "reader")


def test_the_system_acts_without_limits_and_says_why() -> None:
    decision = decide(library_with([]), system_actor("nightly"), "reader", Verb.DELETE)
    assert decision.rule is EVERYTHING
    assert decision.reasons == ("system:nightly",)


def test_the_widest_of_several_roles_wins() -> None:
    grants = [reads("clerk", "own"), reads("auditor", "all"), reads("temp", "none")]
    snapshot = library_with(grants)
    assert decide(snapshot, person(ADA, "clerk", "auditor"), "reader", Verb.READ).rule.everything
    assert decide(snapshot, person(ADA, "clerk", "temp"), "reader", Verb.READ).rule.owners == {ADA}
    assert not decide(snapshot, person(ADA, "temp"), "reader", Verb.READ).allowed


def test_a_role_brings_what_it_includes() -> None:
    roles = {name: RoleDef(name, name, includes) for name, includes in (("chief", ("head",)), ("head", ("clerk",)))}
    snapshot = library_with([reads("clerk", "own")], roles=roles)
    assert decide(snapshot, person(ADA, "chief"), "reader", Verb.READ).rule == RowRule(owners=frozenset({ADA}))


def test_scopes_are_the_owners_the_actor_brings_and_an_empty_scope_reaches_nobody() -> None:
    snapshot = library_with([reads("clerk", "subordinates", "team")])
    led = decide(snapshot, person(ADA, "clerk", subordinates=[ADA, BEN], team=[CY]), "reader", Verb.READ)
    assert led.rule.owners == {ADA, BEN, CY}
    alone = decide(snapshot, person(ADA, "clerk"), "reader", Verb.READ)
    assert alone.allowed
    assert alone.rule.is_empty


def test_a_baseline_opens_rows_only_to_who_may_use_the_verb() -> None:
    snapshot = library_with([reads("clerk", "own", object="book")])
    assert decide(snapshot, person(ADA, "clerk"), "book", Verb.READ).rule.everything
    assert not decide(snapshot, person(ADA), "book", Verb.READ).allowed


def test_a_condition_narrows_only_the_grant_it_stands_at() -> None:
    grants = [reads("clerk", "all", when="member"), reads("other", "own")]
    snapshot = library_with(grants)
    both = decide(snapshot, person(ADA, "clerk", "other"), "reader", Verb.READ).rule
    assert both.owners == {ADA}
    [(inner, _)] = both.narrowed
    assert inner.everything
    assert not both.everything


def test_fields_follow_the_object_and_the_widest_level_wins() -> None:
    grants = [
        reads("clerk", "all", credit="hidden"),
        GrantDef("head", "reader", {"read": ALL, "edit": OWN}, {"card": "read", "fine_note": "read"}),
    ]
    snapshot = library_with(grants)
    clerk = decide(snapshot, person(ADA, "clerk"), "reader", Verb.READ)
    assert "credit" not in clerk.readable
    assert "fine_note" not in clerk.readable
    assert {"id", "name", "owed"} <= clerk.readable
    assert not clerk.writable
    head = decide(snapshot, person(ADA, "head"), "reader", Verb.EDIT)
    assert {"name", "credit"} <= head.writable
    assert not {"card", "fine_note", "owed", "id", "created_at", "version"} & head.writable
    assert {"card", "fine_note"} <= head.readable
    both = decide(snapshot, person(ADA, "clerk", "head"), "reader", Verb.EDIT)
    assert "credit" in both.writable


def test_details_without_grants_follow_their_master() -> None:
    grants = [GrantDef("clerk", "loan", {"read": ALL, "edit": OWN})]
    snapshot = library_with(grants)
    somebody = person(ADA, "clerk")
    assert decide(snapshot, somebody, "loan_item", Verb.READ).rule.everything
    for verb in (Verb.CREATE, Verb.EDIT, Verb.DELETE):
        found = decide(snapshot, somebody, "loan_item", verb)
        assert found.allowed
        assert found.rule.through == ("loan", RowRule(owners=frozenset({ADA})))
    assert not decide(snapshot, person(ADA), "loan_item", Verb.READ).allowed


def test_details_with_grants_of_their_own_reach_rows_by_the_owner_of_their_master() -> None:
    grants = [reads("clerk", "own", object="loan_item"), reads("head", "subordinates", object="loan_item")]
    snapshot = library_with(grants)
    one = decide(snapshot, person(ADA, "clerk"), "loan_item", Verb.READ).rule
    assert one.through == ("loan", RowRule(owners=frozenset({ADA})))
    both = decide(snapshot, person(ADA, "clerk", "head", subordinates=[BEN]), "loan_item", Verb.READ).rule
    assert both.through == ("loan", RowRule(owners=frozenset({ADA, BEN})))


def test_a_role_that_manages_all_sees_restricted_fields_only_when_granted() -> None:
    roles = {"boss": RoleDef("boss", "Boss", manage_all=True)}
    snapshot = library_with([], roles=roles)
    found = decide(snapshot, person(ADA, "boss"), "reader", Verb.DELETE)
    assert found.rule.everything
    assert "name" in found.writable
    assert "fine_note" not in found.readable
    assert decide_management(snapshot, person(ADA, "boss")).reasons == ("role:boss",)
    with pytest.raises(Denied):
        decide_management(snapshot, person(ADA, "clerk"))


@pytest.mark.parametrize(
    ("scopes", "verb", "allowed"),
    [
        (["read"], Verb.READ, True),
        (["read"], Verb.EXPORT, True),
        (["read:reader"], Verb.READ, True),
        (["read:book"], Verb.READ, False),
        (["read"], Verb.EDIT, False),
        (["write"], Verb.EDIT, True),
        (["write:reader"], Verb.DELETE, True),
        (["write"], Verb.READ, False),
        (["edit"], Verb.EDIT, True),
        (["edit"], Verb.DELETE, False),
        (["delete:reader"], Verb.DELETE, True),
        (["*"], Verb.DELETE, True),
        ([], Verb.READ, False),
    ],
)
def test_a_key_does_what_its_scopes_say_and_no_more(scopes: list[str], verb: Verb, allowed: bool) -> None:
    verbs = {one.value: ALL for one in Verb}
    snapshot = library_with([GrantDef("clerk", "reader", verbs)])
    caller = person(ADA, "clerk", scopes=scopes)
    assert may_use(snapshot, caller, "reader", verb) is allowed
    if not allowed:
        with pytest.raises(Denied) as raised:
            decide(snapshot, caller, "reader", verb)
        assert raised.value.code == "missing_scope"


def test_a_scope_never_adds_to_what_the_roles_grant() -> None:
    snapshot = library_with([reads("clerk", "own")])
    assert not may_use(snapshot, person(ADA, "clerk", scopes=["*"]), "reader", Verb.EDIT)
    with pytest.raises(Denied):
        decide_management(snapshot, person(ADA, "clerk", scopes=["read", "write"]))


def test_what_several_files_grant_one_role_adds_up() -> None:
    grants = [reads("clerk", "all", when="member"), reads("clerk", "own")]
    found = decide(library_with(grants), person(ADA, "clerk"), "reader", Verb.READ).rule
    assert found.owners == {ADA}
    assert len(found.narrowed) == 1
