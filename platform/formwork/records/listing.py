"""Reading records: lists with keyset pages, single records, counts and look-up suggestions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide, restrict
from formwork.catalog import Lifecycle, Query, Selected
from formwork.catalog.reading import field_expression, search_condition
from formwork.expressions import Kind
from formwork.kernel import LimitExceeded, NotFound, sort_ids
from formwork.records.attachments import show_files
from formwork.records.cursor import Cursor, decode, encode, question_hash
from formwork.records.linked import told_title
from formwork.records.question import ask_fields, ask_filter, ask_sort, require_modest
from formwork.storage import Work, read

LONGEST_PAGE = 200
"""Records of one page at most (SECURITY: line 14)."""
MOST_SUGGESTIONS = 20
_SHORTEST_SEARCH = 2


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A list somebody asks for.

    `fields` and `sort` are paths of the expression language (`-` before a sort key for descending),
    `filters` are conditions joined by `and`, `search` is plain text looked for in the title and the
    searchable fields.
    """

    object: str
    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int = 50
    cursor: str | None = None
    search: str | None = None
    lifecycle: Lifecycle = Lifecycle.LIVE


@dataclass(frozen=True, slots=True)
class Page:
    """One page: JSON-ready records keyed by path, and cursors to the pages around it."""

    records: list[dict[str, Any]]
    next: str | None
    previous: str | None


def list_records(work: Work, request: ListRequest, key: bytes) -> Page:
    """A page of records the reader may see. `key` signs cursors.

    Raises Denied, Malformed `bad_query` or `bad_cursor`, LimitExceeded for a page that is too long.
    """
    if not 1 <= request.limit <= LONGEST_PAGE:
        raise LimitExceeded(
            f"A page has 1 to {LONGEST_PAGE} records. Ask for fewer and follow `next`.", code="query_limit"
        )
    question = question_hash(
        request.object, request.filters, request.sort, request.search, request.lifecycle, work.snapshot.version
    )
    cursor = decode(request.cursor, question, key) if request.cursor else None
    if cursor is not None:
        work = replace(work, context=replace(work.context, now=cursor.now))
    query = build_query(work, request)
    hidden = tuple(Selected(f"_sort{i}", sort.expression) for i, sort in enumerate(query.sort))
    query = replace(
        query,
        select=query.select + hidden,
        limit=request.limit + 1,
        after=cursor.values if cursor else None,
        backward=cursor.backward if cursor else False,
    )
    rows, values = read.fetch_page(work, restrict(work.snapshot, work.context.actor, query))
    return _page(work, request, query, rows, values, question, cursor, key)


def build_query(work: Work, request: ListRequest) -> Query:
    """The query of a request, without paging; raises Denied before a word of it is looked at."""
    decide(work.snapshot, work.context.actor, request.object, Verb.READ).require()
    require_modest((*request.filters, *request.fields, *request.sort))
    where = [ask_filter(work, request.object, text) for text in request.filters if text.strip()]
    if request.search is not None:
        text = request.search.strip()
        if len(text) < _SHORTEST_SEARCH:
            return Query(request.object, ask_fields(work, request.object, request.fields), ids=())
        where.append(search_condition(work.snapshot, request.object, searchable(work, request.object), text))
    return Query(
        request.object,
        ask_fields(work, request.object, request.fields),
        where=tuple(where),
        sort=ask_sort(work, request.object, request.sort),
        lifecycle=request.lifecycle,
    )


def get_record(work: Work, object: str, id: UUID, fields: Sequence[str] = ()) -> dict[str, Any]:
    """One record as JSON-ready values keyed by path; raises NotFound when it is not to be seen."""
    decide(work.snapshot, work.context.actor, object, Verb.READ).require()
    query = Query(object, ask_fields(work, object, fields), ids=(id,), limit=1)
    found = read.fetch_json(work, restrict(work.snapshot, work.context.actor, query))
    if not found:
        raise NotFound("There is no such record, or you may not see it.")
    show_files(work, object, [one.name for one in query.select], found)
    return found[0]


