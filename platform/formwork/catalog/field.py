"""A linked field: what its definition says, resolved against everything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.model import FieldDef
from formwork.expressions import Expression, Type
from formwork.fieldtypes.base import FieldType
from formwork.fieldtypes.column import LogicalColumn
from formwork.fieldtypes.option import Option

_STAYING = frozenset({"polymorphic_lookup", "many_to_many", "user_list"})
_CONCEALING = frozenset({"lookup", "master_detail", "polymorphic_lookup", "many_to_many"})


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One physical column: its name in the table, its logical kind, and the part it holds.

    `part` is None for the plain column of a field, a part name for compound fields (`city`, `lat`,
    `object`, `id`), or `fold` for the stored fold key that sorting, uniqueness and prefix search use.
    """

    name: str
    logical: LogicalColumn
    part: str | None = None


@dataclass(frozen=True, slots=True)
class RollupSpec:
    """A roll-up: `kind` over `value` of the `detail` rows whose `via` field points at the record."""

    detail: str
    via: str
    kind: str
    value: Expression | None
    where: Expression | None
    order_by: Expression | None = None
    nightly: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a Snapshot. `definition` is what was written; the rest is resolved.

    `columns` is empty for read-time values (formula not stored, reference) and for fields kept in a
    side table (`side_table` names it: columns record, position, value or target). `table` is that of its
    object, `physical` what both are named by in the database. `targets` are the
    objects a look-up may point at. `type` is the expression type a reader of the field gets;
    `value_type` with `value_settings` loads and dumps its values: the field's own type, or for a
    formula, roll-up or reference the type of what it gives. `computed` fields are written by the
    platform only. `system` fields exist on every object.
    """

    object: str
    name: str
    definition: FieldDef
    field_type: FieldType
    type: Type
    value_type: FieldType
    value_settings: Mapping[str, Any]
    columns: tuple[ColumnSpec, ...] = ()
    side_table: str | None = None
    targets: tuple[str, ...] = ()
    default: Expression | None = None
    default_value: Any = None
    formula: Expression | None = None
    rollup: RollupSpec | None = None
    reference: Expression | None = None
    filter: Expression | None = None
    required_when: Expression | None = None
    visible_when: Expression | None = None
    readonly_when: Expression | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    system: bool = False
    table: str = ""

    @property
    def physical(self) -> str:
        """The name of its column, or what its columns and its side table are named by; it outlives renames."""
        return self.definition.physical

    @property
    def label(self) -> str:
        """The label in the package's own language."""
        return self.definition.label

    @property
    def stored(self) -> bool:
        """True when the value has a column or a side table of its own."""
        return bool(self.columns) or self.side_table is not None

    @property
    def may_outlive(self) -> bool:
        """True for a link that stays when what it points at is deleted; it then reads as blank."""
        if not self.targets or not self.stored or self.computed:
            return False
        kind = self.definition.type
        return kind in _STAYING or (kind in ("lookup", "user") and self.definition.settings["on_delete"] == "set_null")

    @property
    def conceals(self) -> bool:
        """True for a link that reads as blank to whoever may not see what it points at.

        Links to people are told to everybody: who is responsible belongs to the record itself.
        """
        return bool(self.targets) and self.stored and self.definition.type in _CONCEALING

    @property
    def sealed(self) -> bool:
        """True when the value is stored under the tenant's key: it can be read, never asked for."""
        return self.definition.encrypted or self.definition.type == "secret"

    @property
    def computed(self) -> bool:
        """True when only the platform writes it: formula, roll-up, reference, auto-number."""
        return self.field_type.computed

    @property
    def twin_of(self) -> str | None:
        """The money field whose amount in the tenant's currency this is."""
        return self.definition.twin_of

    @property
    def derived(self) -> bool:
        """True when the value is kept by the derived-field closure: stored formula or roll-up."""
        return self.stored and (self.formula is not None or self.rollup is not None)
