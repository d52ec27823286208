"""A mapping names nothing its author may not see: neither what records are found by, nor what a value is made of."""

from dataclasses import replace
from typing import Any

import pytest

from formwork.definitions.model import GrantDef, VerbGrant
from formwork.kernel import Invalid
from formwork.transfer.guess import guess_mapping
from formwork.transfer.mapping import read_mapping
from formwork.transfer.plan import Mode, OnError, plan_import
from formwork.transfer.table import read_table
from tests.support.rights import library_with, person
from tests.transfer.conftest import READERS, Desk

ALL = VerbGrant(("all",))
EVERY = {"read": ALL, "create": ALL, "edit": ALL, "import": ALL}
GRANTS = (GrantDef("desk", "reader", EVERY, {"card": "hidden", "credit": "hidden"}),)


def mapping(**changes: Any) -> dict[str, Any]:
    """A mapping of names and sponsors, with changes."""
    return {**READERS, "match": ["name"], "columns": {"Name": "name", "Sponsor": "sponsor"}, **changes}


@pytest.mark.parametrize(
    ("hidden", "unknown"),
    [
        [{"columns": {"Name": "name", "Sponsor": {"field": "sponsor", "by": name}}} for name in ("card", "qqqq")],
        [{"set": {"name": f"{name} & 'x'"}} for name in ("card", "qqqq")],
        [{"set": {"name": f"sponsor.{name}"}} for name in ("card", "qqqq")],
    ],
)
def test_a_hidden_field_is_a_name_nobody_knows(desk: Desk, hidden: dict[str, Any], unknown: dict[str, Any]) -> None:
    table = read_table(b"Name,Sponsor\nAnn,\n")
    told = []
    with desk.work() as opened:
        actor = person(desk.person, "desk")
        work = replace(opened.with_snapshot(library_with(GRANTS)), context=opened.context.acting_as(actor))
        guessed = guess_mapping(work, "reader", table).mapping.columns["Sponsor"]
        assert guessed.by in (None, "name")
        for change in (hidden, unknown):
            with pytest.raises(Invalid) as raised:
                plan_import(work, table, read_mapping(mapping(**change)), Mode.CREATE, OnError.SKIP)
            told.append([(one.pointer, one.code, one.message) for one in raised.value.problems])
    words = ("card", "qqqq")
    first, second = (str(one) for one in told)
    for word in words:
        first, second = first.replace(word, "…"), second.replace(word, "…")
    assert first == second
