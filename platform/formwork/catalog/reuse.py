"""What linking a new version may take over from the version before: objects nothing that concerns them has changed in.

Every expression of a linked object says which names it reads (`Expression.reads`), so whether another object's
change concerns it can be told without checking it again. What is taken over is the very same value.
"""

import dataclasses
from collections.abc import Iterator, Mapping

from formwork.catalog.field import FieldSpec, RollupSpec
from formwork.catalog.object import ListSpec, ObjectSpec
from formwork.catalog.scope import ObjectNames, Vocabulary
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.model import FieldDef, LayoutDef, ObjectDef
from formwork.expressions import Expression


def _expressions_in(kind: type) -> tuple[str, ...]:
    """The parts of a linked value that hold an expression."""
    return tuple(part.name for part in dataclasses.fields(kind) if "Expression" in str(part.type))


_FIELD_PARTS, _ROLLUP_PARTS = _expressions_in(FieldSpec), _expressions_in(RollupSpec)


class Reuse:
    """Answers which parts of `previous` still hold. Nothing does when an object is gone or currencies differ."""

    def __init__(
        self,
        previous: Snapshot,
        objects: Mapping[str, ObjectDef],
        fields: Mapping[str, Mapping[str, FieldDef]],
        lists: Mapping[str, Mapping[str, ListSpec]],
        bearers: tuple[str, ...],
    ) -> None:
        self._previous = previous
        self._known = previous.linked
        self._fields = fields
        self._changed: set[tuple[str, str]] = set()
        is_close = set(previous.objects) <= set(objects) and previous.index.bearers == bearers
        self._same = frozenset(
            name
            for name, spec in (self._known.items() if is_close else ())
            if spec.definition == objects[name] and spec.lists == lists[name]
        )
        self._has_bearers = bool(bearers)
        self._is_same_actor = False

    def names(self, object: str) -> ObjectNames | None:
        """The names an unchanged object offers, unless another object has a say in them."""
        if object not in self._same or self._has_bearers:
            return None
        if any(_depends(one) for one in self._fields[object].values()):
            return None
        return self._previous.vocabulary.objects[object]

    def compare(self, vocabulary: Vocabulary) -> None:
        """Note which names of the version before mean something else now."""
        self._is_same_actor = vocabulary.actor == self._previous.vocabulary.actor
        for object, names in vocabulary.objects.items():
            before = self._previous.vocabulary.objects.get(object)
            if before is None or before is names or object not in self._known:
                continue
            self._changed |= {(object, key) for key, one in before.fields.items() if names.fields.get(key) != one}
            self._changed |= {(object, key) for key, one in before.lists.items() if names.lists.get(key) != one}

    @property
    def only_adds(self) -> bool:
        """True when every name there was means what it meant."""
        return self._is_same_actor and not self._changed

    def object(self, name: str, layout: LayoutDef | None) -> ObjectSpec | None:
        """The linked object of the version before, None when it has to be linked anew."""
        if name not in self._same or not self._is_same_actor:
            return None
        spec = self._known[name]
        if spec.layout is not layout and spec.layout != layout:
            return None
        fields = self._fields[name]
        if spec.fields.keys() != fields.keys() or any(
            spec.fields[key].definition != one for key, one in fields.items()
        ):
            return None
        if self._changed and not self._changed.isdisjoint(_reads(spec)):
            return None
        return spec


def _depends(field: FieldDef) -> bool:
    """True when what a field gives is told by another object."""
    return field.type in ("reference", "rollup") or isinstance(field.settings.get("to"), Mapping)


def _reads(spec: ObjectSpec) -> Iterator[tuple[str, str]]:
    """Every (object, name) the rules and fields of an object read, its own names included."""
    for name in (*spec.fields, *spec.lists):
        yield spec.name, name
    for field in spec.fields.values():
        yield from reads_of(field)
    for rule in spec.validations:
        yield from rule.error_when.reads
    for unique in spec.uniques:
        if unique.when is not None:
            yield from unique.when.reads


def reads_of(field: FieldSpec) -> Iterator[tuple[str, str]]:
    """Every (object, name) the expressions of a field read, and what a roll-up counts."""
    for expression in _expressions(field):
        yield from expression.reads
    if field.rollup is not None:
        yield field.rollup.detail, field.rollup.via


def _expressions(field: FieldSpec) -> Iterator[Expression]:
    found: list[Expression | None] = [getattr(field, name) for name in _FIELD_PARTS]
    if field.rollup is not None:
        found += [getattr(field.rollup, name) for name in _ROLLUP_PARTS]
    return (one for one in found if one is not None)
