"""The rules of one object, compiled once per Snapshot: defaults, conditions, validations."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot, ValidationSpec
from formwork.expressions import Base, Environment, Expression, Row, compile_python
from formwork.records.needs import Needs, needs_of

Closure = Callable[[Row, Environment], Any]


@dataclass(frozen=True, slots=True)
class CompiledDefault:
    """The default of a field: a literal, or an expression with what it needs."""

    field: str
    value: Any
    closure: Closure | None
    needs: Needs | None


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """A yes/no condition about one field."""

    field: str
    closure: Closure


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A validation. `late` ones read details or roll-ups and are asked after those are written."""

    rule: ValidationSpec
    closure: Closure
    late: bool


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """The filter of a look-up: asked of the target with the record as `this`."""

    field: str
    closure: Closure
    target_needs: Needs
    own_needs: Needs


@dataclass(frozen=True, slots=True)
class CompiledObject:
    """Everything `records` evaluates for one object."""

    defaults: tuple[CompiledDefault, ...]
    required: tuple[str, ...]
    required_when: tuple[CompiledCondition, ...]
    readonly_when: tuple[CompiledCondition, ...]
    filters: tuple[CompiledFilter, ...]
    rules: tuple[CompiledRule, ...]
    optioned: frozenset[str]
    """Fields of which not every option may be chosen: some are out of use, or record types narrow them."""
    early_needs: Needs
    late_needs: Needs


@lru_cache(maxsize=4096)
def compiled_object(snapshot: Snapshot, object: str) -> CompiledObject:
    """The compiled rules of an object of this Snapshot."""
    spec = snapshot.object(object)
    rules = tuple(
        CompiledRule(rule, compile_python(rule.error_when), _is_late(snapshot, object, rule.error_when))
        for rule in spec.validations
    )
    fields = list(spec.fields.values())
    early = [rule.rule.error_when for rule in rules if not rule.late]
    late = [rule.rule.error_when for rule in rules if rule.late]
    conditions = [e for f in fields for e in (f.required_when, f.readonly_when) if e is not None]
    return CompiledObject(
        defaults=tuple(_default(snapshot, f) for f in fields if f.default is not None or f.default_value is not None),
        required=tuple(f.name for f in fields if f.definition.required and not f.computed),
        required_when=_conditions((f.name, f.required_when) for f in fields),
        readonly_when=_conditions((f.name, f.readonly_when) for f in fields),
        filters=tuple(_filter(snapshot, f) for f in fields if f.filter is not None),
        rules=rules,
        optioned=frozenset(f.name for f in fields if f.options and _is_narrowed(spec, f)),
        early_needs=needs_of(snapshot, object, [*early, *conditions]),
        late_needs=needs_of(snapshot, object, late),
    )


def _is_narrowed(spec: ObjectSpec, field: FieldSpec) -> bool:
    types = spec.definition.record_types or {}
    return not all(option.active for option in field.options.values()) or any(
        field.name in one.options for one in types.values()
    )


def _default(snapshot: Snapshot, field: FieldSpec) -> CompiledDefault:
    if field.default is None:
        return CompiledDefault(field.name, field.default_value, None, None)
    needs = needs_of(snapshot, field.object, [field.default])
    return CompiledDefault(field.name, None, compile_python(field.default), needs)


def _conditions(pairs: Iterable[tuple[str, Expression | None]]) -> tuple[CompiledCondition, ...]:
    return tuple(CompiledCondition(name, compile_python(e)) for name, e in pairs if e is not None)


def _filter(snapshot: Snapshot, field: FieldSpec) -> CompiledFilter:
    assert field.filter is not None
    return CompiledFilter(
        field.name,
        compile_python(field.filter),
        needs_of(snapshot, field.targets[0], [field.filter]),
        needs_of(snapshot, field.object, [field.filter], Base.THIS),
    )


def _is_late(snapshot: Snapshot, object: str, expression: Expression) -> bool:
    """True when the answer hangs on the record's own lists or roll-ups, directly or through formulas.

    What is read over a look-up is another record's stored value, as it was before this write.
    """
    seen: set[tuple[str, str]] = set()

    def reads_children(item: Expression) -> bool:
        if any(not use.path.hops for use in item.lists):
            return True
        for path in item.paths:
            if path.hops:
                continue
            field = snapshot.objects[path.owner].fields.get(path.field)
            if field is None or (field.object, field.name) in seen:
                continue
            seen.add((field.object, field.name))
            if field.rollup is not None:
                return True
            inner = field.formula or field.reference
            if inner is not None and reads_children(inner):
                return True
        return False

    return reads_children(expression)
