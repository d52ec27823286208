"""Actions are rights of their own: treating many records at once, merging, converting; and what `actions` grants."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from formwork.access import Verb, decide
from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Denied, new_id
from formwork.records import merge, require_bulk
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person

ALL, OWN = VerbGrant(("all",)), VerbGrant(("own",))
ADA = UUID(int=1)


def grants(*actions: str, **verbs: VerbGrant) -> list[GrantDef]:
    """A desk that reads all readers and edits its own."""
    return [GrantDef("desk", "reader", {"read": ALL, "edit": OWN, **verbs}, actions=actions)]


@contextmanager
def working(library: Library, *actions: str, **verbs: VerbGrant) -> Any:
    """A unit of work of the first clerk."""
    with library.home.system() as opened:
        actor = person(library.clerk, "desk")
        snapshot = library_with(grants(*actions, **verbs))
        yield replace(opened.with_snapshot(snapshot), context=opened.context.acting_as(actor))


def test_an_action_reaches_what_the_person_edits_or_reads() -> None:
    snapshot = library_with(grants("bulk_edit", "convert", "submit", "print", "remind"))
    somebody = person(ADA, "desk")
    edited = decide(snapshot, somebody, "reader", Verb.EDIT).rule
    for verb in (Verb.BULK_EDIT, Verb.CONVERT, Verb.SUBMIT):
        assert decide(snapshot, somebody, "reader", verb).rule == edited
    assert decide(snapshot, somebody, "reader", Verb.PRINT).rule.everything
    assert "remind" in decide(snapshot, somebody, "reader", Verb.READ).actions


def test_an_action_written_as_a_verb_has_rows_of_its_own() -> None:
    snapshot = library_with(grants(convert=ALL, print=OWN))
    somebody = person(ADA, "desk")
    assert decide(snapshot, somebody, "reader", Verb.CONVERT).rule.everything
    assert decide(snapshot, somebody, "reader", Verb.PRINT).rule.owners == {ADA}
    assert not decide(snapshot, somebody, "reader", Verb.BULK_EDIT).allowed


def test_an_action_of_one_role_reaches_what_another_role_lets_one_edit() -> None:
    snapshot = library_with([*grants(), GrantDef("mover", "reader", {}, actions=("convert",))])
    both = person(ADA, "desk", "mover")
    assert decide(snapshot, both, "reader", Verb.CONVERT).rule.owners == {ADA}
    assert not decide(snapshot, person(ADA, "mover"), "reader", Verb.CONVERT).allowed


def test_a_key_that_reads_prints_and_does_not_convert() -> None:
    snapshot = library_with(grants("convert", "print"))
    key = person(ADA, "desk", scopes=["read"])
    assert decide(snapshot, key, "reader", Verb.PRINT).allowed
    with pytest.raises(Denied):
        decide(snapshot, key, "reader", Verb.CONVERT)


def test_many_records_at_once_need_the_right_and_one_does_not(library: Library) -> None:
    mine = library.make("reader", *({"name": name, "owner": str(library.clerk)} for name in ("Ada", "Bo")))
    [other] = library.make("reader", {"name": "Cy"})
    with working(library) as work:
        require_bulk(work, "reader", mine[:1])
        with pytest.raises(Denied) as caught:
            require_bulk(work, "reader", mine)
        assert caught.value.extra == {"verb": "bulk_edit"}
    with working(library, "bulk_edit") as work:
        require_bulk(work, "reader", [*mine, other])  # whether each may be edited is asked where it is written
    with working(library, edit=ALL, bulk_edit=OWN) as work:
        require_bulk(work, "reader", [*mine, new_id()])
        with pytest.raises(Denied) as beyond:
            require_bulk(work, "reader", [*mine, other])
        assert beyond.value.code == "row_denied"


def test_merging_needs_its_own_right_and_that_to_edit_all_of_them(library: Library) -> None:
    """Details and what follows a parent change sides, so both sides are written."""
    winner, loser = library.make("reader", *({"name": name} for name in ("Ada", "Adah")))
    mine = library.make("reader", *({"name": name, "owner": str(library.clerk)} for name in ("Bo", "Boh")))

    def merged(work: Work, body: dict[str, Any], kept: UUID, gone: UUID) -> Callable[[], object]:
        return lambda: merge(work, "reader", kept, [gone], body)

    with working(library, edit=ALL, delete=ALL) as work, pytest.raises(Denied):
        merged(work, {}, winner, loser)()
    with working(library, edit=ALL, merge=OWN) as work, pytest.raises(Denied):
        merged(work, {}, winner, loser)()
    for kept, gone in ((winner, loser), (mine[0], loser), (winner, mine[0])):
        with working(library, merge=ALL) as work, pytest.raises(Denied) as caught:
            merged(work, {}, kept, gone)()
        assert caught.value.code == "row_denied"
    with working(library, merge=ALL) as work:
        assert merged(work, {"name": "Bo B."}, *mine)()
