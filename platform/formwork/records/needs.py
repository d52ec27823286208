"""What evaluating expressions on a record needs to have loaded: fields, look-ups to follow, lists.

Read-time formulas and references of the records being written are evaluated here in Python, so what
they read is needed too; on records that are only read, the database computes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from formwork.catalog import FieldSpec, Snapshot
from formwork.expressions import Base, Expression, FieldPath, ListUse


@dataclass(slots=True)
class Needs:
    """Needs of records of one object. `links` are fields of which is asked whether what they point at is there."""

    object: str
    fields: set[str] = field(default_factory=set)
    hops: "dict[str, Needs]" = field(default_factory=dict)
    lists: "dict[str, Needs]" = field(default_factory=dict)
    links: set[str] = field(default_factory=set)

    def hop(self, name: str, target: str) -> "Needs":
        """The needs of the record a look-up field points at."""
        self.fields.add(name)
        return self.hops.setdefault(name, Needs(target))

    def items(self, name: str, target: str) -> "Needs":
        """The needs of the records of a list."""
        return self.lists.setdefault(name, Needs(target))

    @property
    def is_empty(self) -> bool:
        """True when nothing beyond the record's own stored fields is needed."""
        return not self.hops and not self.lists and not self.links


def needs_of(snapshot: Snapshot, object: str, expressions: Iterable[Expression], base: Base = Base.ROW) -> Needs:
    """The needs of several expressions on one record; `base` THIS collects those of the asking record."""
    needs = Needs(object)
    walker = _Walker(snapshot)
    for expression in expressions:
        walker.add(needs, expression, base)
    return needs


class _Walker:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._inside: set[tuple[str, str]] = set()

    def add(self, needs: Needs, expression: Expression, base: Base) -> None:
        for path in expression.paths:
            if path.base is base:
                self._path(needs, path)
        for use in expression.lists:
            if use.path.base is base:
                self._list(needs, use)

    def _path(self, needs: Needs, path: FieldPath) -> None:
        for hop in path.hops:
            needs = needs.hop(hop.field, hop.target)
        spec = self._snapshot.objects[path.owner].fields.get(path.field)
        if spec is None:
            return
        needs.fields.add(path.field)
        if spec.may_outlive:
            needs.links.add(path.field)
        self._formula(needs, spec)

    def _formula(self, needs: Needs, spec: FieldSpec) -> None:
        key = (spec.object, spec.name)
        expression = spec.formula or spec.reference
        if expression is None or key in self._inside:
            return
        self._inside.add(key)
        self.add(needs, expression, Base.ROW)
        self._inside.discard(key)

    def _list(self, needs: Needs, use: ListUse) -> None:
        for hop in use.path.hops:
            needs = needs.hop(hop.field, hop.target)
        items = needs.items(use.path.list, use.path.target)
        for path in use.fields:
            self._path(items, path)
        for inner in use.lists:
            self._list(items, inner)
