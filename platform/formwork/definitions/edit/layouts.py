"""A field placed on the forms of an object, in the tenant layer's file of its layout."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.edit.objects import Changes
from formwork.definitions.edit.yaml_edit import new_text, set_value
from formwork.definitions.layer import TENANT
from formwork.definitions.layout import FieldSection, LayoutDef
from formwork.definitions.reading.yaml_text import read_yaml


def with_placement(files: Mapping[str, str], layout: LayoutDef, field: str) -> Changes:
    """The field at the end of the first section of every form; nothing where no form has a section of fields."""
    path = f"layouts/{TENANT}/{layout.object}.yaml"
    text = files.get(path)
    for form in layout.forms.values():
        sections = ((tab.id, one) for tab in form.tabs for one in tab.sections)
        spot = next(((tab, one.id) for tab, one in sections if isinstance(one, FieldSection)), None)
        if spot is not None:
            text = _placed(text or new_text({"extends": layout.object}), form.name, *spot, field)
    return {} if text is None or text == files.get(path) else {path: text}


def _placed(text: str, form: str, tab: str, section: str, field: str) -> str:
    data = read_yaml(text.encode("utf-8"), "").data
    tabs = _at(data, "forms", form, "tabs")
    at = _index(tabs, tab)
    if at == len(tabs):
        written: dict[str, Any] = {"id": tab, "sections": [{"id": section, "fields": [field]}]}
        return set_value(text, ("forms", form, "tabs"), [*tabs, written]) if not tabs else set_value(
            text, ("forms", form, "tabs", at), written
        )  # fmt: skip
    sections = tabs[at].get("sections") or []
    place = _index(sections, section)
    there: tuple[str | int, ...] = ("forms", form, "tabs", at, "sections")
    if place == len(sections):
        written = {"id": section, "fields": [field]}
        return set_value(text, there, [written]) if not sections else set_value(text, (*there, place), written)
    fields = sections[place].get("fields") or []
    if not fields:
        return set_value(text, (*there, place, "fields"), [field])
    return set_value(text, (*there, place, "fields", len(fields)), field)


def _at(data: Any, *keys: str) -> list[Any]:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def _index(items: list[Any], id: str) -> int:
    """Where the part of that id stands, behind the last when it does not."""
    return next((at for at, one in enumerate(items) if isinstance(one, dict) and one.get("id") == id), len(items))
