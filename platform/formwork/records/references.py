"""References: every record pointed at exists, may be seen and passes the look-up's filter.

Missing, invisible and wrong-type are one answer (SECURITY: `bad_reference`), so nobody can probe. A
filter narrows what people may choose now; the platform itself (seeds, restores) records what was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from formwork.access import Verb, decide, visible
from formwork.catalog import FieldSpec, Lifecycle, Query, Selected
from formwork.catalog.field_kind import PRINCIPALS
from formwork.catalog.reading import field_expression
from formwork.kernel import NotFound, sort_ids
from formwork.records.compiled import CompiledFilter, compiled_object
from formwork.records.draft import Draft
from formwork.records.graph import Graph, links_of
from formwork.records.loading import load_needs, load_rows
from formwork.storage import Work, read

_MESSAGE = "Choose a record that exists and that you may see."
_FILTERED = "This record does not fit here. Choose one the list offers."


def check_references(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Blame every draft of one object whose changed references lead nowhere the actor may go."""
    if not drafts:
        return
    spec = drafts[0].object
    for field in spec.fields.values():
        if not field.targets or field.computed or field.name in ("created_by", "updated_by"):
            continue
        changed = [draft for draft in drafts if _is_said(draft, field)]
        if not changed:
            continue
        pointed = {ref for draft in changed for ref in links_of(field, draft.values.get(field.name))}
        pointed = {ref for ref in pointed if ref not in graph.drafts or ref[0] not in field.targets}
        given = pointed & _given(work, field, changed)
        seen = given | (visible_refs(work, field, pointed - given) if pointed - given else set())
        for key in seen if field.may_outlive else ():
            graph.loaded.setdefault(key, {})
        unseen = pointed - seen
        for draft in changed if unseen else ():
            if not unseen.isdisjoint(links_of(field, draft.values.get(field.name))):
                draft.blame("bad_reference", _MESSAGE, field.name, field=field.name)
    if work.context.actor.system:
        return
    for rule in compiled_object(work.snapshot, spec.name).filters:
        _check_filter(work, graph, rule, spec.fields[rule.field], drafts)


def _given(work: Work, field: FieldSpec, drafts: Sequence[Draft]) -> set[tuple[str, UUID]]:
    """The actor, where the platform put them and nobody named them: they are there, or they could not ask."""
    me = work.context.actor.user
    if me is None or field.name != "owner" or any("owner" in draft.said for draft in drafts):
        return set()
    return {(target, me) for target in field.targets}


def _is_said(draft: Draft, field: FieldSpec) -> bool:
    value = draft.values.get(field.name)
    if value is None or value == ():
        return False
    if draft.master is not None and draft.object.master is not None and field.name == draft.object.master.field:
        return False
    return draft.is_new or value != (draft.old or {}).get(field.name)


def visible_refs(work: Work, field: FieldSpec, refs: Iterable[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Those of the (object, id) pairs the actor may read, for one field."""
    wanted: dict[str, set[UUID]] = {}
    for object, id in refs:
        wanted.setdefault(object, set()).add(id)
    found: set[tuple[str, UUID]] = set()
    for object, ids in wanted.items():
        if object not in field.targets:
            continue
        targets = PRINCIPALS if field.definition.type == "principal" else (object,)
        for target in targets:  # whoever owns it, the field is said to point at people
            found |= {(object, id) for id in visible_ids(work, target, ids)}
    return found


def visible_ids(
    work: Work, object: str, ids: Iterable[UUID], verb: Verb = Verb.READ, lifecycle: Lifecycle = Lifecycle.LIVE
) -> set[UUID]:
    """Those of the ids that are records (live ones, or deleted ones) the actor may reach with the verb."""
    wanted = tuple(sort_ids(set(ids)))
    try:
        decision = decide(work.snapshot, work.context.actor, object, verb)
    except NotFound:
        return set()
    if not wanted or not decision.allowed or decision.rule.is_empty:
        return set()
    select = (Selected("id", field_expression(work.snapshot, object, "id")),)
    query = Query(object, select, ids=wanted, limit=None, lifecycle=lifecycle)
    return {row[0] for row in read.fetch(work, visible(work.snapshot, decision, work.context.actor, query))}


def _check_filter(work: Work, graph: Graph, rule: CompiledFilter, field: FieldSpec, drafts: Sequence[Draft]) -> None:
    asked = [draft for draft in drafts if _is_said(draft, field) and not draft.problems]
    if not asked:
        return
    load_rows(work, graph, rule.target_needs, (draft.values[field.name] for draft in asked))
    load_needs(work, graph, rule.own_needs, asked)
    environment = graph.environment
    for draft in asked:
        target = graph.row(field.targets[0], draft.values[field.name])
        here = replace(environment, this=graph.draft_row(draft), old=None)
        if target is not None and not rule.closure(target, here):
            draft.blame("filtered_reference", _FILTERED, field.name, field=field.name)