def count_records(work: Work, request: ListRequest, most: int = 1000) -> int:
    """How many records a list has, counted up to `most`."""
    return read.count_capped(work, restrict(work.snapshot, work.context.actor, build_query(work, request)), most)


def suggest(
    work: Work,
    object: str,
    text: str,
    *,
    filter: str | None = None,
    this: Mapping[str, Any] | None = None,
    this_object: str | None = None,
    limit: int = MOST_SUGGESTIONS,
) -> list[dict[str, Any]]:
    """Records for a look-up picker: id and title only, those whose title or search fields hold the text.

    A title that is a link is told by the title behind it; one that is not for the reader is the id. `filter` is the
    look-up's own condition, with `this` as the record that asks.
    """  # fmt: skip
    spec = work.object(object)
    decide(work.snapshot, work.context.actor, object, Verb.READ).require()
    told, id = told_title(work, object), field_expression(work.snapshot, object, "id")
    select = (Selected("id", id), Selected("title", told or id))
    where = []
    if text.strip():
        behind = [told] if told is not None and spec.fields[spec.title].targets and told.type.kind is Kind.TEXT else []
        names = searchable(work, object)
        where.append(search_condition(work.snapshot, object, names, text.strip(), behind))
    if filter:
        where.append(ask_filter(work, object, filter, this_object))
    sort = ask_sort(work, object, (spec.title,)) if told is not None else ()
    query = Query(
        object, select, where=tuple(where), sort=sort, limit=min(limit, MOST_SUGGESTIONS), this=dict(this or {})
    )
    return read.fetch_json(work, restrict(work.snapshot, work.context.actor, query))


def titles(work: Work, object: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """Id text -> title of the records the reader may see; a title that is a link is told by the one behind it."""
    readable = decide(work.snapshot, work.context.actor, object, Verb.READ).require().readable
    if not ids or work.object(object).title not in readable:
        return {}
    id = field_expression(work.snapshot, object, "id")
    told = told_title(work, object)
    select = (Selected("id", id), *((Selected("title", told),) if told is not None else ()))
    query = Query(object, select, ids=tuple(sort_ids(set(ids))), limit=None)
    rows = read.fetch_json(work, restrict(work.snapshot, work.context.actor, query))
    return {row["id"]: row.get("title") for row in rows}


def searchable(work: Work, object: str) -> list[str]:
    """The text fields search looks into: the title and those marked searchable, if the reader may see them."""
    from_rights = {item.name for item in ask_fields(work, object, ())}
    spec = work.object(object)
    names = [spec.title, *(name for name, field in spec.fields.items() if field.definition.searchable)]
    texts = [n for n in dict.fromkeys(names) if n in from_rights and spec.fields[n].type.kind.value == "text"]
    return texts or ["external_id"]


def _page(
    work: Work, request: ListRequest, query: Query, rows: list[dict[str, Any]],
    values: Callable[[int], tuple[Any, ...]], question: str, cursor: Cursor | None, key: bytes,
) -> Page:  # fmt: skip
    more = len(rows) > request.limit
    backward = cursor is not None and cursor.backward
    first = 1 if more and backward else 0
    last = first + min(len(rows), request.limit) - 1
    width = len(query.sort)

    def link(index: int, *, back: bool) -> str:
        row = values(index)
        place = (*row[len(query.select) - width :], row[0])
        return encode(Cursor(place, question, work.context.now, back), key)

    next_page = link(last, back=False) if rows and (more or backward) else None
    previous = link(first, back=True) if rows and (more if backward else cursor is not None) else None
    page = rows[first : last + 1]
    for row in page:
        for index in range(width):
            row.pop(f"_sort{index}", None)
    show_files(work, request.object, [one.name for one in query.select], page)
    return Page(page, next_page, previous)
