"""Raw driver values to Python and JSON values, one function per kind, chosen once per compiled statement."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.catalog import ColumnSpec, FieldSpec
from formwork.expressions.types import MAX_SCALE, Kind, Type
from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.column import ColumnKind
from formwork.fieldtypes.computed import ComputedType
from formwork.fieldtypes.decimals import dump_decimal
from formwork.storage.compile.cell import Cell, Decode
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.wide import from_wide
from formwork.storage.schema.types import from_microseconds, unscaled

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DUMP = ComputedType().dump


def field_cell(name: str, first: int, field: FieldSpec, columns: Sequence[ColumnSpec], *, postgres: bool) -> Cell:
    """The cell of a stored field, with every column it has."""
    value_type, settings = field.value_type, field.value_settings
    if field.sealed:
        return Cell(name, first, 1, None, None, sealed=field)
    loads = [_python(column.logical.kind, column.logical.scale, postgres=postgres) for column in columns]
    if len(columns) > 1:

        def python_many(cells: tuple[Any, ...]) -> Any:
            decoded = (
                cell if cell is None or load is None else load(cell) for cell, load in zip(cells, loads, strict=True)
            )
            return value_type.from_cells(tuple(decoded), settings)

        return Cell(name, first, len(columns), python_many, lambda cells: value_type.dump(python_many(cells)))
    kind, load = columns[0].logical.kind, loads[0]
    if kind is ColumnKind.BOOLEAN:
        return Cell(name, first, 1, bool, bool, total=True)
    plain = type(value_type).from_cells is FieldType.from_cells

    def python(cell: Any) -> Any:
        return value_type.from_cells((cell if load is None else load(cell),), settings)

    def dump(cell: Any) -> Any:
        return value_type.dump(python(cell))

    fast = _POSTGRES_JSON.get(kind) if postgres else _fast_json(kind, columns[0].logical.scale)
    passes = plain and load is None and kind in (ColumnKind.TEXT, ColumnKind.INTEGER) and value_type.name != "secret"
    return Cell(name, first, 1, (load if plain else python), None if passes else (fast if plain and fast else dump))


def many_cell(name: str, first: int, field: FieldSpec) -> Cell:
    """The cell of a field whose values lie in a side table."""
    return Cell(name, first, 1, None, field.value_type.dump, many=field)


def value_cell(name: str, first: int, operand: Operand, kind: Type, *, postgres: bool) -> Cell:
    """The cell of a computed value."""
    load = value_decoder(operand, kind, postgres=postgres)
    dump = (lambda raw: _DUMP(load(raw))) if load else _DUMP
    return Cell(name, first, 1, load, dump, total=kind.kind is Kind.BOOLEAN)


def item_decoder(field: FieldSpec, *, postgres: bool) -> Decode | None:
    """What reads one item of a side table."""
    (logical,) = field.field_type.columns(field.definition.settings)
    return _python(logical.kind, logical.scale, postgres=postgres)


def value_decoder(operand: Operand, kind: Type, *, postgres: bool) -> Decode | None:
    """What reads a computed value of a type in the form of an operand."""
    if kind.is_numeric:
        return _number(operand, kind, postgres=postgres)
    column = _COLUMN_KINDS.get(kind.kind)
    return bool if kind.kind is Kind.BOOLEAN else _python(column, 0, postgres=postgres) if column else None


_COLUMN_KINDS = {
    Kind.TEXT: ColumnKind.TEXT,
    Kind.SELECT: ColumnKind.TEXT,
    Kind.DATE: ColumnKind.DATE,
    Kind.DATETIME: ColumnKind.DATETIME,
    Kind.TIME: ColumnKind.TIME,
    Kind.DURATION: ColumnKind.DURATION,
    Kind.RECORD: ColumnKind.UUID,
}


def _number(operand: Operand, kind: Type, *, postgres: bool) -> Decode:
    scale = None if operand.getter is not None else operand.scale
    unit = Decimal(1).scaleb(-min(kind.scale, MAX_SCALE))

    def exact(raw: Any) -> Decimal:
        if postgres:
            return raw if type(raw) is Decimal else Decimal(raw)
        return from_wide(raw) if scale is None else unscaled(raw, scale)

    if kind.kind is Kind.NUMBER and kind.scale == 0:
        return lambda raw: int(exact(raw))
    return lambda raw: exact(raw).quantize(unit, context=_EXACT)


def _python(kind: ColumnKind, scale: int, *, postgres: bool) -> Decode | None:
    if kind is ColumnKind.DURATION:
        return lambda raw: timedelta(seconds=raw)
    if postgres:
        return (lambda raw: raw.astimezone(UTC)) if kind is ColumnKind.DATETIME else None
    if kind is ColumnKind.DECIMAL:
        return lambda raw: unscaled(raw, scale)
    return _SQLITE.get(kind)


_SQLITE: dict[ColumnKind, Decode] = {
    ColumnKind.BOOLEAN: bool,
    ColumnKind.DATE: date.fromisoformat,
    ColumnKind.DATETIME: from_microseconds,
    ColumnKind.TIME: time.fromisoformat,
    ColumnKind.UUID: lambda raw: UUID(bytes=raw),
    ColumnKind.JSON: json.loads,
}


def _fast_json(kind: ColumnKind, scale: int) -> Decode | None:
    """Straight from SQLite's form to JSON, with the same answer as load and dump."""
    if kind is ColumnKind.DECIMAL:
        return _decimal_text(scale)
    return _FAST.get(kind)


def _id_text(raw: bytes) -> str:
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _moment_text(raw: int) -> str:
    seconds, microseconds = divmod(raw, 1_000_000)
    days, rest = divmod(seconds, 86_400)
    if microseconds:
        return f"{_day_text(days)}T{_clock_text(rest)}.{microseconds:06d}Z"
    return f"{_day_text(days)}T{_clock_text(rest)}Z"


@lru_cache(maxsize=20_000)
def _day_text(days: int) -> str:
    return date.fromordinal(_EPOCH_DAY + days).isoformat()


@lru_cache(maxsize=86_400)
def _clock_text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _aware_text(raw: datetime) -> str:
    return raw.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


_FAST: dict[ColumnKind, Decode] = {ColumnKind.UUID: _id_text, ColumnKind.DATETIME: _moment_text, ColumnKind.DATE: str}


def _decimal_text(scale: int) -> Decode:
    """Decimals as `dump_decimal` writes them: zeros beyond the second are left out."""
    unit = 10**scale

    def text(raw: int) -> str:
        whole, part = divmod(abs(raw), unit)
        sign = "-" if raw < 0 else ""
        if not scale:
            return f"{sign}{whole}"
        decimals = f"{part:0{scale}d}"
        if scale > 2:
            decimals = decimals[:2] + decimals[2:].rstrip("0")
        return f"{sign}{whole}.{decimals}"

    return text


_POSTGRES_JSON: dict[ColumnKind, Decode] = {
    ColumnKind.UUID: str,
    ColumnKind.DATETIME: _aware_text,
    ColumnKind.DATE: date.isoformat,
    ColumnKind.DECIMAL: dump_decimal,
}
"""Straight from the driver's values to JSON, with the same answer as `dump`."""
