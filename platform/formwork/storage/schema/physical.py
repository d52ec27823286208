"""The physical shape a Snapshot asks for, as values: tables, columns, indexes, foreign keys.

Shapes compare by content, so a plan is the difference of two, and tenants with the same objects share
everything built from them. Index and key names hold a `$`, which no API name may: they never collide
with a table.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_of
from functools import lru_cache

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec, UniqueSpec
from formwork.catalog.physical_form import physical_form, physical_text
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.reserved import TAKEN_COLUMNS, TAKEN_TABLES
from formwork.expressions import Expression
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.kernel import Invalid

LONGEST_NAME = 63
"""Bytes of a name on PostgreSQL."""
RECORD_COLUMN = "record"
POSITION_COLUMN = "position"
_UUID = LogicalColumn(ColumnKind.UUID)
_INTEGER = LogicalColumn(ColumnKind.INTEGER)


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """One column: its name, what it holds, and (object, field) it belongs to.

    `rule` says what a derived one is computed by and `type` is the field's; they are the plan's alone, tables are the
    same without them. So is `field`: a renamed field keeps its column.
    """

    name: str
    kind: ColumnKind
    scale: int
    field: str = made_of(compare=False)
    is_key: bool = False
    derived: bool = False
    part: str | None = None
    rule: str = made_of(default="", compare=False)
    type: str = made_of(default="", compare=False)


@dataclass(frozen=True, slots=True)
class IndexShape:
    """One index. `live` leaves soft-deleted rows out, `filled` names a column whose blanks are left out,
    `when` holds only rows for which it is true; `condition` is what it says, told by columns. Its names follow
    renames, so they are not compared.
    """

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    live: bool = True
    filled: str | None = None
    when: Expression | None = made_of(default=None, compare=False)
    condition: str = ""
    fields: tuple[str, ...] = made_of(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ForeignKeyShape:
    """`column` holds the id of a row of table `target`; checked when the transaction commits."""

    name: str
    column: str
    target: str


@dataclass(frozen=True, slots=True)
class TableShape:
    """The table of an object, or (with `side` naming the field) of one of its many-valued fields."""

    name: str
    object: str
    columns: tuple[ColumnShape, ...]
    indexes: tuple[IndexShape, ...]
    foreign_keys: tuple[ForeignKeyShape, ...]
    side: str | None = None

    @property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(column.name for column in self.columns if column.is_key)


def shape_snapshot(snapshot: Snapshot, without: Collection[str] = ()) -> dict[str, TableShape]:
    """Every table a Snapshot needs, by name; raises Invalid naming each name a database cannot take."""
    shapes: dict[str, TableShape] = {}
    taken = {table for name in without for table in _tables_of(snapshot.objects[name])}
    for name in (name for name in snapshot.objects if name not in without):
        spec = snapshot.objects[name]
        for shape in (shape_object(spec, snapshot.objects), *shape_sides(spec, snapshot.objects)):
            _refuse_taken(shape, taken)
            taken.add(shape.name)
            shapes[shape.name] = shape
    return shapes


def shape_object(spec: ObjectSpec, objects: Mapping[str, ObjectSpec]) -> TableShape:
    """The table of one object. `objects` are those its look-ups may point at."""
    keys = tuple(
        ForeignKeyShape(physical_name("fk", spec.table, field.columns[0].name), field.columns[0].name, target.table)
        for field in spec.fields.values()
        if (target := _target(field, objects)) is not None and field.columns
    )
    return TableShape(spec.table, spec.name, column_shapes(spec, objects), tuple(_indexes(spec)), keys)


def column_shapes(spec: ObjectSpec, objects: Mapping[str, ObjectSpec] | None = None) -> tuple[ColumnShape, ...]:
    """The columns of an object's table; with every object there is, derived ones say what they are computed by."""
    return tuple(
        ColumnShape(
            column.name,
            column.logical.kind,
            column.logical.scale,
            field.name,
            is_key=field.name == "id",
            derived=field.derived,
            rule="" if objects is None else _rule(field, objects),
            part=column.part,
            type=field.definition.type,
        )
        for field in spec.fields.values()
        for column in field.columns
    )


def _rule(field: FieldSpec, objects: Mapping[str, ObjectSpec]) -> str:
    """What a stored formula or roll-up computes, "" for any other field. Renames leave it as it is."""
    if not field.derived:
        return ""
    rollup = field.rollup
    if rollup is None:
        return "" if field.formula is None else physical_form(field.formula, objects)
    detail = objects[rollup.detail]
    parts = [physical_form(one, objects) if one else "" for one in (rollup.value, rollup.where, rollup.order_by)]
    return " | ".join((rollup.kind, detail.table, detail.fields[rollup.via].physical, *parts))


