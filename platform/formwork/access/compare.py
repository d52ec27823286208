"""Where two roles differ: verbs, actions, record types and levels of fields, one line for each thing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formwork.access.matrix import ObjectRights, field_rights, role_rights
from formwork.access.type_matrix import TypeRights, type_rights
from formwork.catalog import Snapshot
from formwork.definitions.model import ACTIONS

_YES = "yes"


@dataclass(frozen=True, slots=True)
class Difference:
    """What one of two roles has and the other has not, or has otherwise.

    `kind` is verb, field, action or record_type; `record_type` names the type a field's levels are about, and is empty
    where they are about records no grant tells apart.
    """

    object: str
    kind: str
    name: str
    left: str
    right: str
    record_type: str = ""


def compare_roles(snapshot: Snapshot, left: str, right: str) -> tuple[Difference, ...]:
    """Where two roles differ, in both directions; raises KeyError for one that is not there."""
    found: list[Difference] = []
    for one, other in zip(role_rights(snapshot, left), role_rights(snapshot, right), strict=True):
        found += _differing(one.object, "verb", _verbs(one), _verbs(other))
        found += _differing(one.object, "action", _actions(one), _actions(other))
        if not one.is_empty or not other.is_empty:
            levels, others = (_levels(snapshot, role, one.object) for role in (left, right))
            found += _differing(one.object, "field", levels, others)
            found += _differing_types(snapshot, one.object, left, right)
    return tuple(found)


def _verbs(rights: ObjectRights) -> dict[str, str]:
    """Verb -> what it reaches, in one line."""
    if rights.follows:
        return {"follows": rights.follows}
    found = {}
    for verb, cell in rights.verbs.items():
        if cell.reaches:
            whole = "all" if cell.whole else ""
            parts = {reach.scope + (f" when {reach.when}" if reach.when else "") for reach in cell.reaches}
            found[verb.value] = whole or ", ".join(sorted(parts))
    return found


def _actions(rights: ObjectRights) -> dict[str, str]:
    """The actions that are no verb: those that are one are told with what they reach."""
    return {name: _YES for name in rights.actions if name not in ACTIONS}


def _levels(snapshot: Snapshot, role: str, object: str, record_type: str | None = None) -> dict[str, str]:
    return {name: cell.level for name, cell in field_rights(snapshot, role, object, record_type).items()}


def _differing_types(snapshot: Snapshot, object: str, left: str, right: str) -> Iterator[Difference]:
    """The types one of two may use, and the fields a grant of either tells apart on records of a type."""
    one, other = ({found.code: found for found in type_rights(snapshot, role, object)} for role in (left, right))
    yield from _differing(object, "record_type", _used(one), _used(other))
    for code in one:
        told = {*one[code].fields, *other[code].fields}
        levels, others = (
            {name: level for name, level in _levels(snapshot, role, object, code).items() if name in told}
            for role in (left, right)
        )
        yield from _differing(object, "field", levels, others, code)


def _used(types: Mapping[str, TypeRights]) -> dict[str, str]:
    return {code: _YES for code, found in types.items() if found.use}


def _differing(
    object: str, kind: str, left: Mapping[str, str], right: Mapping[str, str], record_type: str = ""
) -> Iterator[Difference]:
    for name in dict.fromkeys((*left, *right)):
        if left.get(name, "") != right.get(name, ""):
            yield Difference(object, kind, name, left.get(name, ""), right.get(name, ""), record_type)
