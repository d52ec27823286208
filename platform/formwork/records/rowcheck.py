"""Row rules asked again of what is stored: the merged row must be one the actor may write.

A grant's `when` says in which state a record may be edited and is asked before the change; its scopes
say whose records, and are asked again after it. A record that was given away is beyond them: whether it might be
was asked of the right to transfer, before the change.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from formwork.access import Decision, Verb, decide, visible
from formwork.catalog import FieldSpec, Query, RowRule, Selected, unite
from formwork.catalog.reading import field_expression
from formwork.kernel import Denied
from formwork.records.draft import Draft
from formwork.storage import Work, read


def check_rows(work: Work, drafts: Sequence[Draft]) -> None:
    """Raise Denied when a stored row of one object is beyond the actor's rights."""
    fresh = [draft for draft in drafts if draft.is_new]
    _check(work, fresh, Verb.CREATE)
    _check(work, [draft for draft in drafts if not draft.is_new and not draft.has_changed("owner")], Verb.EDIT)


def _check(work: Work, drafts: Sequence[Draft], verb: Verb) -> None:
    if not drafts:
        return
    object = drafts[0].object.name
    decision = decide(work.snapshot, work.context.actor, object, verb)
    rule = without_when(decision.rule)
    if rule.everything:
        return
    if verb is Verb.EDIT:
        drafts = [draft for draft in drafts if _may_have_moved(work, draft, rule)]
        if not drafts:
            return
    ids = tuple({draft.id for draft in drafts})
    widened = Decision(object, verb, decision.allowed, rule=rule)
    query = Query(object, (Selected("id", field_expression(work.snapshot, object, "id")),), ids=ids, limit=None)
    seen: set[UUID] = set()
    if not rule.is_empty:
        seen = {row[0] for row in read.fetch(work, visible(work.snapshot, widened, work.context.actor, query))}
    if any(id not in seen for id in ids):
        raise Denied(
            "You have no right to a record with these values. Keep it your own or ask an administrator.",
            code="row_denied",
        )


def _may_have_moved(work: Work, draft: Draft, rule: RowRule) -> bool:
    """False when the change touches nothing the rule reads.

    The row met the rule when its reach was asked, after it was loaded; the version checked at the write says
    that it is still that row. Rules that read other records, or values that move without a version, are asked.
    """
    spec = draft.object
    if draft.master is not None or rule.through is not None:
        return True  # a detail was reached through its master
    reads = {pair for term in rule.criteria for pair in term.reads}
    if any(
        object != spec.name or name not in spec.fields or not _is_plain(spec.fields[name]) for object, name in reads
    ):
        return True
    return any(draft.has_changed(name) for _, name in reads)


def _is_plain(field: FieldSpec) -> bool:
    """A column of the row that only a write with a version changes."""
    return bool(field.columns) and not (field.targets or field.derived or field.formula or field.reference)


def without_when(rule: RowRule) -> RowRule:
    """The rule with its narrowed branches taken at their scopes only."""
    if not rule.narrowed:
        return rule
    return unite([replace(rule, narrowed=()), *(inner for inner, _ in rule.narrowed)])
