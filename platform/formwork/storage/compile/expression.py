"""The compiler of expressions: the typed tree to SQL, on one statement with one reader's rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select

from formwork.catalog import (
    BEYOND,
    NOTHING,
    ColumnSpec,
    FieldSpec,
    ListKind,
    ListSpec,
    ObjectSpec,
    RowRule,
    Snapshot,
    TypeMask,
)
from formwork.expressions import nodes
from formwork.expressions.paths import FieldPath, Hop, ListPath
from formwork.expressions.types import Kind
from formwork.storage.compile import booleans, links, lists, masks, rollups, values
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Getter
from formwork.storage.compile.frame import Frame, Site, Source, Values, alias_name
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.rules import RuleSlots, rule_branches, rule_predicate
from formwork.storage.compile.slots import SHAPES, Late, Slot
from formwork.storage.compile.tables import named, record_table, side_column, side_table
from formwork.storage.compile.verbatim import verbatim

_TRUE: dict[type, Callable[..., ColumnElement[bool]]] = {
    nodes.Compare: booleans.compare,
    nodes.Match: booleans.match,
    nodes.Member: booleans.member,
    nodes.MemberOf: booleans.member_of,
    nodes.IsBlank: booleans.is_blank,
    nodes.Aggregate: lists.exists,
}
_ALWAYS, _NEVER = verbatim("1 = 1"), verbatim("1 = 0")
_NEVER_NULL = (nodes.IsBlank, nodes.Aggregate)
_VALUES: dict[type, Callable[..., Operand]] = {
    nodes.Literal: values.literal,
    Slot: values.slot,
    nodes.Read: values.read,
    nodes.Attribute: values.attribute,
    nodes.Arithmetic: values.arithmetic,
    nodes.Negate: values.negate,
    nodes.Join: values.join,
    nodes.Choice: values.choice,
    nodes.Coalesce: values.coalesce,
    nodes.Call: values.call,
    nodes.Aggregate: lists.aggregate,
}


@dataclass(eq=False)
class Compiler:
    """Builds the parts of one statement. `rules` None reads without row rules, as the platform does for itself.

    `offsets` tells where the slot values of each object's rule begin, `masks` by object which fields its reader
    sees on some records only.
    """

    snapshot: Snapshot
    backend: Backend
    rules: Mapping[str, RowRule] | None = None
    offsets: Mapping[str, int] = field(default_factory=dict)
    masks: Mapping[str, Mapping[str, TypeMask]] = field(default_factory=dict)
    binder: Binder = field(default_factory=Binder)
    _aliases: Any = field(default_factory=count)
    _getters: dict[Any, Getter] = field(default_factory=dict)

    def unrestricted(self) -> "Compiler":
        """See Walker."""
        return self if self.rules is None else replace(self, rules=None, masks={})

    def shown(self, source: Source, field: FieldSpec) -> ColumnElement[bool] | None:
        """See Walker."""
        found = self.masks.get(source.spec.name)
        mask = found.get(field.name) if found else None
        return None if mask is None else masks.condition(self, source, mask)

    def alias(self) -> str:
        """See Walker."""
        return named(f"t{next(self._aliases)}")

    def frame(self, spec: ObjectSpec) -> Frame:
        """An outermost SELECT over an object."""
        return Frame(self._source(spec))

    def frame_of(self, spec: ObjectSpec, outer: Frame) -> Frame:
        """See Walker."""
        return Frame(self._source(spec), outer.sources)

    def visible(self, frame: Frame, source: Source) -> ColumnElement[bool] | None:
        """See Walker."""
        return None if self.rules is None else self._fits(frame, source, source.spec.name)

    def beyond(self, frame: Frame, source: Source) -> ColumnElement[bool] | None:
        """TRUE for rows that fit the second rule of the root, None when there is none."""
        return self._fits(frame, source, BEYOND) if self.rules and BEYOND in self.rules else None

    def _fits(self, frame: Frame, source: Source, key: str) -> ColumnElement[bool] | None:
        rule = (self.rules or {}).get(key, NOTHING)
        return rule_predicate(self, frame, source, rule, (key, ()), RuleSlots(self.offsets.get(key, 0)))

    def branches(self, frame: Frame, source: Source) -> list[ColumnElement[bool]]:
        """The branches of the rule of a source's object, for a reader who does not see all."""
        object = source.spec.name
        rule = (self.rules or {})[object]
        return rule_branches(self, frame, source, rule, (object, ()), RuleSlots(self.offsets.get(object, 0)))

    def true(self, site: Site, node: Any) -> ColumnElement[bool]:
        """See Walker."""
        match node:
            case nodes.Not():
                return self.false(site, node.operand)
            case nodes.And():
                return and_(*(self.true(site, term) for term in node.terms))
            case nodes.Or():
                return or_(*(self.true(site, term) for term in node.terms))
            case nodes.Literal():
                return _ALWAYS if node.value else _NEVER
            case nodes.Read():
                return self.backend.truth(self._raw(site, node))
        compile_node = _TRUE.get(type(node))
        return compile_node(self, site, node) if compile_node else self.backend.truth(self.value(site, node).sql)

    def false(self, site: Site, node: Any) -> ColumnElement[bool]:
        """See Walker."""
        match node:
            case nodes.Not():
                return self.true(site, node.operand)
            case nodes.And():
                return or_(*(self.false(site, term) for term in node.terms))
            case nodes.Or():
                return and_(*(self.false(site, term) for term in node.terms))
            case nodes.Literal():
                return _NEVER if node.value else _ALWAYS
            case nodes.Compare():
                return booleans.compare_false(self, site, node)
            case nodes.Read():
                return self.backend.untruth(self._raw(site, node))
        compile_node = _TRUE.get(type(node))
        if compile_node is None:
            return self.backend.untruth(self.value(site, node).sql)
        predicate = compile_node(self, site, node)
        return ~predicate if isinstance(node, _NEVER_NULL) else self.backend.untruth(self.backend.boolean(predicate))

    def value(self, site: Site, node: Any) -> Operand:
        """See Walker."""
        if isinstance(node, nodes.Choice) and node.type.kind is Kind.BOOLEAN:
            return values.choice(self, site, node)
        is_condition = type(node) in _TRUE and node.type.kind is Kind.BOOLEAN
        if is_condition or isinstance(node, nodes.Not | nodes.And | nodes.Or):
            return Operand(self.backend.boolean(self.true(site, node)))
        return _VALUES[type(node)](self, site, node)

    def reach(self, site: Site, path: FieldPath | ListPath) -> Source:
        """See Walker."""
        source = site.source
        for hop in path.hops:
            source = self._hop(site, source, hop)
        return source

    def field(self, site: Site, source: Source, field: FieldSpec, part: str | None = None) -> Operand:
        """See Walker."""
        shown = self.shown(source, field)
        if shown is not None:
            return masks.masked(replace(self, masks={}).field(site, source, field, part), shown)
        is_fresh = field.name in site.fresh and source is site.source
        if field.columns and not is_fresh:
            operand = self.stored(source, field, part)
            is_link = field.may_outlive or field.conceals
            return links.as_read(self, site.frame, source, field, operand) if is_link else operand
        if field.rollup is not None:
            return rollups.rollup(self, site.frame, source, field)
        expression = field.formula or field.reference
        if expression is None:
            return values.BLANK
        shape = SHAPES.of(expression)
        fresh = site.fresh if source is site.source else frozenset()
        inner = Site(site.frame, source, Values(fixed=shape.values), fresh)
        plain = replace(self, masks={}) if self.masks else self  # a formula is read by its own right
        return plain.value(inner, shape.root)

    def members(self, frame: Frame, owner: ColumnElement[Any], path: ListPath) -> tuple[Frame, ColumnElement[bool]]:
        """See Walker."""
        item = self.snapshot.objects[path.owner].lists[path.list]
        spec = self.snapshot.objects[item.object]
        inner = self.frame_of(spec, frame)
        tests = [self._tie(inner, owner, path.owner, item), inner.root.column("deleted_at").is_(None)]
        seen = self.visible(inner, inner.root)
        return inner, and_(*tests, *([] if seen is None else [seen]))

    def getter(self, site: Site, slot: Slot) -> Getter:
        """See Walker."""
        place = site.values
        key = (place.offset, slot.index) if place.fixed is None else id(place.fixed[slot.index]), slot.index
        known = self._getters.get(key)
        if known is None:
            known = self._getters[key] = _drawn(place, slot.index)
        return known

    def _source(self, spec: ObjectSpec) -> Source:
        return Source(spec, record_table(spec, schema=self.backend.schemas).alias(self.alias()))

    def _raw(self, site: Site, node: nodes.Read) -> ColumnElement[Any]:
        source = self.reach(site, node.path)
        return self.field(site, source, source.spec.fields[node.path.field], node.path.part).sql

    def _hop(self, site: Site, source: Source, hop: Hop) -> Source:
        frame = site.frame
        key = (alias_name(source), hop.field, self.rules is None, bool(self.masks))
        known = frame.joined.get(key)
        if known is not None:
            return known
        target = self._source(self.snapshot.objects[hop.target])
        link = self._link(site, source, source.spec.fields[hop.field])
        frame.joined[key] = target
        tests = [target.id == link, target.column("deleted_at").is_(None)]
        seen = self.visible(frame, target)
        frame.conditions[alias_name(target)] = and_(*tests, *([] if seen is None else [seen]))
        return target

    def _link(self, site: Site, source: Source, field: FieldSpec) -> ColumnElement[Any]:
        """What a hop follows, as stored; the join itself asks whether the record is there."""
        shown = self.shown(source, field)
        link = self.stored(source, field).sql if field.columns else self.field(site, source, field).sql
        return link if shown is None else case((shown, link))

    def stored(self, source: Source, field: FieldSpec, part: str | None = None) -> Operand:
        """See Walker."""
        column = column_of(field, part)
        operand = self.backend.column(source.column(column.name), column)
        fold = next((one for one in field.columns if one.part == "fold"), None)
        return operand if fold is None else replace(operand, fold=source.column(fold.name))

    def _tie(self, inner: Frame, owner: ColumnElement[Any], object: str, item: ListSpec) -> ColumnElement[bool]:
        if item.kind in (ListKind.DETAIL, ListKind.LOOKUP):
            link = inner.root.spec.fields[item.via]
            return self._where_shown(inner.root, link, inner.root.column(column_of(link, None).name) == owner)
        is_named = item.kind is ListKind.MEMBERS
        field = (self.snapshot.objects[object] if is_named else inner.root.spec).fields[item.via]
        side = side_table(field, schema=self.backend.schemas).alias(self.alias())
        member = side.c[side_column(field)]
        record, target = (owner, inner.root.id) if is_named else (inner.root.id, owner)
        found = select(member).select_from(side).where(side.c.record == record, member == target)
        if field.name in self.masks.get(field.object, ()):
            holder = self._source(self.snapshot.objects[field.object])
            found = found.where(self._where_shown(holder, field, holder.id == side.c.record))
        return found.correlate(*inner.sources).exists()

    def _where_shown(self, source: Source, field: FieldSpec, test: ColumnElement[bool]) -> ColumnElement[bool]:
        """The test, for records on which the reader sees the field."""
        shown = self.shown(source, field)
        return test if shown is None else and_(test, shown)


def column_of(field: FieldSpec, part: str | None) -> ColumnSpec:
    """The column that holds a field, or one part of it; of a reference that names its object, its id."""
    plain = [column for column in field.columns if column.part != "fold"]
    if part is None and len(plain) > 1:
        part = "id"
    return next(column for column in plain if column.part == part) if part else plain[0]


def _drawn(place: Values, index: int) -> Getter:
    fixed = place.fixed
    if fixed is None:
        at = place.offset + index
        return lambda inputs: inputs.value(at)
    value = fixed[index]
    if isinstance(value, Late):
        late = value
        return lambda inputs: inputs.evaluate(late.evaluate)
    return lambda inputs: value
