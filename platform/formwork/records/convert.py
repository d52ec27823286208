"""Mappings and conversions: one record makes others, with the acting person's rights.

A mapping fills fields of a new record from expressions over the source. When `reuse_when` finds a
record, that one is used instead and only its blank fields are filled. A conversion chains mappings,
links what they made on the source and sets fields of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.access import Verb, restrict
from formwork.catalog import Query, Selected, Snapshot
from formwork.catalog.reading import condition, field_expression
from formwork.definitions.model import ConversionDef, MappingDef
from formwork.expressions import Environment, Expression, check, compile_python
from formwork.kernel import NotFound
from formwork.records.coerce import stored_value
from formwork.records.convert_refusal import not_in_this_state, told_of_source
from formwork.records.create import create
from formwork.records.draft import Saved
from formwork.records.graph import Graph, GraphRow
from formwork.records.loading import load_rows
from formwork.records.needs import Needs, needs_of
from formwork.records.update import Change, require_reach, update
from formwork.records.values import from_python
from formwork.storage import Work, read, rows

_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_ITSELF = "this"
_WORDS = frozenset({"me", "true", "false", "blank"})
"""Words of the expression language that look like the name of a step."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion made or reused, by step name, and the source as saved."""

    source: Saved
    made: Mapping[str, Saved]


def apply_mapping(work: Work, name: str, source: UUID, made: Mapping[str, UUID] | None = None) -> Saved:
    """Run one mapping on a record the actor may read.

    `made` are records of earlier steps: an expression that is just such a name gives that record.
    Raises NotFound for an unknown mapping or record, and whatever creating the target raises.
    """
    mapping = work.snapshot.mappings.get(name)
    if mapping is None:
        raise NotFound("There is no such mapping.", code="unknown_mapping")
    require_reach(work, mapping.from_object, [source], Verb.READ)
    row, graph = _source(work, mapping, source)
    known = made or {}
    values = _values(work, mapping.from_object, row, graph.environment, mapping.fields, known, mapping.to)
    reused = _reusable(work, mapping, row)
    if reused is not None:
        with told_of_source(work, mapping):
            return _fill_blanks(work, mapping, reused, values)
    body: dict[str, Any] = dict(values)
    for list_name, detail in mapping.details.items():
        item = work.object(mapping.from_object).lists[list_name]
        body[_inverse(work, mapping.to, detail.to)] = [
            _values(work, item.object, one, graph.environment, detail.fields, known, detail.to)
            for one in row.rows(list_name)
            if detail.when is None or _evaluate(work.snapshot, item.object, detail.when)(one, graph.environment)
        ]
    with told_of_source(work, mapping):
        return create(work, mapping.to, [body], reader=from_python)[0]


def convert(work: Work, name: str, source: UUID) -> Converted:
    """Run a conversion on a record the actor may convert; raises Refused when its condition does not hold."""
    conversion = work.snapshot.conversions.get(name)
    if conversion is None:
        raise NotFound("There is no such conversion.", code="unknown_conversion")
    object = conversion.from_object
    require_reach(work, object, [source], Verb.CONVERT)
    row, environment = _conversion_row(work, conversion, source)
    if conversion.when and not _evaluate(work.snapshot, object, conversion.when)(row, environment):
        raise not_in_this_state(work, work.object(object), _checked(work.snapshot, object, conversion.when))
    made: dict[str, Saved] = {}
    body: dict[str, Any] = {}
    for step in conversion.creates:
        made[step.name] = apply_mapping(work, step.mapping, source, {key: one.id for key, one in made.items()})
        if step.link:
            body[step.link] = made[step.name].id
    body |= _values(work, object, row, environment, conversion.set, {}, object)
    # Who converts need not edit: that it was converted is the platform's to write, like every `read_only` field.
    platform = work.acting_as(replace(work.context.actor, system=True, reason=f"conversion:{name}"))
    saved = update(platform.because(f"conversion:{name}"), object, [Change(source, body)], reader=from_python)[0]
    return Converted(saved, made)


def conversions_for(work: Work, object: str) -> list[ConversionDef]:
    """The conversions that start at an object."""
    return [one for one in work.snapshot.conversions.values() if one.from_object == object]


def _source(work: Work, mapping: MappingDef, source: UUID) -> tuple[GraphRow, Graph]:
    needs = needs_of(
        work.snapshot, mapping.from_object, _expressions(work.snapshot, mapping.from_object, mapping.fields)
    )
    _whole(work, needs)
    for list_name, detail in mapping.details.items():
        item = work.object(mapping.from_object).lists[list_name]
        texts = {**detail.fields, **({"when": detail.when} if detail.when else {})}
        inner = needs_of(work.snapshot, item.object, _expressions(work.snapshot, item.object, texts))
        _whole(work, inner)
        needs.lists[list_name] = inner
    return _load(work, needs, source)


