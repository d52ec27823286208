"""Fields nobody writes: auto-number, formula, roll-up, reference.

The catalog resolves what a formula, roll-up or reference gives to another field type, which then
loads, dumps and stores the value; what stands here are their settings.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.characters import clean_line
from formwork.fieldtypes.choice import OPTIONS_SCHEMA
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.decimals import dump_decimal
from formwork.fieldtypes.operators import BLANK, TEXT
from formwork.fieldtypes.references import NAME

GIVES: tuple[str, ...] = (
    "text",
    "long_text",
    "integer",
    "number",
    "percent",
    "money",
    "date",
    "datetime",
    "time",
    "duration",
    "boolean",
    "select",
)
"""Field types a formula can give."""


class ComputedType(FieldType):
    """Shared by everything the platform works out itself."""

    family = "computed"
    widget = "read_only"
    operators = BLANK
    computed = True

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """None of its own: the type of what it gives has them."""
        return ()

    def value_kind(self, settings: Settings) -> str | None:
        """Known after linking."""
        return None

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """Read only; the type of what it gives says more."""
        return {"readOnly": True}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> Any:
        """Always raises BadValue `not_writable`."""
        raise BadValue("not_writable", "Leave this field out; the platform works it out.")

    def dump(self, value: Any) -> Any:
        """The JSON form by the kind of the value."""
        match value:
            case Decimal():
                return dump_decimal(value)
            case datetime():
                return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
            case date() | time():
                return value.isoformat()
            case UUID():
                return str(value)
        return value


class AutoNumberType(ComputedType):
    """A number the tenant counts up: `format: "SO-{YYYY}-{00000}"`."""

    name = "auto_number"
    operators = TEXT
    groupable = False

    def schema(self) -> Mapping[str, Any]:
        """`format`, `gapless`, `assign_when`."""
        return {
            "format": {
                "type": "string",
                "maxLength": 60,
                "pattern": r"^[^{}]*(\{(YYYY|YY|MM|DD)\}[^{}]*)*\{0{1,12}\}[^{}]*$",
                "description": "Text with {YYYY}, {YY}, {MM}, {DD} and one {00000}, the counter with its digits.",
            },
            "gapless": {"type": "boolean", "description": "No number is ever left out; needs `assign_when`."},
            "assign_when": {
                "type": "string",
                "description": "Condition at which the number is given; on create when absent.",
            },
        }

    def required_settings(self) -> tuple[str, ...]:
        """`format`."""
        return ("format",)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One text column."""
        return (LogicalColumn(ColumnKind.TEXT, length=80, fold=True),)

    def value_kind(self, settings: Settings) -> str | None:
        """Text."""
        return "text"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A read-only string."""
        return {"type": "string", "readOnly": True}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> str | None:
        """The number an import acting as the system brings along; raises BadValue of text."""
        return clean_line(raw, 80)


class FormulaType(ComputedType):
    """The value of an expression over the record, worked out when read or, with `stored`, when written."""

    name = "formula"

    def schema(self) -> Mapping[str, Any]:
        """`gives`, `expression`, `stored`, `precision`, `options`."""
        return {
            "gives": {"enum": list(GIVES), "description": "Field type of the result."},
            "expression": {"type": "string", "minLength": 1, "maxLength": 4000},
            "stored": {"type": "boolean", "description": "Kept in a column, so that it can be indexed."},
            "precision": {
                "type": "integer",
                "minimum": 0,
                "maximum": 6,
                "description": "Decimals of a number, 2 when absent.",
            },
            "options": OPTIONS_SCHEMA,
        }

    def required_settings(self) -> tuple[str, ...]:
        """`gives` and `expression`."""
        return ("gives", "expression")

    def value_kind(self, settings: Settings) -> str | None:
        """The kind of what it gives."""
        kinds = {"long_text": "text", "integer": "number"}
        gives = settings.get("gives")
        return kinds.get(str(gives), str(gives)) if gives else None


class RollupType(ComputedType):
    """A figure over the records that point here: count, sum, min, max, avg or latest."""

    name = "rollup"

    def schema(self) -> Mapping[str, Any]:
        """`of`, one of count, sum, min, max, avg, latest; `where`, `order_by`, `refresh`, `gives`."""
        figures = {
            key: {**NAME, "description": f"Field whose {key} is taken."}
            for key in ("sum", "min", "max", "avg", "latest")
        }
        return {
            "of": {
                "type": "string",
                "pattern": r"^[a-z][a-z0-9_]{0,40}\.[a-z][a-z0-9_]{0,40}$",
                "description": "object.field: the look-up or master field that points here.",
            },
            "count": {"const": True},
            **figures,
            "where": {"type": "string", "description": "Condition the counted records meet."},
            "order_by": {**NAME, "description": "Field that decides which record is the latest."},
            "refresh": {"const": "nightly"},
            "gives": {"enum": list(GIVES), "description": "Field type of the result, where it cannot be told."},
        }

    def required_settings(self) -> tuple[str, ...]:
        """`of`."""
        return ("of",)


class ReferenceType(ComputedType):
    """A field of a record this one looks up: `path: shelf.room`."""

    name = "reference"

    def schema(self) -> Mapping[str, Any]:
        """`path`."""
        return {
            "path": {
                "type": "string",
                "pattern": r"^[a-z][a-z0-9_]{0,40}(\.[a-z][a-z0-9_]{0,40}){1,5}$",
                "description": "Look-ups and a field, joined by dots.",
            }
        }

    def required_settings(self) -> tuple[str, ...]:
        """`path`."""
        return ("path",)
