"""A refusal never names a field its reader may not see, nor who points at a record through one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Conflict, Invalid
from formwork.records import create, delete
from formwork.records.create import create_each
from formwork.records.discretion import told
from formwork.records.draft import Draft
from formwork.records.judge import judge_new
from formwork.records.unique import DUPLICATE
from formwork.storage import Work
from tests.records.conftest import Library
from tests.support.rights import library_with, person
from tests.support.tenants import TENANT

ALL = VerbGrant(("all",))
EVERY = {"read": ALL, "create": ALL, "edit": ALL, "delete": ALL}
GRANTS = (
    GrantDef("desk", "reader", EVERY, {"name": "hidden", "sponsor": "hidden"}),
    GrantDef("desk", "loan", EVERY, {"reader": "hidden", "status": "hidden"}),
)
NAMES = ("name", "sponsor", "reader", "status")


@contextmanager
def at_the_desk(library: Library) -> Iterator[Work]:
    """Somebody who may not see whose loan it is, nor what readers are called."""
    with library.home.runtime.system_write(TENANT, "test") as opened:
        actor = person(library.clerk, "desk")
        yield replace(opened.with_snapshot(library_with(GRANTS)), context=opened.context.acting_as(actor))


def test_what_is_wrong_at_a_hidden_field_is_told_without_its_name(library: Library) -> None:
    """Required values, in one record, in a batch and in the dry run of an import; a rule keeps its own sentence."""
    body: dict[str, Any] = {"card": "A-1"}
    with at_the_desk(library) as work:
        with pytest.raises(Invalid) as raised:
            create(work, "reader", [body])
        [outcome] = create_each(work, "reader", [body])
        [judged] = judge_new(work, "reader", [body], [frozenset()])
        named = [create_each(work, "reader", [{**body, name: "x"}])[0].problems for name in ("name", "nobody_knows")]
    assert [[one.code for one in problems] for problems in named] == [["unknown_field", "hidden_field"]] * 2
    for found in (raised.value.problems, outcome.problems, judged):
        assert [(one.pointer, one.code, dict(one.args)) for one in found] == [("", "hidden_field", {})]
        assert "Ask an administrator" in found[0].message
        draft = Draft(work.object("reader"), library.clerk, "/update/0", {})
        draft.blame("rule", "A reader cannot sponsor themselves.", "sponsor", rule="sponsor_is_self", object="reader")
        draft.blame(DUPLICATE, "Taken.", "name", field="name", record=str(library.clerk))
        draft.blame("required", "Fill in this field.", "card", field="card")
        rule, taken, seen = told(work, draft)
    assert (rule.pointer, rule.message) == ("/update/0", "A reader cannot sponsor themselves.")
    assert (taken.pointer, taken.code, dict(taken.args)) == ("/update/0", DUPLICATE, {})
    assert seen.pointer == "/update/0/card"


def test_a_hidden_link_is_not_named_when_it_keeps_a_record(library: Library) -> None:
    [ada] = library.make("reader", {"name": "Ada"})
    library.make("loan", {"reader": str(ada)})
    with at_the_desk(library) as work, pytest.raises(Conflict) as raised:
        delete(work, "reader", [ada])
    assert (raised.value.code, dict(raised.value.extra)) == ("in_use", {})
    text = raised.value.message + str(raised.value.problems)
    assert not [name for name in (*NAMES, "loan", "Loan") if name in text]
