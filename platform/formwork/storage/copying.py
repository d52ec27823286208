"""Columns of values to the text that COPY reads on PostgreSQL, column by column: the driver would look at each cell.

The format is that of https://www.postgresql.org/docs/current/sql-copy.html, "Text Format": cells between tabs, rows
between line ends, blank as `\\N`, and a backslash before what would be taken for one of these.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, Boolean, LargeBinary
from sqlalchemy.types import TypeEngine

from formwork.storage.encode import encode_values
from formwork.storage.schema.types import (
    DatetimeType,
    DateType,
    DecimalType,
    DurationType,
    IdType,
    JsonType,
    TimeType,
    to_json_text,
)

_BLANK = "\\N"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_TABLE = str.maketrans(_ESCAPES)
_SECOND = timedelta(seconds=1)


def write_rows(columns: Sequence[tuple[TypeEngine[Any], list[Any]]]) -> str:
    """The rows of columns of equal length, each given with its type."""
    written = [_write_column(type_, values) for type_, values in columns]
    return "\n".join(map("\t".join, zip(*written, strict=True))) + "\n"


def _write_column(type_: TypeEngine[Any], values: list[Any]) -> list[str]:
    write = _writer(type_)
    cells = values if write is None else encode_values(write, values)
    if None in cells:
        filled = [cell for cell in cells if cell is not None]
        if write is None or type(type_) is JsonType:
            filled = _escaped(filled)
        rest = iter(filled)
        return [_BLANK if cell is None else next(rest) for cell in cells]
    return _escaped(cells) if write is None or type(type_) is JsonType else cells


def _escaped(texts: list[str]) -> list[str]:
    """Texts as cells. Most columns have nothing to escape, which one look at all of them says."""
    joined = "".join(texts)
    return [text.translate(_TABLE) for text in texts] if any(sign in joined for sign in _ESCAPES) else texts


def _writer(type_: TypeEngine[Any]) -> Callable[[Any], str] | None:
    """What writes a value of this type; None for text, which is written already."""
    match type_:
        case JsonType():
            return to_json_text
        case IdType() | DecimalType():
            return str
        case DatetimeType() | DateType() | TimeType():
            return lambda value: str(value.isoformat())
        case DurationType():
            return lambda value: str(value // _SECOND)
        case BigInteger():
            return lambda value: str(int(value))
        case Boolean():
            return lambda value: "t" if value else "f"
        case LargeBinary():
            return lambda value: f"\\\\x{value.hex()}"
    return None
