"""Handles: what expressions see of fields and lists."""

from dataclasses import replace
from decimal import Decimal

from formwork.catalog.field_kind import FieldKind
from formwork.catalog.object import ListKind, ListSpec
from formwork.expressions import FieldHandle, Kind, ListHandle, OptionHandle, Type
from formwork.fieldtypes.option import Option


def field_handle(name: str, kind: FieldKind, currency: str) -> FieldHandle:
    """A field as expressions see it; `currency` says whose currency its money is in."""
    options: dict[str, Option] = dict(kind.value_settings.get("options", {}))
    parts = tuple((part, Type(Kind(word))) for part, word in kind.value_type.parts.items())
    given = replace(kind.type, currency=currency) if kind.type.kind is Kind.MONEY else kind.type
    return FieldHandle(name, given, tuple(_option(option) for option in options.values()), parts)


def list_handle(spec: ListSpec) -> ListHandle:
    """A list as expressions see it."""
    points_back = spec.kind in (ListKind.DETAIL, ListKind.LOOKUP)
    return ListHandle(spec.name, spec.object, spec.via if points_back else None)


def _option(option: Option) -> OptionHandle:
    attributes = tuple(
        (key, value if isinstance(value, str | bool) else Decimal(str(value)))
        for key, value in option.attributes.items()
    )
    return OptionHandle(option.code, option.label, attributes)
