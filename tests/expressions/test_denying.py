"""A condition that grants, asked by somebody who lacks what it asks about them: P6 of SECURITY, in Python."""

from dataclasses import replace

import pytest

from formwork.expressions import check, compile_python
from formwork.expressions.denying import for_actor
from formwork.kernel import Actor
from tests.expressions.world import ENVIRONMENT, ME, WorldScope, example_row

LACKING = replace(ME, department=None, attributes={"branches": ()})
NEVER = (
    "reader.branch = me.department", "reader.branch != me.department", "not reader.branch = me.department",
    "reader.branch in me.branches", "reader.branch not in me.branches", "not (not (reader.branch != me.department))",
    "count(lines, loan.reader.branch = me.department) = 0", "if(reader.branch = me.department, false, true)",
    "not (reader.branch = me.department) and not (reader.branch in me.branches)",
)  # fmt: skip
ANSWERED = {
    "me.department is blank": True, "me.department is not blank": False, "reader.branch = me.department or true": True,
    "not (reader.branch = me.department and false)": True, "not me.has_role('other')": True,
}  # fmt: skip


def granted(text: str, actor: Actor) -> object:
    """What a condition that grants says of a loan."""
    row = example_row()
    run = compile_python(for_actor(check(text, WorldScope("loan", asks="loan")), actor))
    return run(row, replace(ENVIRONMENT, this=row, me=actor))


@pytest.mark.parametrize("text", NEVER)
def test_a_test_of_something_missing_lets_nobody_in(text: str) -> None:
    assert granted(text, LACKING) is False


@pytest.mark.parametrize("text", ANSWERED)
def test_what_does_not_hang_on_it_keeps_its_answer(text: str) -> None:
    assert granted(text, LACKING) is ANSWERED[text]


def test_who_lacks_nothing_is_asked_the_condition_as_it_stands() -> None:
    condition = check("not (reader.branch in me.branches) or reader.branch = me.department", WorldScope("loan"))
    assert for_actor(condition, ME) is condition
