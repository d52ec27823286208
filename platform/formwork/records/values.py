"""What somebody sent for records, read field by field over all of them: every problem at once, nothing guessed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from formwork.access import Decision
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes import LoadContext, Loaded
from formwork.kernel import Context, Denied, Problem
from formwork.storage.schema.same import Same

Reader = Callable[[FieldSpec, Sequence[Any], LoadContext], Loaded]
"""Turns what was sent for a field, on one record or on thousands, into Python values."""

_SYSTEM_WRITTEN = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "version", "deleted_at"})


def from_json(field: FieldSpec, raws: Sequence[Any], where: LoadContext) -> Loaded:
    """The reader of JSON bodies."""
    return field.field_type.load_all(raws, field.definition.settings, where)


def from_python(field: FieldSpec, raws: Sequence[Any], where: LoadContext) -> Loaded:
    """The reader of values that a caller inside the platform has loaded already."""
    return Loaded(raws)


@dataclass(slots=True)
class ReadBody:
    """The values a request sets on one record, the fields they are for, and what is wrong with what was sent."""

    values: dict[str, Any]
    said: frozenset[str]
    problems: list[Problem] = field(default_factory=list)


def read_bodies(
    context: Context,
    spec: ObjectSpec,
    decision: Decision,
    bodies: Sequence[Mapping[str, Any]],
    pointers: Sequence[str],
    reader: Reader,
) -> list[ReadBody]:
    """Read what was sent for records of one object, `pointers` being where each stands in the request.

    Records that name the same fields are read together, column by column. Lists of details are taken out by the caller.
    Raises Denied naming a readable field the actor may not write; a field the actor may not even read answers
    like an unknown one.
    """
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, body in enumerate(bodies):
        alike.setdefault(tuple(body), []).append(place)
    if len(alike) == 1:
        [names] = alike
        return _read_alike(context, spec, decision, names, bodies, pointers, reader)
    found: dict[int, ReadBody] = {}
    for names, places in alike.items():
        some, at = [bodies[place] for place in places], [pointers[place] for place in places]
        found.update(zip(places, _read_alike(context, spec, decision, names, some, at, reader), strict=True))
    return [found[place] for place in range(len(bodies))]


def _read_alike(
    context: Context,
    spec: ObjectSpec,
    decision: Decision,
    names: tuple[str, ...],
    bodies: Sequence[Mapping[str, Any]],
    pointers: Sequence[str],
    reader: Reader,
) -> list[ReadBody]:
    """The records whose bodies name these fields in this order."""
    where = _where(context.locale)
    open_ = _open(Same(spec), decision.readable, decision.writable)
    known: dict[str, Sequence[Any]] = {}
    wrong: list[tuple[int, str, Problem]] = []
    for name, raws in zip(names, zip(*(body.values() for body in bodies), strict=True), strict=True):
        field = open_.get(name)
        if field is None:
            wrong += _closed(spec, decision, name, pointers)
            continue
        loaded = reader(field, raws, where)
        known[name] = loaded.values
        if loaded.refused:
            at = escape(name)
            wrong += [(row, name, error.problem(f"{pointers[row]}/{at}")) for row, error in loaded.refused.items()]
    said = frozenset(known)
    rows = zip(*known.values(), strict=True) if known else [()] * len(bodies)
    read = [ReadBody(dict(zip(known, row, strict=True)), said) for row in rows]
    for row, name, problem in wrong:
        one = read[row]
        one.problems.append(problem)
        if name in one.said:
            del one.values[name]
            one.said -= {name}
    return read


def _closed(spec: ObjectSpec, decision: Decision, name: str, pointers: Sequence[str]) -> list[tuple[int, str, Problem]]:
    """What is wrong with naming a field that a body may not set; raises Denied for one that others may write."""
    field = spec.fields.get(name)
    found: list[tuple[int, str, Problem]] = []
    if field is None and any(name == item.name for item in spec.details):
        said, told = "Send the details as a list.", {"field": name}
        return [(row, name, Problem(f"{at}/{name}", "not_a_list", said, told)) for row, at in enumerate(pointers)]
    for row, pointer in enumerate(pointers):
        if field is None or name not in decision.readable:
            found.append((row, name, unknown_field(name, pointer)))
        else:
            found.append((row, name, _not_writable(field, decision, pointer)))
    return found


@lru_cache(maxsize=64)
def _where(locale: str) -> LoadContext:
    return LoadContext(zone=None, locale=locale)


@lru_cache(maxsize=4_096)
def _open(same: Same[ObjectSpec], readable: frozenset[str], writable: frozenset[str]) -> Mapping[str, FieldSpec]:
    """The fields a body may set with these rights."""
    return {
        name: field
        for name, field in same.value.fields.items()
        if name in readable and name in writable and not _is_of_system(field, writable)
    }


def _not_writable(field: FieldSpec, decision: Decision, pointer: str) -> Problem:
    """The problem of a field nobody writes; raises Denied for one that others may write."""
    name = field.name
    if _is_of_system(field, decision.writable):
        at = f"{pointer}/{escape(name)}"
        return Problem(at, "not_writable", f"`{name}` is set by the system. Remove it.", {"field": name})
    raise denied_field(name, pointer)


def unknown_field(name: str, pointer: str) -> Problem:
    """The problem of a field that is not there for whoever named it."""
    return Problem(
        f"{pointer}/{escape(name)}", "unknown_field", f"There is no field `{name}`. Remove it.", {"field": name}
    )


def denied_field(name: str, pointer: str) -> Denied:
    """What to raise about a field that may be read here and not written."""
    message = f"You have no right to change `{name}`. Leave it out or ask an administrator."
    problem = Problem(f"{pointer}/{escape(name)}", "field_denied", message, {"field": name})
    return Denied(message, code="field_denied", problems=[problem], extra={"field": name})


def _is_of_system(field: FieldSpec, writable: frozenset[str]) -> bool:
    by_platform = field.computed and field.definition.type != "auto_number"
    system_only = field.computed or field.definition.read_only
    return field.name in _SYSTEM_WRITTEN or by_platform or (system_only and field.name not in writable)


def escape(name: str) -> str:
    """A key as one token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
