"""Handles: what expressions see of fields and lists."""

from decimal import Decimal

from formwork.catalog.field_kind import FieldKind
from formwork.catalog.object import ListSpec
from formwork.definitions.model import FieldDef
from formwork.expressions import FieldHandle, Kind, ListHandle, OptionHandle, Type
from formwork.fieldtypes.option import Option


def field_handle(name: str, definition: FieldDef, kind: FieldKind) -> FieldHandle:
    """A field as expressions see it."""
    options: dict[str, Option] = dict(kind.value_settings.get("options", {}))
    parts = tuple((part, Type(Kind(word))) for part, word in kind.value_type.parts.items())
    return FieldHandle(name, kind.type, tuple(_option(option) for option in options.values()), parts)


def list_handle(spec: ListSpec) -> ListHandle:
    """A list as expressions see it."""
    return ListHandle(spec.name, spec.object)


def _option(option: Option) -> OptionHandle:
    attributes = tuple(
        (key, value if isinstance(value, str | bool) else Decimal(str(value)))
        for key, value in option.attributes.items()
    )
    return OptionHandle(option.code, option.label, attributes)
