"""What else is wrong with records of which some values could not be read: judged like a write, nothing written.

Only what holds whatever those values will be is told. A rule, a condition or a default that reads one of them
says nothing; nor do guards and late rules, which are asked when the record is written.
"""

from collections.abc import Callable, Sequence

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.expressions import Expression
from formwork.kernel import Problem
from formwork.records.create import Body
from formwork.records.discretion import told
from formwork.records.draft import Draft
from formwork.records.drafting import Drafting, draft_new
from formwork.records.save import gather
from formwork.records.unique import DUPLICATE, check_unique
from formwork.records.update import Change, draft_updates
from formwork.records.validate import validate_early
from formwork.records.values import Reader, from_json
from formwork.storage import Work

Unknown = frozenset[str]
"""Fields whose values could not be read, so that the body lacks them."""
_TYPE = "record_type"


def judge_new(
    work: Work, object: str, bodies: Sequence[Body], unknown: Sequence[Unknown], *, reader: Reader = from_json
) -> list[list[Problem]]:
    """The problems each body would have as a new record of its own, whatever its unknown fields will be."""
    drafts = draft_new(work, work.object(object), bodies, Drafting(reader, [""] * len(bodies)))
    return _judged(work, drafts, unknown)


def judge_changes(
    work: Work, object: str, changes: Sequence[Change], unknown: Sequence[Unknown], *, reader: Reader = from_json
) -> list[list[Problem]]:
    """As `judge_new`, for changes of records; raises NotFound and Denied like an update."""
    return _judged(work, draft_updates(work, object, changes, Drafting(reader, [""] * len(changes))), unknown)


def _judged(work: Work, drafts: Sequence[Draft], unknown: Sequence[Unknown]) -> list[list[Problem]]:
    graph = gather(work, drafts)
    validate_early(work, graph, drafts)
    check_unique(work, graph, drafts)
    found: list[list[Problem]] = []
    for draft, fields in zip(drafts, unknown, strict=True):
        doubtful = _doubtful(draft, fields)
        draft.problems = [one for one in draft.problems if _is_certain(draft.object, one, doubtful)]
        found.append(told(work, draft))
    return found


def _doubtful(draft: Draft, unknown: Unknown) -> frozenset[str]:
    """The unknown fields, and those that are computed or filled from them."""
    doubtful = set(unknown)
    while True:
        more = {
            name
            for name, field in draft.object.fields.items()
            if name not in doubtful and _reads(draft.object, _sources(field, draft), doubtful)
        }
        if not more:
            return frozenset(doubtful)
        doubtful |= more


def _sources(field: FieldSpec, draft: Draft) -> tuple[Expression | None, ...]:
    default = field.default if draft.is_new and field.name not in draft.said else None
    return field.formula, field.reference, default


def _reads(spec: ObjectSpec, expressions: Sequence[Expression | None], doubtful: set[str] | frozenset[str]) -> bool:
    """Whether one of them reads a doubtful field of this object, of whichever record."""
    return any(
        object == spec.name and name in doubtful for one in expressions if one is not None for object, name in one.reads
    )


def _is_certain(spec: ObjectSpec, problem: Problem, doubtful: frozenset[str]) -> bool:
    name = problem.pointer.strip("/").split("/")[0]
    if name in doubtful:
        return False
    judge = _JUDGES.get(problem.code)
    return judge is None or judge(spec, name, problem, doubtful)


def _is_certain_rule(spec: ObjectSpec, _name: str, problem: Problem, doubtful: frozenset[str]) -> bool:
    rule = next(one for one in spec.validations if one.rule == problem.args["rule"])
    return not _reads(spec, (rule.error_when,), doubtful) and doubtful.isdisjoint(rule.when_changed)


def _is_certainly_required(spec: ObjectSpec, name: str, _problem: Problem, doubtful: frozenset[str]) -> bool:
    field = spec.fields[name]
    if _TYPE in doubtful and field.definition.record_types is not None:
        return False
    return field.definition.required or not _reads(spec, (field.required_when,), doubtful)


def _is_certainly_taken(spec: ObjectSpec, name: str, _problem: Problem, doubtful: frozenset[str]) -> bool:
    rules = [one for one in spec.uniques if one.fields[-1] == name]
    return all(doubtful.isdisjoint(one.fields) and not _reads(spec, (one.when,), doubtful) for one in rules)


def _is_certain_option(_spec: ObjectSpec, _name: str, _problem: Problem, doubtful: frozenset[str]) -> bool:
    return _TYPE not in doubtful


def _is_certain_link(spec: ObjectSpec, name: str, _problem: Problem, doubtful: frozenset[str]) -> bool:
    return not _reads(spec, (spec.fields[name].filter,), doubtful)


def _is_certainly_closed(spec: ObjectSpec, name: str, _problem: Problem, doubtful: frozenset[str]) -> bool:
    return not _reads(spec, (spec.fields[name].readonly_when,), doubtful)


_JUDGES: dict[str, Callable[[ObjectSpec, str, Problem, frozenset[str]], bool]] = {
    "rule": _is_certain_rule,
    "required": _is_certainly_required,
    DUPLICATE: _is_certainly_taken,
    "bad_option": _is_certain_option,
    "filtered_reference": _is_certain_link,
    "read_only": _is_certainly_closed,
}
