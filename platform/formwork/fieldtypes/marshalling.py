"""Field types as marshmallow fields, for the request and response schemas of the API."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings


class TypedField(fields.Field[Any]):
    """A marshmallow field that loads and dumps by a field type.

    `shape` is the JSON Schema that documentation generators show. A refused value raises
    marshmallow's ValidationError whose message is the list with the one BadValue.
    """

    def __init__(self, field_type: FieldType, settings: Settings, where: LoadContext, **options: Any) -> None:
        super().__init__(**options)
        self.field_type = field_type
        self.settings = settings
        self.where = where

    @property
    def shape(self) -> Mapping[str, Any]:
        """JSON Schema of the value, blank allowed."""
        return {"anyOf": [self.field_type.value_schema(self.settings), {"type": "null"}]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return self.field_type.load(value, self.settings, self.where)
        except BadValue as error:
            raise ValidationError([error]) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return self.field_type.dump(value)


def marshmallow_field(field_type: FieldType, settings: Settings, where: LoadContext) -> TypedField:
    """The marshmallow field of one object field: blank (null) is taken, absence is the schema's business."""
    return TypedField(field_type, settings, where, allow_none=True, dump_only=field_type.computed)
