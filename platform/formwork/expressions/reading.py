"""Closures that fetch values from a Row and the Actor, each in the language's own form."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from formwork.expressions.nodes import ActorRead, Changed, Prior
from formwork.expressions.paths import Base, FieldPath, ListPath
from formwork.expressions.row import Environment, Row
from formwork.expressions.types import NUMERIC, Kind, Type
from formwork.kernel import Actor

Evaluate: TypeAlias = Callable[[Row, Environment], Any]
"""A compiled node: the record and the circumstances give a `types.Value`."""


def _of_text(value: object) -> object:
    return value or None


def _of_number(value: object) -> object:
    return Decimal(value) if type(value) is int else value


def _of_boolean(value: object) -> object:
    return bool(value)


def _of_record(value: object) -> object:
    return getattr(value, "id", value)


def _of_duration(value: object) -> object:
    return timedelta(seconds=value) if type(value) is int else value


def _of_list(value: Any) -> object:
    return tuple(value) if value else ()


def _of_opaque(value: object) -> object:
    return None if value is None or value in ("", (), [], {}) else value


def _as_is(value: object) -> object:
    return value


_FORMS: dict[Kind, Callable[[Any], object]] = {
    Kind.TEXT: _of_text,
    Kind.SELECT: _of_text,
    Kind.BOOLEAN: _of_boolean,
    Kind.DURATION: _of_duration,
    Kind.LIST: _of_list,
    Kind.OPAQUE: _of_opaque,
    **dict.fromkeys(NUMERIC, _of_number),
}


def form_of(kind: Type) -> Callable[[Any], object]:
    """What turns a stored value of that type into the language's form."""
    if kind.kind is Kind.RECORD:
        return _as_is if len(kind.objects) == 1 else _of_record
    return _FORMS.get(kind.kind, _as_is)


def _fields(path: FieldPath | ListPath) -> tuple[str, ...]:
    return tuple(hop.field for hop in path.hops)


def _target(path: FieldPath | ListPath) -> Callable[[Row, Environment], Row | None]:
    """The record at the end of the hops, None when one is missing."""
    fields = _fields(path)
    is_this = path.base is Base.THIS

    def reach(row: Row, environment: Environment) -> Row | None:
        current = environment.this if is_this else row
        for field in fields:
            if current is None:
                return None
            current = current.follow(field)
        return current

    return reach


def read(path: FieldPath, kind: Type) -> Evaluate:
    """The closure of a Read."""
    form, field, part = form_of(kind), path.field, path.part
    nothing = form(None)
    if path.base is Base.ROW and not path.hops:
        if part is None and form is _as_is:
            return lambda row, environment: row.value(field)
        return lambda row, environment: form(row.value(field, part))
    reach = _target(path)

    def read_far(row: Row, environment: Environment) -> object:
        found = reach(row, environment)
        return nothing if found is None else form(found.value(field, part))

    return read_far


def read_rows(path: ListPath) -> Callable[[Row, Environment], Sequence[Row]]:
    """The closure that gives the records of a list; none when a record on the way is missing."""
    name, reach = path.list, _target(path)
    if path.base is Base.ROW and not path.hops:
        return lambda row, environment: row.rows(name)

    def read_far(row: Row, environment: Environment) -> Sequence[Row]:
        found = reach(row, environment)
        return () if found is None else found.rows(name)

    return read_far


def read_prior(node: Prior) -> Evaluate:
    """The closure of a Prior."""
    form, field, part = form_of(node.type), node.path.field, node.path.part
    nothing = form(None)

    def read_old(row: Row, environment: Environment) -> object:
        old = environment.old
        return nothing if old is None else form(old.value(field, part))

    return read_old


def read_changed(node: Changed) -> Evaluate:
    """The closure of a Changed; lists are compared without regard to order."""
    form, field, part = form_of(node.of), node.path.field, node.path.part
    nothing = form(None)
    is_list = node.of.kind is Kind.LIST

    def compare_old(row: Row, environment: Environment) -> bool:
        new = form(row.value(field, part))
        old = nothing if environment.old is None else form(environment.old.value(field, part))
        if is_list:
            return set(new) != set(old)  # type: ignore[call-overload,no-any-return]  # the form of a list is a tuple
        return new != old

    return compare_old


def read_actor(node: ActorRead) -> Evaluate:
    """The closure of an ActorRead: an attribute of the actor, else the actor's own member of that name."""
    form, name = form_of(node.type), node.name

    def read_member(row: Row, environment: Environment) -> object:
        return form(actor_value(environment.me, name))

    return read_member


def actor_value(actor: Actor, name: str) -> object:
    """The value behind `me.<name>`; None when the actor has none."""
    if name in actor.attributes:
        return actor.attributes[name]
    members: dict[str, object] = {
        "id": actor.user,
        "name": actor.name,
        "roles": tuple(sorted(actor.roles)),
        "groups": tuple(sorted(actor.groups)),
        "queues": tuple(sorted(actor.queues)),
        "department": actor.department,
        "account": actor.account,
    }
    return members.get(name)
