"""One reference: who uses which field or object, and where that is written."""

from dataclasses import dataclass

from formwork.catalog.snapshot import Snapshot
from formwork.expressions import ExpressionError, check
from formwork.expressions.expression import Expression

_APART = frozenset({"permission", "sharing_rule", "navigation", "mapping", "conversion", "import"})
Thing = tuple[str, str]
"""(object, field), or (object, "") for the object itself."""


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A reference of a `kind` (formula, layout …) in something that belongs to `object`, at the dotted `place`.

    `by` is the field whose definition it is, "" where it is none.
    """

    kind: str
    object: str
    place: str
    by: str = ""

    @property
    def is_apart(self) -> bool:
        """True for one in a file of its own, which does not go with the object it is about."""
        return self.kind in _APART


Reference = tuple[Thing, Use]


class Reader:
    """Tells what texts of a Snapshot read."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def reads(self, expression: Expression | None) -> set[Thing]:
        """The fields an expression touches, hops and the fields behind lists included."""
        return {self.thing(*one) for one in expression.reads} if expression is not None else set()

    def text(self, text: object, object: str, this: str | None = None) -> set[Thing]:
        """The same of a text; one that cannot be read reads nothing."""
        if not isinstance(text, str) or object not in self.snapshot.objects:
            return set()
        try:
            return self.reads(check(text, self.snapshot.scope(object, this=this)))
        except ExpressionError:
            return set()

    def path(self, path: str, object: str) -> set[Thing]:
        """The fields along names joined by dots; a `-` before them (descending) does not count."""
        found: set[Thing] = set()
        here: str | None = object
        for name in path.lstrip("-").split("."):
            spec = None if here is None else self.snapshot.objects.get(here)
            if spec is None or here is None or (name not in spec.fields and name not in spec.lists):
                break
            found.add(self.thing(here, name))
            field = spec.fields.get(name)
            here = field.targets[0] if field is not None and len(field.targets) == 1 else None
        return found

    def thing(self, object: str, name: str) -> Thing:
        """The field a name of an object means: itself, or the one that makes the list."""
        spec = self.snapshot.objects[object]
        item = spec.lists.get(name) if name not in spec.fields else None
        return (object, name) if item is None else (item.via_object(object), item.via)