def shape_sides(spec: ObjectSpec, objects: Mapping[str, ObjectSpec]) -> Iterator[TableShape]:
    """The tables of an object's many-valued fields: record, position and the value or the target's id."""
    for field in spec.fields.values():
        if field.side_table is None:
            continue
        name, (item,) = field.side_table, field.field_type.columns(field.definition.settings)
        target = _target(field, objects)
        item_name = side_column(field)
        keys = [ForeignKeyShape(physical_name("fk", name, RECORD_COLUMN), RECORD_COLUMN, spec.table)]
        if target is not None:
            keys.append(ForeignKeyShape(physical_name("fk", name, item_name), item_name, target.table))
        columns = (
            ColumnShape(RECORD_COLUMN, _UUID.kind, 0, field.name, is_key=True),
            ColumnShape(POSITION_COLUMN, _INTEGER.kind, 0, field.name, is_key=True),
            ColumnShape(item_name, item.kind, item.scale, field.name),
        )
        by_item = (item_name, RECORD_COLUMN)
        index = IndexShape(physical_name("ix", name, *by_item), by_item, live=False)
        yield TableShape(name, spec.name, columns, (index,), tuple(keys), side=field.name)


def side_column(field: FieldSpec) -> str:
    """The column of a side table that holds its items: ids of records, or plain values."""
    return "target" if field.targets else "value"


@lru_cache(maxsize=50_000)
def physical_name(*parts: str) -> str:
    """A name of an index or key, cut to what PostgreSQL takes with a hash of the whole."""
    whole = "$".join(parts)
    if len(whole.encode()) <= LONGEST_NAME:
        return whole
    return f"{whole[: LONGEST_NAME - 9]}${hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def unique_columns(spec: ObjectSpec, rule: UniqueSpec) -> tuple[str, ...]:
    """The columns a unique rule compares: fold keys where the fields have them."""
    names: list[str] = []
    for name in rule.fields:
        columns = spec.fields[name].columns
        folds = [column.name for column in columns if column.part == "fold"]
        names += folds or [column.name for column in columns]
    return tuple(names)


def unique_name(spec: ObjectSpec, rule: UniqueSpec) -> str:
    """The name of the index that holds a unique rule."""
    columns = unique_columns(spec, rule)
    parts = columns if rule.when is None else (*columns, physical_text(rule.when, spec))
    return physical_name("ux", spec.table, *parts)


def _target(field: FieldSpec, objects: Mapping[str, ObjectSpec]) -> ObjectSpec | None:
    """The one object a field points at; principals may be users or queues, so they have none."""
    if len(field.targets) != 1 or field.definition.type in ("principal", "polymorphic_lookup"):
        return None
    return objects.get(field.targets[0])


def sorted_columns(spec: ObjectSpec) -> frozenset[str]:
    """The columns whose order an index of the object's table holds: those an index begins with."""
    return frozenset(index.columns[0] for index in _indexes(spec) if index.when is None)


def _indexes(spec: ObjectSpec) -> Iterator[IndexShape]:
    pointing = {column.name for field in spec.fields.values() if field.targets for column in field.columns}
    seen: set[tuple[str, ...]] = set()
    for rule in spec.uniques:
        columns = unique_columns(spec, rule)
        condition = "" if rule.when is None else physical_text(rule.when, spec)
        name = unique_name(spec, rule)
        yield IndexShape(name, columns, unique=True, when=rule.when, condition=condition, fields=rule.fields)
    wanted = [index.columns for index in spec.indexes]
    if "owner" in spec.fields:
        wanted.append(("owner",))
    title = spec.fields.get(spec.title)
    if title is not None and title.columns and title.name != "id":
        wanted.append((title.columns[-1].name,))
    for columns in wanted:
        full = (*columns, "id")
        if full not in seen:
            seen.add(full)
            # A look-up's index also serves the check of its foreign key, which looks at deleted rows too.
            is_link = columns[0] in pointing and columns[0] != "owner"
            name = physical_name("ix", spec.table, *full)
            yield IndexShape(name, full, live=not is_link, filled=columns[0] if is_link else None)


def _tables_of(spec: ObjectSpec) -> Iterator[str]:
    yield spec.table
    yield from (field.side_table for field in spec.fields.values() if field.side_table is not None)


def _refuse_taken(shape: TableShape, known: Collection[str]) -> None:
    if shape.name.startswith(TAKEN_TABLES) or shape.name in known or len(shape.name) > LONGEST_NAME:
        raise Invalid(f"No table can be called {shape.name!r}. Give the object another name.", code="bad_name")
    for column in shape.columns:
        if column.name in TAKEN_COLUMNS:
            raise Invalid(
                f"No column can be called {column.name!r}. Rename field `{column.field}` of `{shape.object}`.",
                code="bad_name",
            )
