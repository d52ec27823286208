"""New detail rows nobody touched: a form shows them with their defaults, and saving leaves them out."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from formwork.catalog import ListSpec, ObjectSpec
from formwork.records.preview import preview_change, preview_new
from formwork.records.values import Reader
from formwork.web.inputs import Raw, is_blank, raw_of
from formwork.web.pages.forms.sent import Sent, SentRow, body_of
from formwork.web.visit import Visit


def without_untouched(visit: Visit, spec: ObjectSpec, id: UUID | None, sent: Sent, reader: Reader) -> Sent:
    """What a form for the record `id` (None for a new one) sent, without new rows that hold nothing but defaults."""
    rows = {item.name: _touched(visit, spec, item, id, sent, reader) for item in spec.details if item.name in sent.rows}
    return replace(sent, rows=rows)


def _touched(
    visit: Visit, spec: ObjectSpec, item: ListSpec, id: UUID | None, sent: Sent, reader: Reader
) -> list[SentRow]:
    detail = visit.snapshot.objects[item.object]
    constants = {name: raw_of(one, one.default_value, visit.formats) for name, one in detail.fields.items()}
    worked_out = {name for name, one in detail.fields.items() if one.default is not None}
    defaults: Mapping[str, Raw] | None = None
    kept = []
    for row in sent.rows[item.name]:
        typed = {} if row.id else _beyond(row, constants)
        if typed and typed.keys() <= worked_out:
            if defaults is None:
                defaults = _fresh(visit, spec, item, id, sent, reader)
            typed = _beyond(row, constants, defaults)
        if row.id or typed:
            kept.append(row)
    return kept


def _beyond(row: SentRow, *defaults: Mapping[str, Raw]) -> dict[str, Raw]:
    """The values of a row that are neither blank nor a default."""
    return {
        name: raw
        for name, raw in row.raws.items()
        if not is_blank(raw) and raw != "false" and not any(raw == known.get(name) for known in defaults)
    }


def _fresh(
    visit: Visit, spec: ObjectSpec, item: ListSpec, id: UUID | None, sent: Sent, reader: Reader
) -> dict[str, Raw]:
    """What a fresh row below the record as it was sent would hold."""
    body = {**body_of(spec, sent, new=id is None, before={}), item.name: [{}]}
    if id is None:
        preview = preview_new(visit.work, spec.name, body, reader=reader)
    else:
        preview = preview_change(visit.work, spec.name, id, body, reader=reader)
    row = preview.details[item.name][-1]
    fields = visit.snapshot.objects[item.object].fields
    return {
        name: raw_of(one, row.value(name), visit.formats) for name, one in fields.items() if one.default is not None
    }
