"""What one role may do with each record type of an object: whether it may use it, and the fields told apart there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.access.decision import Verb
from formwork.access.matrix import FieldCell, field_rights
from formwork.access.policy import policy_of
from formwork.catalog import Snapshot


@dataclass(frozen=True, slots=True)
class TypeRights:
    """One record type under one role.

    `use` says that the role creates or edits records and may make them with the type or turn them into it; `barred_by`
    are the roles whose grants keep it out, which holds only while every role that creates or edits does. `fields` are
    those a grant tells apart on records of the type.
    """

    code: str
    use: bool = True
    barred_by: tuple[str, ...] = ()
    fields: Mapping[str, FieldCell] = field(default_factory=dict)


def type_rights(snapshot: Snapshot, role: str, object: str) -> tuple[TypeRights, ...]:
    """Every record type of an object in the order of the metadata, for a role with those it includes."""
    spec = snapshot.object(object)
    policy = policy_of(snapshot, frozenset({role}), object)
    writes = policy.manage_all or policy.follows is not None or not {Verb.CREATE, Verb.EDIT}.isdisjoint(policy.verbs)
    closed = sorted(snapshot.rights.closure[role])
    grants = [snapshot.rights.grants[(one, object)] for one in closed if (one, object) in snapshot.rights.grants]
    found = []
    for code in spec.definition.record_types:
        telling = {grant.role: grant.record_types[code] for grant in grants if code in grant.record_types}
        told = {name for one in telling.values() for name in one.fields}
        levels = field_rights(snapshot, role, object, code) if told else {}
        fields = {name: cell for name, cell in levels.items() if (spec.fields[name].twin_of or name) in told}
        by = tuple(name for name, one in telling.items() if not one.use)
        found.append(TypeRights(code, writes and code not in policy.barred, by, fields))
    return tuple(found)
