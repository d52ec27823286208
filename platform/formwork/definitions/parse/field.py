"""Fields: common properties, settings with their defaults, options."""

from collections.abc import Mapping
from dataclasses import fields as attributes_of
from typing import Any

from formwork.definitions.dump.field import dump_field
from formwork.definitions.field import Default, FieldChange, FieldDef
from formwork.definitions.labels import label_of
from formwork.definitions.source import Source
from formwork.fieldtypes.option import Option

_COMMON = frozenset(one.name for one in attributes_of(FieldDef)) - {
    "name", "type", "label", "default", "record_types", "renamed_from",
}  # fmt: skip
_PARSED = ("type", "label", "default", "record_types", "renamed_from")
_LITERAL = frozenset(
    ("text", "long_text", "rich_text", "select", "multi_select", "email", "phone", "url", "barcode", "tags", "secret")
)
"""Types whose `default:` text is a literal; for every other type it is an expression."""
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "text": {"max": 255},
    "number": {"precision": 2},
    "rating": {"max": 5},
    "lookup": {"on_delete": "set_null"},
    "user": {"on_delete": "set_null", "kinds": ("internal",)},
    "user_list": {"kinds": ("internal",)},
}


def parse_field(name: str, data: Mapping[str, Any], source: Source) -> FieldDef:
    """The field of a checked mapping that has a `type`."""
    kind: str = data["type"]
    common = {key: value for key, value in data.items() if key in _COMMON}
    settings = {key: freeze(value) for key, value in data.items() if key not in _COMMON and key not in _PARSED}
    if "options" in settings:
        settings["options"] = parse_options(data["options"])
    record_types = data.get("record_types")
    return FieldDef(
        name=name,
        type=kind,
        label=data.get("label") or label_of(name),
        default=_default(kind, data["default"]) if "default" in data else None,
        record_types=tuple(record_types) if record_types else None,
        renamed_from=former_names(data),
        settings={**_SETTINGS.get(kind, {}), **settings},
        source=source,
        **common,
    )


def former_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The names `renamed_from` tells of a field, master or object: one, or a list."""
    written = data.get("renamed_from", ())
    return (written,) if isinstance(written, str) else tuple(written)


def parse_options(data: Mapping[str, Any]) -> dict[str, Option]:
    """Options by code, in their order."""
    return {code: _option(code, written) for code, written in data.items()}


def apply_change(field: FieldDef, change: FieldChange) -> FieldDef:
    """The field with the properties a change names; options merge by code, their properties by name.

    The result is as checked as the change: properties its type does not know stay in `settings`.
    """
    merged = dump_field(field) | ({"hidden": True} if field.hidden else {})
    for key, value in change.properties.items():
        if key == "options":
            merged["options"] = _merge_options(merged.get("options", {}), value)
        else:
            merged[key] = value
    return parse_field(field.name, merged, field.source)


def _merge_options(known: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(known)
    for code, written in added.items():
        before = merged.get(code, {})
        both = {**_as_mapping(before), **_as_mapping(written)}
        merged[code] = both
    return merged


def _as_mapping(written: Any) -> Mapping[str, Any]:
    return {"label": written} if isinstance(written, str) else written


def _option(code: str, written: Any) -> Option:
    own = ("label", "hue", "icon", "active")
    data = _as_mapping(written)
    return Option(
        code=code,
        label=data.get("label") or label_of(code),
        hue=data.get("hue", ""),
        icon=data.get("icon", ""),
        active=data.get("active", True),
        attributes={key: value for key, value in data.items() if key not in own},
    )


def _default(kind: str, written: Any) -> Default:
    if isinstance(written, Mapping) and set(written) == {"expression"}:
        return Default(expression=written["expression"])
    if isinstance(written, str) and kind not in _LITERAL:
        return Default(expression=written)
    return Default(value=freeze(written))


def freeze(value: Any) -> Any:
    """The value with its lists as tuples, so that settings can be shared."""
    if isinstance(value, list):
        return tuple(freeze(item) for item in value)
    if isinstance(value, dict):
        return {key: freeze(item) for key, item in value.items()}
    return value
