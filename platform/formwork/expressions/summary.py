"""What a typed tree reads and depends on, gathered into an Expression."""

from collections.abc import Iterable, Mapping

from formwork.expressions.expression import Expression
from formwork.expressions.functions.function import Function
from formwork.expressions.nodes import ActorRead, Aggregate, Call, Changed, HasRole, Me, Node, Now, Prior, Read, Today
from formwork.expressions.paths import Base, FieldPath, Hop, ListUse
from formwork.expressions.tree import children, walk


def summarise(text: str, object_name: str, root: Node, functions: Mapping[str, Function]) -> Expression:
    """The Expression of a checked tree."""
    parts = list(walk(root))
    paths, lists = _uses(root)
    actor = any(isinstance(part, Me | ActorRead | HasRole) for part in parts)
    old = any(isinstance(part, Prior | Changed) for part in parts)
    named = {part.name for part in parts if isinstance(part, Call)}
    bases = {part.path.base for part in parts if isinstance(part, Read)}
    bases |= {part.source.base for part in parts if isinstance(part, Aggregate)}
    return Expression(
        text=text,
        object=object_name,
        root=root,
        type=root.type,
        volatile=actor or any(isinstance(part, Today | Now) for part in parts),
        uses_actor=actor,
        uses_this=Base.THIS in bases,
        needs_old=old,
        python_only=old or any(name in functions and not functions[name].sql for name in named),
        paths=paths,
        lists=lists,
        reads=frozenset(_reads(parts)),
    )


def _uses(root: Node) -> tuple[frozenset[FieldPath], frozenset[ListUse]]:
    """Paths and lists from the record the node is about, without what aggregates read of their records."""
    paths: set[FieldPath] = set()
    lists: set[ListUse] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Read | Prior | Changed):
            paths.add(node.path)
        if isinstance(node, Aggregate):
            inner = [_uses(part) for part in children(node)]
            fields = frozenset(path for found, _ in inner for path in found)
            lists.add(ListUse(node.source, fields, frozenset(use for _, found in inner for use in found)))
        else:
            stack.extend(children(node))
    return frozenset(paths), frozenset(lists)


def _reads(parts: Iterable[Node]) -> Iterable[tuple[str, str]]:
    for part in parts:
        hops: tuple[Hop, ...] = ()
        if isinstance(part, Read | Prior | Changed):
            hops = part.path.hops
            yield part.path.owner, part.path.field
        elif isinstance(part, Aggregate):
            hops = part.source.hops
            yield part.source.owner, part.source.list
        for hop in hops:
            yield hop.object, hop.field
