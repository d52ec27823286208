"""Brings into the graph what expressions need, one query per object and level, never per record."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from formwork.access import restrict_for_platform
from formwork.catalog import FieldSpec, ListKind, Query, Selected
from formwork.catalog.reading import field_expression, many_filter
from formwork.kernel import sort_ids
from formwork.records.draft import Draft
from formwork.records.graph import Graph, GraphRow
from formwork.records.needs import Needs
from formwork.storage import Work, read, rows


def load_needs(work: Work, graph: Graph, needs: Needs, drafts: Sequence[Draft]) -> None:
    """Load everything `needs` says for these drafts of one object."""
    if drafts and not needs.is_empty:
        _load_around(work, graph, needs, [graph.draft_row(draft) for draft in drafts])


def load_rows(work: Work, graph: Graph, needs: Needs, ids: Iterable[UUID]) -> None:
    """Load records themselves and everything their needs say."""
    wanted = sort_ids(set(ids))
    _fetch(work, graph, needs, wanted)
    if not needs.is_empty:
        found = [row for id in wanted if (row := graph.row(needs.object, id)) is not None]
        _load_around(work, graph, needs, found)


def _load_around(work: Work, graph: Graph, needs: Needs, around: Sequence[GraphRow]) -> None:
    for name in needs.links:
        _look_for(work, graph, work.object(needs.object).fields[name], around)
    for field, inner in needs.hops.items():
        targets: set[UUID] = set()
        for row in around:
            targets |= {id for object, id in row.links(field) if object == inner.object}
        load_rows(work, graph, inner, targets)
    for name, inner in needs.lists.items():
        _load_list(work, graph, needs.object, name, inner, [row.id for row in around])


def _look_for(work: Work, graph: Graph, field: FieldSpec, around: Sequence[GraphRow]) -> None:
    """Find out which records a link points at are there."""
    wanted: dict[str, set[UUID]] = {}
    for row in around:
        for object, id in row.links(field.name):
            wanted.setdefault(object, set()).add(id)
    for object, ids in wanted.items():
        _fetch(work, graph, Needs(object), sort_ids(ids))


def _load_list(work: Work, graph: Graph, owner: str, name: str, inner: Needs, ids: Sequence[UUID]) -> None:
    missing = [id for id in ids if (owner, id, name) not in graph.lists]
    item = work.object(owner).lists[name]
    if item.kind is ListKind.MEMBERS:
        members = read.side_values(work, owner, item.via, missing)
        for id in missing:
            graph.lists[(owner, id, name)] = tuple(members.get(id, ()))
    elif missing:
        query = Query(
            item.object,
            (Selected("id", field_expression(work.snapshot, item.object, "id")),
             Selected("via", field_expression(work.snapshot, item.object, item.via))),
            where=(many_filter(work.snapshot, item.object, item.via, missing),),
            limit=None,
        )  # fmt: skip
        found: dict[UUID, list[UUID]] = {id: [] for id in missing}
        for id, via in read.fetch(work, restrict_for_platform(work.snapshot, query)):
            found.setdefault(via, []).append(id)
        for owner_id, listed in found.items():
            graph.lists[(owner, owner_id, name)] = tuple(listed)
    wanted = {id for owner_id in ids for id in graph.lists.get((owner, owner_id, name), ())}
    load_rows(work, graph, inner, wanted)


def _fetch(work: Work, graph: Graph, needs: Needs, ids: Sequence[UUID]) -> None:
    """Load live records by id with the fields needed of them, stored ones and computed ones."""
    object = needs.object
    names = sorted({"id", *needs.fields})
    missing = [
        id
        for id in ids
        if (object, id) not in graph.drafts
        and (object, id) not in graph.gone
        and ((object, id) not in graph.loaded or not needs.fields <= graph.loaded[(object, id)].keys())
    ]
    if not missing:
        return
    spec = work.object(object)
    stored = [name for name in names if spec.fields[name].stored]
    found = rows.load(work, object, missing, stored)
    for id, values in found.items():
        graph.loaded.setdefault((object, id), {}).update(values)
    graph.gone.update((object, id) for id in missing if id not in found)
    computed = [name for name in names if not spec.fields[name].stored]
    if computed:
        select = tuple(Selected(name, field_expression(work.snapshot, object, name)) for name in ["id", *computed])
        query = Query(object, select, ids=tuple(missing), limit=None)
        for row in read.fetch(work, restrict_for_platform(work.snapshot, query)):
            if (object, row[0]) in graph.loaded:
                graph.loaded[(object, row[0])].update(zip(computed, row[1:], strict=True))
