"""Whose currency an amount on a page is in: the organisation's own, or the one whose code stands on a record."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import FieldSpec
from formwork.catalog.currencies import CURRENCY_FIELD
from formwork.expressions.currencies import ANY, BASE
from formwork.expressions.row import Row
from formwork.web.present import shown_type
from formwork.web.visit import Visit


def code_path(visit: Visit, object: str, path: str) -> str:
    """The path from a record to the code of the currency the amount at `path` is in; "" for the organisation's own."""
    *names, last = path.split(".")
    for name in names:
        object = visit.snapshot.objects[object].fields[name].targets[0]
    currency = visit.snapshot.vocabulary.objects[object].fields[last].type.currency
    if currency in (ANY, BASE):
        return ""
    return ".".join((*names, *currency.split(".")[1:], CURRENCY_FIELD))


def sure_currency(visit: Visit, field: FieldSpec) -> str | None:
    """The organisation's currency for an amount that is in it, None for one whose record would have to be asked."""
    is_open = shown_type(field) == "money" and code_path(visit, field.object, field.name)
    return None if is_open else visit.formats.currency


def is_readable(visit: Visit, object: str, path: str) -> bool:
    """Whether the reader may see every field of a path."""
    for name in path.split("."):
        field = visit.snapshot.objects[object].fields[name]
        if name not in decide(visit.snapshot, visit.actor, object, Verb.READ).readable:
            return False
        object = next(iter(field.targets), "")
    return True


def codes_of_record(
    visit: Visit, object: str, id: UUID, values: Mapping[str, Any], paths: set[str]
) -> dict[str, str | None]:
    """The codes at these paths of one record whose own `values` are known; None for one the reader may not see."""
    codes: dict[str, str | None] = {path: values[path] or visit.formats.currency for path in paths if path in values}
    codes |= {path: None for path in paths - codes.keys() if not is_readable(visit, object, path)}
    missing = tuple(sorted(paths - codes.keys()))
    if missing:
        found = records.get_record(visit.work, object, id, missing)
        codes |= {path: found.get(path) or visit.formats.currency for path in missing}
    return codes


def code_of_row(visit: Visit, object: str, row: Row | None, path: str) -> str:
    """The code at a path of a record that is being edited.

    "" when the record it stands on is not there yet, or is not for the reader, or its code is not.
    """
    *names, last = path.split(".")
    for name in names:
        hidden = row is None or not _is_open(visit, object, row, name) or row.value(name) is None
        row = None if row is None or hidden else row.follow(name)
        object = visit.snapshot.objects[object].fields[name].targets[0]
    if row is None or not _is_open(visit, object, row, last):
        return ""
    return str(row.value(last) or visit.formats.currency)


def _is_open(visit: Visit, object: str, row: Row, name: str) -> bool:
    """Whether the reader may see a field of this record."""
    decision = decide(visit.snapshot, visit.actor, object, Verb.READ)
    if not decision.masks:
        return name in decision.readable
    return name in decision.readable_on(str(row.value("record_type") or "") or None)
