"""Values as inputs hold them: what is written into a control, and what a sent form holds for a field.

`Raw` is a text, a list of texts (choices, records) or the parts of an address, a point or a typed reference.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from werkzeug.datastructures import MultiDict

from formwork.catalog import FieldSpec
from formwork.fieldtypes import LoadContext
from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import Loaded
from formwork.fieldtypes.value import ADDRESS_PARTS, RecordRef
from formwork.records.values import Reader
from formwork.web.formats import Formats

Raw: TypeAlias = str | list[str] | dict[str, str]

FILES = frozenset({"file", "image", "signature"})
UPLOAD = ":upload"
"""Behind a field's name: the files a browser without script sends with the form."""
_DROP = ":drop"
LISTS = frozenset({"multi_select", "many_to_many", "user_list"})
LOOKUPS = frozenset({"lookup", "master_detail", "user", "principal"})
UNRESOLVED = "?"
"""Starts the raw text of a look-up whose typed title named no record."""
_PARTS = {"address": ADDRESS_PARTS, "geolocation": ("lat", "lon")}


def raw_of(spec: FieldSpec, value: Any, formats: Formats) -> Raw:
    """What the control of a field holds for a Python value."""
    kind = spec.definition.type
    if kind in LISTS:
        return [str(item) for item in value or ()]
    if kind in FILES:
        return [str(item) for item in (value if isinstance(value, tuple | list) else (value,)) if item is not None]
    if kind in _PARTS:
        parts = {part: getattr(value, part, None) for part in _PARTS[kind]}
        return {part: "" if text is None else str(text) for part, text in parts.items()}
    if kind == "polymorphic_lookup":
        return (
            {"object": value.object, "id": str(value.id)} if isinstance(value, RecordRef) else {"object": "", "id": ""}
        )
    if value is None:
        return ""
    return _text(kind, value, formats)


def _text(kind: str, value: Any, formats: Formats) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal() | int():
            if kind == "percent":
                return formats.number((Decimal(value) * 100).normalize())
            exponent = Decimal(value).normalize().as_tuple().exponent
            most = -exponent if isinstance(exponent, int) else 0
            return formats.number(value, max(2 if kind == "money" else 0, most))
        case datetime():
            here = formats.local(value).replace(tzinfo=None)
            return here.isoformat(timespec="seconds" if here.second else "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="seconds" if value.second else "minutes")
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            clock = f"{minutes // 60}:{minutes % 60:02}"
            return f"{clock}:{seconds:02}" if seconds else clock
        case UUID():
            return str(value)
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=2)
    if kind == "secret":
        return ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def sent_raw(form: "MultiDict[str, str]", spec: FieldSpec, name: str) -> Raw | None:
    """What a sent form holds for a field under `name`; None when the form has no such control."""
    kind = spec.definition.type
    if kind in _PARTS:
        parts = {part: form.get(f"{name}.{part}", "").strip() for part in _PARTS[kind] if f"{name}.{part}" in form}
        return parts or None
    if name not in form:
        return None
    if kind in LISTS:
        return [item for item in form.getlist(name) if item]
    if kind in FILES:
        kept = [item for item in form.getlist(name) if item and item not in form.getlist(name + _DROP)]
        return kept if spec.definition.settings.get("multiple") else kept[-1:]
    if kind == "boolean":
        return "true" if "true" in form.getlist(name) else "false"
    text = form[name].replace("\r\n", "\n")
    if kind in LOOKUPS or kind == "polymorphic_lookup":
        title = form.get(f"{name}:title", "").strip()
        text = text.strip() or (UNRESOLVED + title if title else "")
    if kind == "polymorphic_lookup":
        return {"object": form.get(f"{name}:object", ""), "id": text}
    return text


def is_blank(raw: Raw) -> bool:
    """True when nothing was put in."""
    if isinstance(raw, dict):
        return not any(text for part, text in raw.items() if part != "object")
    return not raw


def form_reader(where: LoadContext) -> Reader:
    """The reader that turns raw values of a form into Python values, in the reader's locale and time zone."""

    def read(spec: FieldSpec, raws: Sequence[Any], _where: LoadContext) -> Loaded:
        values: list[Any] = []
        refused: dict[int, BadValue] = {}
        for place, raw in enumerate(raws):
            try:
                values.append(read_one(spec, raw))
            except BadValue as error:
                refused[place] = error
                values.append(None)
        return Loaded(values, refused)

    def read_one(spec: FieldSpec, raw: Any) -> Any:
        settings = spec.definition.settings
        if spec.definition.type in FILES and isinstance(raw, list) and not settings.get("multiple"):
            return spec.field_type.load(raw[-1] if raw else None, settings, where)
        if isinstance(raw, str):
            return spec.field_type.load_text(raw, settings, where)
        if isinstance(raw, Mapping):
            return spec.field_type.load(None if is_blank(dict(raw)) else _without_blanks(spec, raw), settings, where)
        if isinstance(raw, Sequence):
            return spec.field_type.load(list(raw), settings, where)
        return raw

    return read


def _without_blanks(spec: FieldSpec, raw: Mapping[str, str]) -> dict[str, str]:
    if spec.definition.type != "address":
        return dict(raw)
    return {part: text for part, text in raw.items() if text}
