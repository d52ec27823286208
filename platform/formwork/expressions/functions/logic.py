"""Choices, blanks, the record before the save, and the actor's roles."""

from formwork.expressions.coerce import bad_type, unify
from formwork.expressions.comparison import compare
from formwork.expressions.functions.function import CallSite, Function, count_arguments
from formwork.expressions.nodes import Changed, Choice, Coalesce, CompareOp, HasRole, Literal, Node, Or, Prior
from formwork.expressions.paths import Base, FieldPath
from formwork.expressions.scope import FieldHandle
from formwork.expressions.types import BLANK, Kind


def _build_if(site: CallSite) -> Node:
    count_arguments(site, 2, 3)
    condition = site.check(site.arguments[0])
    if condition.type.kind is not Kind.BOOLEAN:
        raise bad_type(
            f"The first argument of `if` must be yes/no, but {condition.type} is given; write a comparison.",
            site.arguments[0].at,
        )
    values = [site.check(argument) for argument in site.arguments[1:]]
    if len(values) == 1:
        values.append(Literal(None, BLANK))
    (then, otherwise), common = unify(values, "choose between", site.at)
    return Choice(((condition, then),), otherwise, common)


def _build_switch(site: CallSite) -> Node:
    count_arguments(site, 3)
    subject = site.check(site.arguments[0])
    rest = site.arguments[1:]
    pairs = len(rest) // 2
    tests = [compare(CompareOp.EQ, subject, site.check(rest[2 * i]), rest[2 * i].at) for i in range(pairs)]
    values = [site.check(rest[2 * i + 1]) for i in range(pairs)]
    values.append(site.check(rest[-1]) if len(rest) % 2 else Literal(None, BLANK))
    typed, common = unify(values, "choose between", site.at)
    return Choice(tuple(zip(tests, typed[:-1], strict=True)), typed[-1], common)


def _build_coalesce(site: CallSite) -> Node:
    count_arguments(site, 1)
    parts, common = unify([site.check(argument) for argument in site.arguments], "choose between", site.at)
    if common.kind is Kind.BOOLEAN:
        raise bad_type("A yes/no value is never blank, so `coalesce` has nothing to do here.", site.at)
    return Coalesce(parts, common)


def _own_field(site: CallSite) -> FieldHandle:
    count_arguments(site, 1, 1)
    handle = site.field(site.arguments[0])
    if handle is None:
        site.check(site.arguments[0])
        raise bad_type(f"`{site.name}` takes a field of the record itself.", site.arguments[0].at)
    if site.is_inside_list:
        raise bad_type(f"`{site.name}` knows only the record being saved, not those of a list.", site.at)
    return handle


def _build_changed(site: CallSite) -> Node:
    handle = _own_field(site)
    if handle.type.kind is Kind.PARTS:
        parts = (FieldPath(Base.ROW, site.object, (), handle.name, part) for part, _ in handle.parts)
        types = dict(handle.parts)
        return Or(tuple(Changed(path, of=types[path.part or ""]) for path in parts))
    return Changed(FieldPath(Base.ROW, site.object, (), handle.name), of=handle.type)


def _build_prior(site: CallSite) -> Node:
    handle = _own_field(site)
    if handle.type.kind in (Kind.PARTS, Kind.OPAQUE):
        raise bad_type(f"`prior` does not work on {handle.type}.", site.at)
    return Prior(FieldPath(Base.ROW, site.object, (), handle.name), handle.type)


def build_has_role(site: CallSite) -> Node:
    """`me.has_role('…')`."""
    count_arguments(site, 1, 1)
    role = site.check(site.arguments[0])
    if not isinstance(role, Literal) or not isinstance(role.value, str):
        raise bad_type("`me.has_role` takes the name of a role in quotes.", site.arguments[0].at)
    return HasRole(role.value)


FUNCTIONS = (
    Function(
        "if", "logic", "if(condition, value, otherwise)",
        "The value when the condition is true, else the other one, which is blank when left out.",
        _build_if, None, (("if(total > 100, 'large', 'small')", "large"), ("if(1 = 2, 5)", "blank")),
    ),
    Function(
        "switch", "logic", "switch(subject, match, value, …, otherwise)",
        "The value behind the first match that equals the subject, else the last one, which may be left out.",
        _build_switch, None, (("switch(status, 'new', 1, 'open', 2, 0)", "2"),),
    ),
    Function(
        "coalesce", "logic", "coalesce(value, …)", "The first value that is not blank.",
        _build_coalesce, None, (("coalesce(discount, 0)", "0"), ("coalesce(blank, 'a', 'b')", "a")),
    ),
    Function(
        "changed", "logic", "changed(field)",
        "Whether this save changes the field; on a new record, whether it is filled. Only in rules of a save.",
        _build_changed, None, (("changed(status)", "true"), ("changed(total)", "false")),
    ),
    Function(
        "prior", "logic", "prior(field)", "The value before this save; blank on a new record. Only in rules of a save.",
        _build_prior, None, (("prior(status)", "new"),),
    ),
    Function(
        "me.has_role", "logic", "me.has_role('role')", "Whether the actor has the role, directly or by inclusion.",
        build_has_role, None, (("me.has_role('finance')", "true"),),
    ),
)  # fmt: skip
