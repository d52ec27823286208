"""The plan from one Snapshot's tables to another's: ordered steps, nothing lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from formwork.catalog.snapshot import Snapshot
from formwork.fieldtypes.column import ColumnKind
from formwork.storage.schema.kept import NOTHING_KEPT, Kept
from formwork.storage.schema.physical import ColumnShape, IndexShape, TableShape, shape_snapshot
from formwork.storage.schema.step import (
    Change,
    Computation,
    ConvertedColumn,
    DroppedIndex,
    FoldKeys,
    NewColumn,
    NewForeignKey,
    NewIndex,
    NewTable,
    RenewedColumn,
    RetiredColumn,
    RetiredTable,
    RevivedColumn,
    RevivedTable,
    SchemaStep,
    StepCost,
    WiderColumn,
)

__all__ = ["SchemaStep", "computations", "plan_schema"]

POSTGRESQL = "postgresql"
_TEXTS, _NUMBERS = ("text", "long_text"), ("number", "money", "percent")
_WIDER: Mapping[str, tuple[str, ...]] = {
    "text": ("long_text",),
    **dict.fromkeys(("email", "phone", "url", "barcode", "select", "auto_number"), _TEXTS),
    **dict.fromkeys(_NUMBERS, _NUMBERS),
    **dict.fromkeys(("user", "lookup"), ("user", "lookup")),
    "rating": ("integer",),
}
"""Type of a field -> those that take all its values as they are kept."""


def plan_schema(old: Snapshot | None, new: Snapshot, dialect: str, kept: Kept = NOTHING_KEPT) -> tuple[SchemaStep, ...]:
    """What must change so that the tables of `old` hold the records of `new`; nothing when they agree.

    `dialect` is `postgresql` or `sqlite`; what is in `kept` is used again with its values instead of being made.
    Raises Invalid for a name a database cannot take.
    """
    same = _taken_over(old, new)
    before = shape_snapshot(old, same) if old is not None else {}
    after = shape_snapshot(new, same)
    revived = {name: one for name, one in kept.tables.items() if name in after and name not in before}
    before |= {name: replace(one.shape, indexes=()) for name, one in revived.items()}
    created = [shape for name, shape in after.items() if name not in before]
    both = [(before[name], shape) for name, shape in after.items() if name in before]
    retired = [shape for name, shape in before.items() if name not in after]
    steps: list[SchemaStep] = []
    for shape in created:
        steps.append(_create_table(shape))
    for was, shape in both:
        if shape.name in revived:
            steps += _revive_table(shape, revived[shape.name].found)
        steps += _drop_indexes(was, shape)
        steps += _change_columns(was, shape, kept)
    for shape in created:
        if dialect == POSTGRESQL:
            steps += _add_foreign_keys(shape)
        steps += _create_indexes(None, shape)
    for was, shape in both:
        steps += _create_indexes(was, shape)
        steps += _retire_columns(was, shape)
    for shape in retired:
        steps += _drop_indexes(shape, None)
        sentence = f"Retire table `{shape.name}`; its rows are kept and no longer shown."
        steps.append(_step(shape, RetiredTable(shape), StepCost.DESTRUCTIVE, sentence))
    return tuple(steps)


def _taken_over(old: Snapshot | None, new: Snapshot) -> frozenset[str]:
    """The objects both versions share, as the very same value: their tables stay as they are."""
    known = old.linked if old is not None else {}
    return frozenset(name for name, spec in new.linked.items() if known.get(name) is spec)


def computations(steps: Sequence[SchemaStep]) -> tuple[tuple[str, str], ...]:
    """(object, field) of every stored derived field the plan leaves to be computed for existing records."""
    return tuple((step.object, step.change.field) for step in steps if isinstance(step.change, Computation))


def _step(shape: TableShape, change: Change, cost: StepCost, sentence: str) -> SchemaStep:
    return SchemaStep(change, cost, shape.object, shape.name, sentence)


def _create_table(shape: TableShape) -> SchemaStep:
    what = f"object `{shape.object}`" if shape.side is None else f"the values of `{shape.side}` of `{shape.object}`"
    sentence = f"Create table `{shape.name}` with {len(shape.columns)} columns for {what}."
    return _step(shape, NewTable(shape), StepCost.INSTANT, sentence)


def _revive_table(shape: TableShape, found: str) -> Iterator[SchemaStep]:
    sentence = f"Bring table `{shape.name}` back with its rows."
    yield _step(shape, RevivedTable(shape, found), StepCost.INSTANT, sentence)
    for column in shape.columns:
        if column.derived:
            yield from _fill(shape, column)


def _change_columns(was: TableShape, shape: TableShape, kept: Kept) -> Iterator[SchemaStep]:
    known = {column.name: column for column in was.columns}
    keys = {key.column: key for key in shape.foreign_keys}
    for column in shape.columns:
        back = kept.columns.get((shape.name, column.name)) if column.name not in known else None
        old = known.get(column.name) if back is None else back.shape
        if back is not None:
            sentence = f"Bring column `{column.name}` of `{shape.name}` back with its values."
            yield _step(shape, RevivedColumn(column, back.found), StepCost.INSTANT, sentence)
        if old is None:
            sentence = f"Add column `{column.name}` to `{shape.name}`; existing records have it blank."
            yield _step(shape, NewColumn(column, keys.get(column.name)), StepCost.INSTANT, sentence)
            if column.part != "fold" or _source_of(shape, column).name in known:
                yield from _fill(shape, column)
        elif back is None and not old.derived and (column.derived or not _fits(was, old, shape, column)):
            yield _convert(old, shape, column, kept)
            yield from _fill(shape, column) if column.derived else ()
        elif column.derived and _differs(old, column):
            sentence = f"Make column `{column.name}` of `{shape.name}` anew with another type."
            yield _step(shape, RenewedColumn(column), StepCost.REWRITE, sentence)
            yield from _fill(shape, column)
        elif _differs(old, column):
            sentence = f"Give `{column.name}` of `{shape.name}` {column.scale} decimals instead of {old.scale}."
            yield _step(shape, WiderColumn(old, column), StepCost.REWRITE, sentence)
        elif column.derived and (back is not None or not old.derived or column.rule != old.rule):
            yield from _fill(shape, column)


def _convert(old: ColumnShape, shape: TableShape, column: ColumnShape, kept: Kept) -> SchemaStep:
    key = next((one for one in shape.foreign_keys if one.column == column.name), None)
    back = kept.columns.get((shape.name, column.name))
    found = back.found if back is not None and back.shape.type == column.type and back.shape == column else None
    values = "what converts is taken over" if found is None else "with the values it had as one"
    sentence = f"Make `{column.field}` of `{shape.object}` a {column.type}; {values}, and those of now are kept."
    return _step(shape, ConvertedColumn(old, column, key, found), StepCost.DESTRUCTIVE, sentence)


def _differs(old: ColumnShape, column: ColumnShape) -> bool:
    return (old.kind, old.scale) != (column.kind, column.scale)


def _fill(shape: TableShape, column: ColumnShape) -> Iterator[SchemaStep]:
    if column.derived and column.part != "fold":
        sentence = f"Compute `{column.field}` for the existing records of `{shape.object}`."
        yield _step(shape, Computation(column.field), StepCost.BACKFILL, sentence)
    elif column.part == "fold":
        source = _source_of(shape, column)
        sentence = f"Write the search keys of `{column.field}` for the existing records of `{shape.object}`."
        yield _step(shape, FoldKeys(column, source), StepCost.BACKFILL, sentence)


def _source_of(shape: TableShape, fold: ColumnShape) -> ColumnShape:
    """The column a fold key is made from."""
    return next(one for one in shape.columns if one.field == fold.field and one.part != "fold")


def _add_foreign_keys(shape: TableShape) -> Iterator[SchemaStep]:
    """PostgreSQL wants both tables first; on SQLite CREATE TABLE holds the keys."""
    for key in shape.foreign_keys:
        sentence = f"Let `{key.column}` of `{shape.name}` point only at rows of `{key.target}`."
        yield _step(shape, NewForeignKey(shape, key), StepCost.INSTANT, sentence)


def _create_indexes(was: TableShape | None, shape: TableShape) -> Iterator[SchemaStep]:
    kept = _kept_indexes(was, shape)
    for index in shape.indexes:
        if index.name not in kept:
            cost = StepCost.INSTANT if was is None else StepCost.VALIDATE if index.unique else StepCost.BACKFILL
            change = NewIndex(shape, index, is_new=was is None)
            yield _step(shape, change, cost, _index_sentence(shape, index))


def _index_sentence(shape: TableShape, index: IndexShape) -> str:
    names = ", ".join(f"`{name}`" for name in index.columns)
    if index.unique:
        return f"Hold {names} unique among the live records of `{shape.object}`."
    return f"Index {names} of `{shape.name}`."


def _drop_indexes(was: TableShape, shape: TableShape | None) -> Iterator[SchemaStep]:
    kept = _kept_indexes(was, shape)
    for index in was.indexes:
        if index.name not in kept:
            sentence = f"Drop an index of `{was.name}` on {', '.join(f'`{name}`' for name in index.columns)}."
            yield _step(was, DroppedIndex(index), StepCost.INSTANT, sentence)


def _kept_indexes(was: TableShape | None, shape: TableShape | None) -> frozenset[str]:
    """Names of the indexes both have over columns that stay as they are."""
    if was is None or shape is None:
        return frozenset()
    old = {column.name: column for column in was.columns}
    renewed = {
        one.name
        for one in shape.columns
        if one.name in old and (_differs(old[one.name], one) or not _fits(was, old[one.name], shape, one))
    }
    known = {index.name: index for index in was.indexes}
    return frozenset(
        index.name
        for index in shape.indexes
        if known.get(index.name) == index and not renewed.intersection(index.columns)
    )


def _retire_columns(was: TableShape, shape: TableShape) -> Iterator[SchemaStep]:
    wanted = {column.name for column in shape.columns}
    for column in was.columns:
        if column.name not in wanted:
            sentence = f"Retire column `{column.name}` of `{was.name}`; its values are kept and no longer shown."
            yield _step(was, RetiredColumn(column), StepCost.DESTRUCTIVE, sentence)


def _fits(was: TableShape, old: ColumnShape, shape: TableShape, column: ColumnShape) -> bool:
    """True when a column may stay as it is, or be given more decimals, for what its field has become."""
    if old.part == "fold":
        return True
    if old.kind is not column.kind or _target(was, old) != _target(shape, column):
        return False
    if old.kind is ColumnKind.DECIMAL and old.scale > column.scale:
        return False
    return old.derived or old.type == column.type or column.type in _WIDER.get(old.type, ())


def _target(shape: TableShape, column: ColumnShape) -> str | None:
    return next((key.target for key in shape.foreign_keys if key.column == column.name), None)
