"""The logical columns of a field: what storage must keep, without saying how."""

from dataclasses import dataclass
from enum import StrEnum


class ColumnKind(StrEnum):
    """What a column holds, with the Python type of its cells."""

    TEXT = "text"  # str
    INTEGER = "integer"  # int, 64 bit signed
    DECIMAL = "decimal"  # decimal.Decimal, at most `precision` digits, exactly `scale` decimals
    BOOLEAN = "boolean"  # bool
    DATE = "date"  # datetime.date
    DATETIME = "datetime"  # datetime.datetime, aware, UTC, microseconds
    TIME = "time"  # datetime.time without zone
    DURATION = "duration"  # datetime.timedelta of whole seconds; stored as an integer of seconds
    UUID = "uuid"  # uuid.UUID
    JSON = "json"  # what json.loads gives
    BYTES = "bytes"  # bytes


@dataclass(frozen=True, slots=True)
class LogicalColumn:
    """One column of a field. The physical name is the field's physical name plus `suffix`.

    `precision` (all digits) and `scale` (decimals) count only for decimals, `length` (characters)
    only for text, None = unbounded. `fold` says that the text is worth a stored fold key when the
    field is the title, searchable, sortable or unique. `refers` marks the id of a record.
    """

    kind: ColumnKind
    suffix: str = ""
    precision: int = 0
    scale: int = 0
    length: int | None = None
    fold: bool = False
    refers: bool = False
