"""One step of a change of the physical schema, as a person confirms it and as `ddl` applies it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, TypeAlias

from formwork.storage.schema.physical import ColumnShape, ForeignKeyShape, IndexShape, TableShape


class StepCost(StrEnum):
    """What a step costs rows that exist."""

    INSTANT = "instant"
    VALIDATE = "validate"
    BACKFILL = "backfill"
    REWRITE = "rewrite"
    DESTRUCTIVE = "destructive"


@dataclass(frozen=True, slots=True)
class NewTable:
    """Make a table."""

    kind: ClassVar[str] = "create_table"
    shape: TableShape


@dataclass(frozen=True, slots=True)
class NewColumn:
    """Add a column, blank in existing rows, with the foreign key it holds, if any."""

    kind: ClassVar[str] = "add_column"
    column: ColumnShape
    key: ForeignKeyShape | None


@dataclass(frozen=True, slots=True)
class WiderColumn:
    """Give a decimal column more decimals."""

    kind: ClassVar[str] = "widen_column"
    before: ColumnShape
    column: ColumnShape


@dataclass(frozen=True, slots=True)
class RenewedColumn:
    """Make a derived column anew with another type; its values are computed again."""

    kind: ClassVar[str] = "renew_column"
    column: ColumnShape


@dataclass(frozen=True, slots=True)
class FoldKeys:
    """Write the fold keys of existing rows: `column` from `source`."""

    kind: ClassVar[str] = "fill_fold"
    column: ColumnShape
    source: ColumnShape


@dataclass(frozen=True, slots=True)
class Computation:
    """Compute a stored derived field for existing rows. Publishing runs it once the tables have changed."""

    kind: ClassVar[str] = "compute"
    field: str


@dataclass(frozen=True, slots=True)
class NewForeignKey:
    """Add the foreign key of a table the same plan makes."""

    kind: ClassVar[str] = "add_foreign_key"
    shape: TableShape
    key: ForeignKeyShape


@dataclass(frozen=True, slots=True)
class NewIndex:
    """Build an index. On a table the plan makes (`is_new`) it is empty."""

    kind: ClassVar[str] = "create_index"
    shape: TableShape
    index: IndexShape
    is_new: bool


@dataclass(frozen=True, slots=True)
class DroppedIndex:
    """Drop an index."""

    kind: ClassVar[str] = "drop_index"
    index: IndexShape


@dataclass(frozen=True, slots=True)
class RetiredColumn:
    """Stop using a column. It stays with its values; a new column of that name moves it aside."""

    kind: ClassVar[str] = "retire_column"
    column: ColumnShape


@dataclass(frozen=True, slots=True)
class RetiredTable:
    """Stop using a table. It stays with its rows; a new table of that name moves it aside."""

    kind: ClassVar[str] = "retire_table"
    shape: TableShape


@dataclass(frozen=True, slots=True)
class ConvertedColumn:
    """Move a column aside, with its values, and make one of another type. Publishing fills it with what converts.

    With `found` a retired column of that type takes its place, with the values it had.
    """

    kind: ClassVar[str] = "convert_column"
    before: ColumnShape
    column: ColumnShape
    key: ForeignKeyShape | None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class RevivedColumn:
    """Use a retired column again, with its values. `found` is what it is called now."""

    kind: ClassVar[str] = "revive_column"
    column: ColumnShape
    found: str


@dataclass(frozen=True, slots=True)
class RevivedTable:
    """Use a retired table again, with its rows. `found` is what it is called now."""

    kind: ClassVar[str] = "revive_table"
    shape: TableShape
    found: str


Change: TypeAlias = (
    NewTable
    | NewColumn
    | ConvertedColumn
    | RevivedColumn
    | RevivedTable
    | WiderColumn
    | RenewedColumn
    | FoldKeys
    | Computation
    | NewForeignKey
    | NewIndex
    | DroppedIndex
    | RetiredColumn
    | RetiredTable
)


@dataclass(frozen=True, slots=True)
class SchemaStep:
    """One step on `table` (of `object`). `sentence` tells a person what happens."""

    change: Change
    cost: StepCost
    object: str
    table: str
    sentence: str

    @property
    def kind(self) -> str:
        """The word for the change in ledgers and answers."""
        return self.change.kind