def _conversion_row(work: Work, conversion: ConversionDef, source: UUID) -> tuple[GraphRow, Environment]:
    texts = {**conversion.set, **({"when": conversion.when} if conversion.when else {})}
    needs = needs_of(work.snapshot, conversion.from_object, _expressions(work.snapshot, conversion.from_object, texts))
    _whole(work, needs)
    row, graph = _load(work, needs, source)
    return row, graph.environment


def _load(work: Work, needs: Needs, source: UUID) -> tuple[GraphRow, Graph]:
    context = work.context
    circumstances = Environment(context.now, context.today, context.timezone, context.actor, context.currency)
    graph = Graph(work.snapshot, circumstances)
    load_rows(work, graph, needs, [source])
    row = graph.row(needs.object, source)
    if row is None:
        raise NotFound("There is no such record, or you may not see it.")
    return row, graph


def _whole(work: Work, needs: Needs) -> None:
    """Mappings read plain fields by name, so all of the record's own are loaded."""
    needs.fields |= set(work.object(needs.object).fields)


def _expressions(snapshot: Snapshot, object: str, texts: Mapping[str, str]) -> list[Expression]:
    fields = snapshot.objects[object].fields
    return [
        _checked(snapshot, object, text)
        for text in texts.values()
        if not _is_name(text) or text in fields or "." in text
    ]


def _values(
    work: Work, object: str, row: GraphRow, environment: Environment, texts: Mapping[str, str],
    made: Mapping[str, UUID], target: str,
) -> dict[str, Any]:  # fmt: skip
    """Target field -> value; blank values are left out so that defaults apply."""
    values: dict[str, Any] = {}
    fields = work.object(object).fields
    for name, text in texts.items():
        if text == _ITSELF:
            values[name] = row.id
        elif _is_name(text) and "." not in text and text not in fields:
            values[name] = made.get(text)
        elif text in fields:
            values[name] = row.value(text)
        else:
            values[name] = _evaluate(work.snapshot, object, text)(row, environment)
    wanted, zone = work.object(target).fields, work.context.timezone
    stored = {name: stored_value(wanted[name], value, zone) for name, value in values.items() if name in wanted}
    return {name: value for name, value in stored.items() if value is not None}


def _is_name(text: str) -> bool:
    return text not in _WORDS and _PATH.fullmatch(text) is not None


def _reusable(work: Work, mapping: MappingDef, row: GraphRow) -> UUID | None:
    """The first record of the target the actor may edit and for which `reuse_when` holds."""
    if mapping.reuse_when is None:
        return None
    where = condition(work.snapshot, mapping.to, mapping.reuse_when, mapping.from_object)
    this = {name: row.value(name) for name in work.object(mapping.from_object).fields}
    query = Query(
        mapping.to,
        (Selected("id", field_expression(work.snapshot, mapping.to, "id")),),
        where=(where,),
        limit=1,
        this=this,
    )
    found = read.fetch(work, restrict(work.snapshot, work.context.actor, query, Verb.EDIT))
    return found[0][0] if found else None


def _fill_blanks(work: Work, mapping: MappingDef, id: UUID, values: Mapping[str, Any]) -> Saved:
    known = rows.load(work, mapping.to, [id], [*values, "version"])[id]
    body = {name: value for name, value in values.items() if known.get(name) is None}
    if body:
        return update(work, mapping.to, [Change(id, body)], reader=from_python)[0]
    return Saved(mapping.to, id, known["version"], created=False)


def _inverse(work: Work, target: str, detail: str) -> str:
    return next(item.name for item in work.object(target).details if item.object == detail)


def _checked(snapshot: Snapshot, object: str, text: str) -> Expression:
    return check(text, snapshot.scope(object))


@lru_cache(maxsize=4096)
def _evaluate(snapshot: Snapshot, object: str, text: str) -> Any:
    return compile_python(_checked(snapshot, object, text))


def mapping_names(snapshot: Snapshot, object: str) -> Sequence[str]:
    """The mappings that start at an object and belong to no conversion: actions of a record page."""
    chained = {step.mapping for one in snapshot.conversions.values() for step in one.creates}
    return [name for name, one in snapshot.mappings.items() if one.from_object == object and name not in chained]
