"""The form of a field as a page: its controls, what the database will do, and how its values look."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from formwork.definitions.edit.objects import written_field
from formwork.definitions.layer import TENANT
from formwork.definitions.model import FieldDef
from formwork.definitions.schemas.words import HUES
from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench
from formwork.web.pages.studio.field_options import lines_of
from formwork.web.pages.studio.field_settings import FLAGS, TEXTS, flags, setting_label, settings_of
from formwork.web.pages.studio.field_types import type_example, type_label, type_tiles
from formwork.web.pages.studio.new_object import hue_label
from formwork.web.pages.studio.object_page import object_head
from formwork.web.pages.studio.overtaken import mark
from formwork.web.pages.studio.uses import use_lines
from formwork.web.views.shown import Option
from formwork.web.views.studio import FieldView, OptionLine


def mark_of(bench: Bench, object: str, field: str) -> str:
    """What a field was when a form began: kept in the form, so that nobody overwrites what another changed."""
    return mark(written_field(bench.files, object, field))


def field_form(
    bench: Bench,
    object: str,
    field: FieldDef | None,
    kind: str,
    values: Mapping[str, str],
    options: Mapping[str, Any],
    lines: list[OptionLine] | None = None,
    faults: Mapping[str, str] | None = None,
    theirs: Mapping[str, str] | None = None,
) -> FieldView:
    """The page of a field, or of a new one. `theirs` is what somebody else made of it meanwhile."""
    definition = bench.object(object)
    own = field is None or bench.origin(object, field.name) == TENANT
    fixed = () if own or field is None else tuple(field.settings.get("options", ()))
    address = f"{OBJECTS}/{object}/fields/{field.name if field is not None else 'new'}"
    offered = settings_of(bench, object, kind, values)
    shown = tuple(lines) if lines else lines_of(options, fixed)
    controls = {"name", "default", "options", *TEXTS, *FLAGS, *(one.key for one in offered)}
    return FieldView(
        head=object_head(bench, definition, "fields"),
        address=address,
        label=bench.field_label(object, field) if field is not None else "",
        is_new=field is None,
        own=own,
        tiles=type_tiles(kind) if field is None else (),
        type=kind,
        type_label=type_label(kind),
        settings=offered,
        flags=flags(kind, values),
        options=shown,
        hues=tuple(Option(one, hue_label(one)) for one in HUES),
        began="" if field is None else mark_of(bench, object, field.name),
        does=_does(kind, field, values),
        values=dict(values),
        faults=dict(faults or {}),
        fault=" ".join(text for key, text in (faults or {}).items() if key not in controls),
        theirs=tuple((_key(key), text) for key, text in (theirs or {}).items() if values.get(key, "") != text),
        api=sample_of(field.name if field is not None else values.get("name") or "name", kind, shown),
        uses=use_lines(bench, object, field.name) if field is not None else (),
        may_remove=field is not None and own and definition.title != field.name and field.type != "master_detail",
        others=_others(bench, object, field.name) if field is not None and own else (),
        is_changed=field is not None and not own and written_field(bench.files, object, field.name) is not None,
        may_hide=field is not None and not own and not field.hidden and definition.title != field.name,
        may_place=bench.has_forms(object),
        places=not values or values.get("place") == "1",
    )


def _others(bench: Bench, object: str, name: str) -> tuple[Option, ...]:
    """The layer's own fields of an object but for this one, in their order."""
    return tuple(
        Option(one.name, bench.field_label(object, one))
        for one in bench.fields(bench.object(object)).values()
        if one.name != name and bench.origin(object, one.name) == TENANT
    )


def _key(key: str) -> str:
    words = {
        "label": _("Label"), "help": _("Help below the input"), "placeholder": _("Example in the empty input"),
        "default": _("A new record gets"), "required_when": _("Required when"), "visible_when": _("Shown when"),
        "readonly_when": _("Cannot be changed when"),
    }  # fmt: skip
    if key in words:
        return words[key]
    named = {one.key: one.label for one in flags("text", {})}
    return named.get(key) or setting_label(key)


def _does(kind: str, field: FieldDef | None, values: Mapping[str, str]) -> str:
    """What the database will do, in a line."""
    if FIELD_TYPES[kind].computed and kind != "auto_number":
        if kind == "rollup" or values.get("stored"):
            return _("Adds a column and computes it for every record")
        return _("Computed when it is read; no column is added")
    if field is None:
        return _("Adds a column; no rows are rewritten")
    return _("Changes no rows; the publish page says so if it does")


def sample_of(name: str, kind: str, lines: Sequence[OptionLine] = ()) -> str:
    """A value as the API has it."""
    samples: dict[str, Any] = {
        "boolean": True, "integer": 12, "rating": 4, "multi_select": ["air", "sea"], "tags": ["new"], "select": "draft",
        "number": "2.50", "money": "41.6000", "percent": "0.150000", "address": {"city": "Girona"},
    }  # fmt: skip
    value = samples.get(kind, type_example(kind))
    if lines:
        value = lines[0].code if kind == "select" else [one.code for one in lines[:2]]
    return json.dumps({name: value}, ensure_ascii=False)
