"""The steps every write of drafts takes, in the order a newcomer can read aloud.

Gather: defaults, references. Write: guards, numbers, validation with all problems at once, unique
values, rows, row rules on what is stored, derived values, late rules, history, announcements.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.expressions import Environment
from formwork.kernel import Conflict, FormworkError, Invalid, Problem, Refused
from formwork.records.announce import Written, announce, guard
from formwork.records.attachments import check_files, keep_holders
from formwork.records.consents import note_consents
from formwork.records.defaults import fill_defaults
from formwork.records.derived import Place, Touched, recompute_closure
from formwork.records.discretion import told
from formwork.records.draft import Draft, Outcome, Saved
from formwork.records.first_values import fill_derived
from formwork.records.graph import Graph
from formwork.records.history import record_history
from formwork.records.hold import hold_masters
from formwork.records.links import keep_unseen
from formwork.records.numbers import assign_numbers
from formwork.records.references import check_references
from formwork.records.reparent import check_masters
from formwork.records.rowcheck import check_rows
from formwork.records.store import store
from formwork.records.unique import DUPLICATE, check_unique
from formwork.records.validate import has_late_rules, validate_early, validate_late
from formwork.storage import Work, rows

REFUSED = "refused"
"""Problem codes guards use start with this word or say so in `Refused`."""


def save(work: Work, roots: Sequence[Draft]) -> list[Saved]:
    """Write all drafts or none; raises with every problem of every record at once."""
    graph = gather(work, roots)
    judge(work, graph, roots)
    refuse(work, roots)
    if any(has_late_rules(work, level[0].object.name) for level in levels(roots)):
        with work.savepoint():
            write(work, graph, roots)
            refuse(work, roots)
    else:
        write(work, graph, roots)
    return _saved(roots)


def save_each(work: Work, roots: Sequence[Draft]) -> list[Outcome]:
    """Write the drafts that can be written, and say of the others why not."""
    graph = gather(work, roots)
    judge(work, graph, roots)
    good = [root for root in roots if not _problems([root])]
    while good:
        try:
            with work.savepoint():
                graph = new_graph(work, good)
                write(work, graph, good)
                if _problems(good):
                    raise _LateRefusal
        except _LateRefusal:
            good = [root for root in good if not _problems([root])]
            continue
        break
    written = {one.id: one for one in _saved(good)}
    return [Outcome(index, written.get(root.id), tuple(_told(work, [root]))) for index, root in enumerate(roots)]


class _LateRefusal(Exception):
    """Undoes the rows of a batch of which a late rule refused some."""


def gather(work: Work, roots: Sequence[Draft]) -> Graph:
    """Complete the drafts: defaults, then everything they point at or go on pointing at."""
    graph = new_graph(work, roots)
    for level in levels(roots):
        fill_defaults(work, graph, level)
        note_consents(work, level)
        check_references(work, graph, level)
        check_masters(work, level)
        keep_unseen(work, level)
        check_files(work, level)
    return graph


def judge(work: Work, graph: Graph, roots: Sequence[Draft]) -> None:
    """Everything that can be wrong before rows are written."""
    for level in levels(roots):
        guard(work, level)
        assign_numbers(work, graph, level)
        validate_early(work, graph, level)
        check_unique(work, graph, level)


def write(work: Work, graph: Graph, roots: Sequence[Draft]) -> None:
    """Rows, row rules, derived values, late rules, history, announcements."""
    touched = Touched()
    all_levels = levels(roots)
    events: list[Written] = []
    work.take_turn()
    for object in dict.fromkeys(root.object.name for root in roots):
        hold_masters(work, [root for root in roots if root.object.name == object])
    for level in all_levels:
        fill_derived(work, graph, level)
        events += store(work, level, touched)
    for level in all_levels:
        keep_holders(work, level)
        check_rows(work, level)
    changed = recompute_closure(work, touched)
    late = [level for level in all_levels if has_late_rules(work, level[0].object.name)]
    if late:
        for level in late:
            graph.refresh(level, _rollups(work, level, changed))
            validate_late(work, graph, level)
    for level in all_levels:
        record_history(work, [draft for draft in level if draft.is_new], "created")
        record_history(work, [draft for draft in level if not draft.is_new], "updated")
    announce(work, events)


def _rollups(work: Work, level: Sequence[Draft], changed: Mapping[Place, set[UUID]]) -> dict[UUID, dict[str, Any]]:
    """The roll-ups of these drafts as the write has left them; those of a new record it left alone are known."""
    spec = level[0].object
    names = [name for name, field in spec.fields.items() if field.rollup is not None]
    moved = {id for name in names for id in changed.get((spec.name, name), ())}
    return rows.load(work, spec.name, [draft.id for draft in level if not draft.is_new or draft.id in moved], names)


def levels(roots: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts of all families by object, masters before their details."""
    found: list[list[Draft]] = []
    waiting: list[Draft] = list(roots)
    while waiting:
        by_object: dict[str, list[Draft]] = {}
        for draft in waiting:
            by_object.setdefault(draft.object.name, []).append(draft)
        found += by_object.values()
        waiting = [detail for draft in waiting for detail in draft.details]
    return found


def refuse(work: Work, roots: Sequence[Draft]) -> None:
    """Raise when any draft has a problem: Conflict for duplicates only, Refused for guards only, else Invalid."""
    problems = _told(work, roots)
    if not problems:
        return
    codes = {problem.code for problem in problems}
    count = len(problems)
    raise_as: Callable[..., FormworkError] = Invalid
    code = "invalid"
    message = f"The record was not saved: {count} {'entry needs' if count == 1 else 'entries need'} your attention."
    if codes == {DUPLICATE}:
        raise_as, code, message = Conflict, DUPLICATE, "Another record has the same value already. Nothing was saved."
    elif all(code.startswith(REFUSED) for code in codes):
        raise_as, code = Refused, problems[0].code
        message = problems[0].message
    raise raise_as(message, code=code, problems=problems)


def _problems(roots: Sequence[Draft]) -> list[Problem]:
    return [problem for root in roots for draft in root.family() for problem in draft.problems]


def _told(work: Work, roots: Sequence[Draft]) -> list[Problem]:
    return [problem for root in roots for draft in root.family() for problem in told(work, draft)]


def new_graph(work: Work, roots: Sequence[Draft]) -> Graph:
    """A graph that holds the drafts of all families, under the circumstances of the request."""
    context = work.context
    circumstances = Environment(context.now, context.today, context.timezone, context.actor, context.currency)
    graph = Graph(work.snapshot, circumstances)
    for root in roots:
        for draft in root.family():
            graph.drafts[(draft.object.name, draft.id)] = draft
    return graph


def _saved(roots: Sequence[Draft]) -> list[Saved]:
    """The answers for records of one object."""
    if not roots:
        return []
    spec = roots[0].object
    lists = spec.details
    none: Mapping[str, tuple[UUID, ...]] = {item.name: () for item in lists}
    return [
        Saved(
            spec.name,
            root.id,
            root.version,
            root.is_new,
            {item.name: tuple(one.id for one in root.details if one.object.name == item.object) for item in lists}
            if root.details
            else none,
        )
        for root in roots
    ]
