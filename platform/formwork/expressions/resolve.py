"""Names to fields: follows the dots of a path through the Scope."""

from dataclasses import dataclass, replace
from decimal import Decimal

from formwork.expressions.ast import Path
from formwork.expressions.coerce import bad_type
from formwork.expressions.currencies import reached
from formwork.expressions.errors import ExpressionError
from formwork.expressions.nodes import ActorRead, Attribute, Me, Node, Read
from formwork.expressions.paths import Base, FieldPath, Hop, ListPath
from formwork.expressions.scope import FieldHandle, OptionHandle, Scope
from formwork.expressions.suggest import did_you_mean, nearest
from formwork.expressions.types import BOOLEAN, TEXT, Kind, Type, number, record, select


@dataclass(frozen=True, slots=True)
class Start:
    """Where the rest of a path is looked up: a scope and how it was reached."""

    base: Base
    root: str
    hops: tuple[Hop, ...]
    scope: Scope


def resolve(path: Path, scope: Scope, hops: int) -> Node:
    """The node that reads `path`; raises ExpressionError `unknown_name` or `bad_type`."""
    if path.names[0] == "me":
        return _actor(path, scope)
    if path.names == ("this",):
        start = _start(path, scope)[0]
        return Read(FieldPath(Base.THIS, start.root, (), "id"), record(start.root))
    start, names = _start(path, scope)
    for place, name in enumerate(names):
        handle = start.scope.field(name)
        if handle is None:
            raise _unknown(path, start.scope, name)
        rest = names[place + 1 :]
        here = FieldPath(start.base, start.root, start.hops, name)
        if not rest:
            return Read(here, _seen_from_here(handle.type, start))
        if handle.type.kind is not Kind.RECORD:
            return _inner(path, handle, here, rest)
        start = _hop(path, start, handle, hops)
    raise AssertionError("a path has at least one name")


def resolve_field(path: Path, scope: Scope) -> FieldHandle | None:
    """The handle of a field of the record itself, None when the path is anything else."""
    return scope.field(path.names[0]) if len(path.names) == 1 else None


def resolve_list(path: Path, scope: Scope, hops: int) -> ListPath | None:
    """The list a path leads to, None when it leads to no list."""
    if path.names[0] == "me" or path.names == ("this",):
        return None
    start, names = _start(path, scope)
    for name in names[:-1]:
        handle = start.scope.field(name)
        if handle is None or handle.type.kind is not Kind.RECORD:
            return None
        start = _hop(path, start, handle, hops)
    found = start.scope.list(names[-1])
    return ListPath(start.base, start.root, start.hops, found.name, found.target, found.via) if found else None


def _seen_from_here(kind: Type, start: Start) -> Type:
    """The type of a field, its currency told from where the path begins."""
    return replace(kind, currency=reached(start.base, start.hops, kind.currency)) if kind.currency else kind


def _start(path: Path, scope: Scope) -> tuple[Start, tuple[str, ...]]:
    if path.names[0] != "this":
        return Start(Base.ROW, scope.object, (), scope), path.names
    if scope.this is None:
        raise ExpressionError("`this` has no meaning here: name the field itself.", at=path.at, code="unknown_name")
    return Start(Base.THIS, scope.this.object, (), scope.this), path.names[1:]


def _hop(path: Path, start: Start, handle: FieldHandle, hops: int) -> Start:
    targets = handle.type.objects
    if len(targets) != 1:
        raise bad_type(
            f"`{handle.name}` can point at records of several objects, so no field of theirs can be named.", path.at
        )
    if len(start.hops) >= hops:
        raise ExpressionError(
            f"The path `{path}` follows more than {hops} look-ups.",
            at=path.at,
            code="expression_limit",
            extra={"limit": "hops", "allowed": hops},
        )
    hop = Hop(start.scope.object, handle.name, targets[0])
    return Start(start.base, start.root, (*start.hops, hop), start.scope.enter(targets[0]))


def _inner(path: Path, handle: FieldHandle, here: FieldPath, rest: tuple[str, ...]) -> Node:
    """What follows a field that is no look-up: an option attribute or a part."""
    if len(rest) == 1 and handle.type.kind is Kind.SELECT:
        return _attribute(path, handle, here, rest[0])
    if len(rest) == 1 and handle.type.kind is Kind.PARTS:
        parts = dict(handle.parts)
        if rest[0] not in parts:
            suggestion = nearest(rest[0], parts)
            raise ExpressionError(
                f"`{handle.name}` has no part `{rest[0]}`{did_you_mean(suggestion)}",
                at=path.at,
                code="unknown_name",
                suggestion=suggestion,
            )
        return Read(FieldPath(here.base, here.object, here.hops, here.field, rest[0]), parts[rest[0]])
    raise bad_type(f"`{handle.name}` is {handle.type}: nothing can follow it after a dot.", path.at)


def _attribute(path: Path, handle: FieldHandle, here: FieldPath, name: str) -> Node:
    source = Read(here, handle.type)
    if name == "label":
        return Attribute(source, name, tuple((o.code, o.label) for o in handle.options), TEXT)
    known = {key for option in handle.options for key, _ in option.attributes}
    if name not in known:
        suggestion = nearest(name, known | {"label"})
        raise ExpressionError(
            f"The options of `{handle.name}` have no attribute `{name}`{did_you_mean(suggestion)}",
            at=path.at,
            code="unknown_name",
            suggestion=suggestion,
        )
    kind, values = _attribute_values(handle.options, name)
    return Attribute(source, name, values, kind)


def _attribute_values(
    options: tuple[OptionHandle, ...], name: str
) -> tuple[Type, tuple[tuple[str, str | Decimal | bool], ...]]:
    """The attribute's type and its value per code. Texts make a select of what they can be, so typos are found."""
    values = tuple((o.code, value) for o in options for key, value in o.attributes if key == name)
    if all(isinstance(value, bool) for _, value in values):
        return BOOLEAN, values
    if all(isinstance(value, Decimal) for _, value in values):
        return number(max(decimals(value) for _, value in values if isinstance(value, Decimal))), values
    texts = tuple((code, str(value)) for code, value in values)
    return select(tuple(dict.fromkeys(text for _, text in texts))), texts


def decimals(value: Decimal) -> int:
    """How many decimals a number is written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _actor(path: Path, scope: Scope) -> Node:
    if len(path.names) == 1:
        return Me()
    name = path.names[1]
    found = scope.actor(name) if len(path.names) == 2 else None
    if found is None:
        suggestion = nearest(name, scope.actor_names())
        raise ExpressionError(
            f"The actor has no `{'.'.join(path.names[1:])}`{did_you_mean(suggestion)}",
            at=path.at,
            code="unknown_name",
            suggestion=suggestion,
        )
    return ActorRead(name, found)


def _unknown(path: Path, scope: Scope, name: str) -> ExpressionError:
    if scope.list(name):
        return bad_type(
            f"`{name}` is a list: use it in count({name}), exists({name}, …), sum({name}, …) and the like.", path.at
        )
    suggestion = nearest(name, scope.names())
    return ExpressionError(
        f"There is no field `{name}` on `{scope.object}`{did_you_mean(suggestion)}",
        at=path.at,
        code="unknown_name",
        suggestion=suggestion,
    )
