"""Questions to many records: query by body, groups and measures, counts, choices for a look-up."""

import re
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb, decide
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.questions import body_values, counted, list_answer, list_request, text_parts
from formwork.api.record_routes import DELETED, FILTER, SEARCH
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.catalog import FieldSpec
from formwork.catalog.field_kind import PRINCIPALS
from formwork.kernel import Malformed
from formwork.records import AggregateRequest, MeasureRequest
from formwork.records.listing import MOST_SUGGESTIONS
from formwork.records.preview import preview_record

_MEASURE = re.compile(r"(?P<kind>[a-z_]+)(?:\((?P<of>.*)\))?(?:\s+as\s+(?P<name>[a-z][a-z0-9_]{0,40}))?", re.DOTALL)
_AGGREGATE_BODY: dict[str, type | tuple[type, ...]] = {
    "groups": list,
    "measures": list,
    "filter": (str, list),
    "sort": list,
    "limit": int,
}
_MOST_GROUPS = 10_000


def query(call: Call, object: str) -> Answer:
    """A page of records, the question in the body."""
    values = body_values(call.body)
    return list_answer(call, list_request(object, values), count=values.get("count", False))


def count(call: Call, object: str) -> Answer:
    """How many records there are, counted up to 1,000."""
    return Answer(counted(call, list_request(object, call.values)))


def aggregate(call: Call, object: str) -> Answer:
    """Groups and measures."""
    return _aggregate(call, object, call.values)


def aggregate_body(call: Call, object: str) -> Answer:
    """Groups and measures, the question in the body."""
    values = body_members(call.body, _AGGREGATE_BODY)
    if isinstance(values.get("filter"), str):
        values["filter"] = (values["filter"],)
    return _aggregate(call, object, values)


def _aggregate(call: Call, object: str, values: Any) -> Answer:
    measures = text_parts(values.get("measures", ()), "measures") or ("count",)
    request = AggregateRequest(
        object,
        groups=text_parts(values.get("groups", ()), "groups"),
        measures=tuple(_measure(text) for text in measures),
        filters=text_parts(values.get("filter", ()), "filter"),
        sort=text_parts(values.get("sort", ()), "sort"),
        limit=values.get("limit", 1000),
    )
    return Answer({"data": records.aggregate(call.work, request)})


def _measure(text: str) -> MeasureRequest:
    """`count`, `sum(amount)` or `sum(amount) as total`; raises Malformed."""
    found = _MEASURE.fullmatch(text.strip())
    if found is None:
        raise Malformed("A measure reads like `count`, `sum(amount)` or `sum(amount) as total`.", code="bad_query")
    of = found["of"]
    return MeasureRequest(found["name"] or text.strip(), found["kind"], of if of and of.strip() else "*")


def lookup(call: Call, object: str, field: str) -> Answer:
    """Records that may be chosen for a look-up field: id and title, those the caller may read."""
    spec = _reference(call, object, field)
    target = call.values.get("target") or spec.targets[0]
    targets = PRINCIPALS if spec.definition.type == "principal" else spec.targets
    if target not in targets:
        raise Malformed(f"`target` is one of: {', '.join(targets)}.", code="bad_parameter")
    limit = call.values.get("limit", MOST_SUGGESTIONS)
    filter_ = spec.filter.text if spec.filter is not None else None
    this = _asking(call, object, call.values.get("record")) if filter_ else {}
    found = records.suggest(
        call.work, target, call.values.get("q", ""), filter=filter_, this=this,
        this_object=object if filter_ else None, limit=limit,
    )  # fmt: skip
    return Answer({"data": found})


def _reference(call: Call, object: str, field: str) -> FieldSpec:
    """The look-up field; unknown, unreadable and other fields are one answer."""
    verb = Verb.READ if call.may(object, Verb.READ) else Verb.CREATE
    readable = decide(call.snapshot, call.actor, object, verb).require().readable
    spec = call.work.object(object).fields.get(field)
    if spec is None or field not in readable or not spec.targets:
        raise Malformed("The address names no look-up field that you may see.", code="bad_query")
    return spec


def _asking(call: Call, object: str, id: UUID | None) -> dict[str, Any]:
    """The values of the record that asks, for the look-up's own filter."""
    if id is None:
        return {}
    preview = preview_record(call.work, object, id)
    return dict(preview.draft.values)


_GROUPS = Param("groups", Kind.LIST, "Expressions to group by, such as `stage,month(closed_on)`.")
_MEASURES = Param(
    "measures", Kind.LIST,
    "What to measure: `count`, `sum(x)`, `avg(x)`, `min(x)`, `max(x)`, `count_distinct(x)`; `as name` names it.",
)  # fmt: skip
_SORT = Param("sort", Kind.LIST, "Groups or measures to sort by, `-` before one for descending.")
_LIMIT = Param("limit", Kind.WHOLE, "Groups at most.", least=1, most=_MOST_GROUPS)

ROUTES = (
    Route(
        "POST", "/<object>/query", query, "query", "A page of records, the question in the body.", verb=Verb.READ,
        takes=Shape.QUERY, gives=Shape.PAGE, reads=True,
    ),
    Route(
        "GET", "/<object>/count", count, "count", "How many records there are, up to 1,000.", verb=Verb.READ,
        params=(FILTER, SEARCH, DELETED), gives=Shape.COUNT,
    ),
    Route(
        "GET", "/<object>/aggregate", aggregate, "aggregate", "Groups and measures.", verb=Verb.READ,
        params=(_GROUPS, _MEASURES, FILTER, _SORT, _LIMIT), gives=Shape.GROUPS,
    ),
    Route(
        "POST", "/<object>/aggregate", aggregate_body, "aggregate_body",
        "Groups and measures, the question in the body.", verb=Verb.READ, takes=Shape.AGGREGATE,
        gives=Shape.GROUPS, reads=True,
    ),
    Route(
        "GET", "/<object>/lookup/<field>", lookup, "lookup", "Records that may be chosen for a look-up field.",
        right=Right.SIGNED_IN,
        params=(
            Param("q", Kind.TEXT, "Text looked for."),
            Param("target", Kind.TEXT, "The object to look in, for a field that takes several."),
            Param("record", Kind.ID, "The record that asks, for a look-up whose choices depend on it."),
            Param("limit", Kind.WHOLE, "Choices at most.", least=1, most=MOST_SUGGESTIONS),
        ),
        gives=Shape.CHOICES,
    ),
)  # fmt: skip
