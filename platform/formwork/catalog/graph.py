"""The field dependency graph: which stored values follow from which, and in what order.

A stored formula reads fields of its own record, of records it looks up to, and of lists. A roll-up
reads its detail rows. Read-time formulas and references in between are walked through, so only
stored fields are nodes. Each input knows the route from the changed record to its readers.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from formwork.catalog.derivation import Derivation, Direction, Input, Step
from formwork.catalog.field import FieldSpec
from formwork.catalog.findings import Findings
from formwork.catalog.object import ListKind, ObjectSpec
from formwork.expressions import Base, Expression, FieldPath, ListUse
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import networkx
else:
    networkx = on_first_use("networkx")

TypeKey = tuple[str, str]


def order_derivations(objects: Mapping[str, ObjectSpec], findings: Findings) -> tuple[Derivation, ...]:
    """Every stored derived field in evaluation order; none when they follow from each other, which is reported."""
    collector = _Inputs(objects)
    graph: networkx.DiGraph[TypeKey] = networkx.DiGraph()
    inputs: dict[TypeKey, tuple[Input, ...]] = {}
    for spec in objects.values():
        for field in spec.fields.values():
            if field.derived:
                key = (spec.name, field.name)
                inputs[key] = tuple(dict.fromkeys(collector.of_field(field, ())))
                graph.add_node(key)
    for key, found in inputs.items():
        for item in found:
            if (item.object, item.field) in inputs:
                graph.add_edge((item.object, item.field), key)
    try:
        order = list(networkx.lexicographical_topological_sort(graph))
    except networkx.NetworkXUnfeasible:
        cycle = [edge[0] for edge in networkx.find_cycle(graph)]
        object, field = cycle[0]
        source = objects[object].fields[field].definition.source
        names = " → ".join(f"{o}.{f}" for o, f in [*cycle, cycle[0]])
        findings.at(
            source.at(),
            "formula_cycle",
            f"fields.{field}",
            f"These stored values follow from each other: {names}.",
            "Compute one of them at read time (no `stored`), or break the circle.",
        )
        return ()
    return tuple(Derivation(object, field, inputs[(object, field)]) for object, field in order)


class _Inputs:
    """Walks expressions down to stored fields. `route` is the way back from there to the derived field."""

    def __init__(self, objects: Mapping[str, ObjectSpec]) -> None:
        self._objects = objects
        self._walking: set[TypeKey] = set()

    def of_field(self, field: FieldSpec, route: tuple[Step, ...]) -> Iterable[Input]:
        """Everything a derived or read-time field reads."""
        key = (field.object, field.name)
        if key in self._walking:
            return
        self._walking.add(key)
        if field.rollup is not None:
            rollup = field.rollup
            here = (Step(Direction.FORWARD, rollup.detail, rollup.via), *route)
            yield Input(rollup.detail, rollup.via, here)
            yield Input(rollup.detail, "deleted_at", here)
            for expression in (rollup.value, rollup.where, rollup.order_by):
                if expression is not None:
                    yield from self.of_expression(expression, here)
        expression = field.formula or field.reference
        if expression is not None:
            yield from self.of_expression(expression, route)
        self._walking.discard(key)

    def of_expression(self, expression: Expression, route: tuple[Step, ...]) -> Iterable[Input]:
        """Everything an expression at one object reads."""
        for path in sorted(expression.paths):
            yield from self._of_path(path, route)
        for use in expression.lists:
            yield from self._of_list(use, route)

    def _of_path(self, path: FieldPath, route: tuple[Step, ...]) -> Iterable[Input]:
        if path.base is not Base.ROW:
            return
        for hop in path.hops:
            yield Input(hop.object, hop.field, route)
            route = (Step(Direction.BACK, hop.object, hop.field), *route)
            yield Input(hop.target, "deleted_at", route)
        field = self._objects[path.owner].fields.get(path.field)
        if field is None:
            return
        if field.stored:
            yield from self._of_link(field, route)
        else:
            yield from self.of_field(field, route)

    def _of_link(self, field: FieldSpec, route: tuple[Step, ...]) -> Iterable[Input]:
        """A stored field, and of a link whether what it points at is deleted."""
        yield Input(field.object, field.name, route)
        if field.may_outlive:
            back = (Step(Direction.BACK, field.object, field.name), *route)
            for target in field.targets:
                yield Input(target, "deleted_at", back)

    def _of_list(self, use: ListUse, route: tuple[Step, ...]) -> Iterable[Input]:
        for hop in use.path.hops:
            yield Input(hop.object, hop.field, route)
            route = (Step(Direction.BACK, hop.object, hop.field), *route)
            yield Input(hop.target, "deleted_at", route)
        item = self._objects[use.path.owner].lists[use.path.list]
        if item.kind is ListKind.MEMBERS:
            here = (Step(Direction.BACK, use.path.owner, item.via), *route)
            yield Input(use.path.owner, item.via, route)
        else:
            here = (Step(Direction.FORWARD, item.object, item.via), *route)
            yield Input(item.object, item.via, here)
        yield Input(item.object, "deleted_at", here)
        for path in sorted(use.fields):
            yield from self._of_path(path, here)
        for inner in use.lists:
            yield from self._of_list(inner, here)
