"""Fields as they are written."""

from collections.abc import Mapping
from dataclasses import fields as attributes_of
from typing import Any

from formwork.definitions.field import Default, FieldDef
from formwork.fieldtypes.option import Option

_OWN = ("name", "type", "label", "default", "record_types", "settings", "system", "hidden", "source")
_COMMON = tuple((one.name, one.default) for one in attributes_of(FieldDef) if one.name not in _OWN)


def dump_field(field: FieldDef) -> dict[str, Any]:
    """The mapping that gives this field when parsed."""
    written: dict[str, Any] = {"type": field.type, "label": field.label}
    for key, absent in _COMMON:
        value = getattr(field, key)
        if value != absent:
            written[key] = thaw(value)
    if field.default is not None:
        written["default"] = dump_default(field.default)
    if field.record_types is not None:
        written["record_types"] = list(field.record_types)
    for key, value in field.settings.items():
        written[key] = dump_options(value) if key == "options" else thaw(value)
    return written


def dump_default(default: Default) -> Any:
    """The literal, or the expression marked as one."""
    return thaw(default.value) if default.expression is None else {"expression": default.expression}


def dump_options(options: Mapping[str, Option]) -> dict[str, Any]:
    """Code to label, or to a mapping where there is more to say."""
    return {code: _option(option) for code, option in options.items()}


def _option(option: Option) -> Any:
    more: dict[str, Any] = {key: value for key in ("hue", "icon") if (value := getattr(option, key))}
    if not option.active:
        more["active"] = False
    more.update(option.attributes)
    return {"label": option.label, **more} if more else option.label


def thaw(value: Any) -> Any:
    """The value with its tuples as lists, ready for JSON."""
    if isinstance(value, tuple | list):
        return [thaw(item) for item in value]
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    return value
