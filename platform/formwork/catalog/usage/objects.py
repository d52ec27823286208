"""References within objects: formulas, rules, look-ups, record types and what else a definition names."""

import dataclasses
from collections.abc import Iterable, Iterator

from formwork.catalog.field import FieldSpec, RollupSpec
from formwork.catalog.object import ObjectSpec
from formwork.catalog.usage.use import Reader, Reference, Thing, Use

_WORDS = {
    "formula": "formula", "reference": "formula", "default": "default", "filter": "filter",
    "required_when": "condition", "visible_when": "condition", "readonly_when": "condition",
}  # fmt: skip
"""Part of a linked field that holds an expression -> kind of its use."""


def of_object(reader: Reader, spec: ObjectSpec) -> Iterator[Reference]:
    """Everything the definition of an object and of its fields refers to."""
    for field in spec.fields.values():
        if not field.system and field.twin_of is None:
            yield from _of_field(reader, field)
    definition, name = spec.definition, spec.name
    yield from _at(((name, spec.title),), Use("title", name, f"{name}.title"))
    if definition.parent:
        yield from _at(((name, definition.parent),), Use("sharing", name, f"{name}.sharing"))
    if spec.master is not None:
        yield from _at(((spec.master.object, ""),), Use("master", name, f"{name}.master"))
        if spec.master.order_by:
            yield from _at(((name, spec.master.order_by),), Use("master", name, f"{name}.master.order_by"))
    for rule in spec.validations:
        use = Use("validation", name, f"{name}.validations.{rule.rule}")
        own = {(name, one) for one in (*((rule.at,) if rule.at else ()), *rule.when_changed)}
        yield from _at(reader.reads(rule.error_when) | own, use)
    for unique in spec.uniques:
        if unique.fields != (unique.name,) or unique.when is not None:
            use = Use("unique", name, f"{name}.unique.{unique.name}")
            yield from _at(reader.reads(unique.when) | {(name, one) for one in unique.fields}, use)
    for index in definition.indexes:
        yield from _at(((name, one) for one in index.fields), Use("index", name, f"{name}.indexes"))
    for kind in definition.record_types.values():
        yield from _at(
            ((name, one) for one in kind.options), Use("record_type", name, f"{name}.record_types.{kind.code}")
        )
    kept = definition.retention
    if kept is not None:
        yield from _at({(name, kept.since), *reader.text(kept.when, name)}, Use("retention", name, f"{name}.retention"))


def _of_field(reader: Reader, field: FieldSpec) -> Iterator[Reference]:
    object, name, settings = field.object, field.name, field.definition.settings
    here = f"{object}.fields.{name}"
    for part, kind in _WORDS.items():
        things = reader.reads(getattr(field, part))
        yield from _at(things, Use(kind, object, f"{here}.{'expression' if part == 'formula' else part}", name))
    if field.rollup is not None:
        rollup = field.rollup
        things = {(rollup.detail, rollup.via)}
        for one in dataclasses.fields(RollupSpec):
            if one.name in ("value", "where", "order_by"):
                things |= reader.reads(getattr(rollup, one.name))
        yield from _at(things, Use("rollup", object, here, name))
    for key in ("assign_when", "min", "max"):
        if field.rollup is None:
            yield from _at(reader.text(settings.get(key), object), Use("condition", object, f"{here}.{key}", name))
    if not field.system and field.rollup is None and not field.reference:
        yield from _at(((target, "") for target in field.targets), Use("lookup", object, here, name))
    for part, other in dict(settings.get("consent") or {}).items():
        yield from _at(((object, other),), Use("consent", object, f"{here}.consent.{part}", name))


def _at(things: Iterable[Thing], use: Use) -> Iterator[Reference]:
    """The references of one place; what a field says of itself is none."""
    return ((thing, use) for thing in things if thing != (use.object, use.by))
