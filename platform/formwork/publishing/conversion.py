"""A field becomes another type: what its values become, what would be lost, and taking over what converts.

The old column stays aside with every value it had, as what was retired does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from formwork.catalog import FieldSpec, Snapshot
from formwork.definitions.dump.field import dump_field
from formwork.fieldtypes import BadValue, LoadContext
from formwork.fieldtypes.base import FieldType
from formwork.kernel import Invalid, Problem
from formwork.publishing.retired import Retired, note_retired
from formwork.storage import Work
from formwork.storage.schema.concern import Concern, concern_of
from formwork.storage.schema.filled import count_filled, fill, filled
from formwork.storage.schema.kept import Moved
from formwork.storage.schema.step import ConvertedColumn, SchemaStep, StepCost
from formwork.storage.sealing import sealer_of

_SAMPLES = 3
_APART = frozenset({"file", "image", "signature", "polymorphic_lookup", "json", "secret", "auto_number"})
"""Types whose values mean nothing as another type."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A step that gives a column another type, with the field before and after."""

    step: SchemaStep
    change: ConvertedColumn
    old: FieldSpec
    new: FieldSpec

    @property
    def is_possible(self) -> bool:
        """True when a value of the one type may be one of the other at all."""
        if (
            self.change.found is not None
            or self.new.computed
            or self.old.value_type.side_table
            or _is_compound(self.old)
            or _is_compound(self.new)
        ):
            return False
        if self.old.targets or self.new.targets:
            return self.old.targets == self.new.targets
        return not {self.old.definition.type, self.new.definition.type} & _APART

    def convert(self, work: Work, cell: Any) -> tuple[Any, bool]:
        """What a stored value becomes, None for nothing, and whether it says the same."""
        value = sealer_of(work).open(self.old, cell) if self.old.sealed else cell
        if not self.is_possible:
            return None, False
        if self.new.targets:
            return value, True
        where = LoadContext(zone=work.context.timezone, percent="fraction")
        if isinstance(value, datetime) and self.new.value_type.name == "date":
            return value.astimezone(work.context.timezone).date(), False
        if type(value) is date and self.new.value_type.name == "datetime":
            return datetime.combine(value, time(), work.context.timezone), True
        told = _plain(self.old.value_type.dump(value), value)
        for read in (_load, _load_text):
            try:
                found = read(self.new.value_type, told, self.new.value_settings, where)
            except BadValue:
                continue
            return found, found is not None
        return None, False


def settled(
    work: Work, current: Snapshot, new: Snapshot, steps: Sequence[SchemaStep]
) -> tuple[tuple[SchemaStep, ...], tuple[Concern, ...]]:
    """The steps with what each is about; one that changes a type without losing a value is no loss.

    Raises Invalid `type_change` for a field that ties details to their master.
    """
    known = {one.step: one for one in conversions(current, new, steps)}
    _refuse_masters(known.values())
    found: list[SchemaStep] = []
    concerns: list[Concern] = []
    for step in steps:
        conversion = known.get(step)
        concern = concern_of(work, step) if conversion is None else _lost(work, conversion)
        is_harmless = conversion is not None and not concern.rows
        found.append(replace(step, cost=StepCost.REWRITE) if is_harmless else step)
        concerns.append(concern)
    return tuple(found), tuple(concerns)


def _refuse_masters(found: Iterable[Conversion]) -> None:
    problems = [
        Problem(
            f"/{one.new.object}/{one.new.name}", "type_change",
            f"`{one.new.name}` ties `{one.new.object}` to its master and cannot become or have been anything else. "
            "Make another object and move the records.",
            {"field": one.new.name, "object": one.new.object},
        )
        for one in found
        if "master_detail" in (one.old.definition.type, one.new.definition.type)
    ]  # fmt: skip
    if problems:
        raise Invalid("These fields cannot change as asked.", code="type_change", problems=problems)


def conversions(current: Snapshot, new: Snapshot, steps: Iterable[SchemaStep]) -> Iterator[Conversion]:
    """The steps among these that give a column another type."""
    changes = [step for step in steps if isinstance(step.change, ConvertedColumn)]
    tables = {spec.table: spec for spec in current.objects.values()} if changes else {}
    for step in changes:
        if isinstance(step.change, ConvertedColumn):
            before, after = tables[step.table], new.objects[step.object]
            old, field = before.fields[step.change.before.field], after.fields[step.change.column.field]
            yield Conversion(step, step.change, old, field)


def take_over(work: Work, found: Iterable[Conversion], moves: Sequence[Moved], version: int) -> None:
    """Fill the new columns with what converts, and note the old ones as retired. `work` has the new metadata."""
    for one in found:
        name = one.change.before.name
        aside = next(move.now for move in reversed(moves) if (move.table, move.column) == (one.step.table, name))
        spec = work.object(one.new.object)
        for batch in filled(work, one.step.table, one.change.before, aside) if one.is_possible else ():
            rows = [{one.new.name: one.convert(work, cell)[0]} for _, cell in batch]
            fill(work, spec, one.new.name, [id for id, _ in batch], rows)
        is_written = not one.old.system and not one.old.twin_of
        note_retired(work, Retired(
            one.new.object, one.old.name, work.context.now, version, work.context.actor.user,
            (one.old.object, one.old.name), spec.package,
            dump_field(one.old.definition) if is_written else None, one.step.table, {name: aside}, {},
        ))  # fmt: skip


def _lost(work: Work, conversion: Conversion) -> Concern:
    """How many values would not convert, and some of them."""
    lock = concern_of(work, conversion.step).lock
    before, table = conversion.change.before, conversion.step.table
    if not conversion.is_possible:
        return Concern(lock, count_filled(work, table, before))
    count = 0
    samples: list[Any] = []
    for batch in filled(work, table, before, before.name):
        for _, cell in batch:
            if not conversion.convert(work, cell)[1]:
                count += 1
                if len(samples) < _SAMPLES and not conversion.old.sealed:
                    samples.append(conversion.old.value_type.dump(cell))
    return Concern(lock, count, tuple(samples))


def _plain(told: Any, value: Any) -> Any:
    """A number without the zeros its old column gave it, anything else as it is told."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else told


def _load(type_: FieldType, told: Any, settings: Mapping[str, Any], where: LoadContext) -> Any:
    return type_.load(told, settings, where)


def _load_text(type_: FieldType, told: Any, settings: Mapping[str, Any], where: LoadContext) -> Any:
    text = {True: "yes", False: "no"}[told] if isinstance(told, bool) else str(told)
    return type_.load_text(text, settings, where)


def _is_compound(field: FieldSpec) -> bool:
    return len([column for column in field.columns if column.part != "fold"]) != 1
