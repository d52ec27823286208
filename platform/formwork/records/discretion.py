"""What a refusal may name: a field its reader may not see stands in none.

What is wrong at such a field still has to be said, or nobody could save the record; where it is has not. A rule, a
duplicate and a guard keep their own sentence and lose the place; any other sentence would describe the field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from formwork.access import Verb
from formwork.access.decide import decide_beyond
from formwork.catalog import FieldSpec
from formwork.kernel import Problem
from formwork.records.draft import Draft
from formwork.records.unique import DUPLICATE
from formwork.storage import Work

HIDDEN = "hidden_field"
"""The code of what is wrong at a field that is not named."""
_MESSAGE = (
    "A field that you may not see has no value that fits, and this record cannot be saved without. "
    "Ask an administrator to give the field a default, or you the right to fill it in."
)
_NAMED = frozenset({"unknown_field"})
"""Codes about a name that was sent, whether or not there is such a field."""
_TOLD = frozenset({"rule", DUPLICATE})
_PLACES = frozenset({"field", "record"})


def told(work: Work, draft: Draft) -> list[Problem]:
    """The problems of a draft as the actor may read them."""
    if not draft.problems or work.context.actor.system:
        return draft.problems
    open_, found = _open(work, draft), list[Problem]()
    for problem in draft.problems:
        name = problem.pointer.removeprefix(draft.pointer).lstrip("/").partition("/")[0]
        hidden = name in draft.object.fields and name not in open_ and problem.code not in _NAMED
        one = _without_name(problem, draft.pointer) if hidden else problem
        if one not in found:
            found.append(one)
    return found


def may_be_told_of(work: Work, link: FieldSpec) -> bool:
    """True when the actor may be told that records of some object hold this link at all."""
    if work.context.actor.system:
        return True
    decision = decide_beyond(work.snapshot, work.context.actor, link.object)
    return decision.allowed and link.name in decision.readable


def _open(work: Work, draft: Draft) -> set[str]:
    """The fields the actor may see, or fill in, on a record of this type."""
    return {name for one in _fields(work, draft) for name in one}


def _fields(work: Work, draft: Draft) -> Iterator[Iterable[str]]:
    kind = draft.values.get("record_type")
    for verb in (Verb.READ, Verb.CREATE if draft.is_new else Verb.EDIT):
        decision = decide_beyond(work.snapshot, work.context.actor, draft.object.name, verb)
        if decision.allowed:
            yield decision.readable_on(kind) if verb is Verb.READ else decision.writable_on(kind)


def _without_name(problem: Problem, place: str) -> Problem:
    if problem.code in _TOLD or problem.code.startswith("refused"):
        args = {name: value for name, value in problem.args.items() if name not in _PLACES}
        return replace(problem, pointer=place, args=args)
    return Problem(place, HIDDEN, _MESSAGE)
