"""The rights of one role as a table: objects by verbs with their scopes, fields by levels, each with who gives it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from formwork.access.decision import Verb
from formwork.access.policy import along_parent, baseline_verbs, policy_of
from formwork.access.ways import BASELINE, MANAGE_ALL, field_ways
from formwork.catalog import ObjectSpec, Snapshot
from formwork.definitions.model import ACTIONS

PARENT = "parent"
"""The scope that stands for records whose parent is reached."""
_LEVELS = ("hidden", "read", "edit")


@dataclass(frozen=True, slots=True)
class Reach:
    """One scope of a verb, with the role that grants it and the text of its condition."""

    scope: str
    role: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a role may do with one verb; empty where it may not. `whole` says that every row is reached."""

    reaches: tuple[Reach, ...] = ()
    whole: bool = False

    def is_own(self, role: str) -> bool:
        """True when the role itself grants it, and not only one it includes."""
        return any(reach.role == role for reach in self.reaches)


@dataclass(frozen=True, slots=True)
class FieldCell:
    """The level of a role on a field; `roles` are those that write it, none where it goes with the object."""

    level: str
    restricted: bool
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectRights:
    """A row of the table. `follows` names the master whose rights a detail without a grant has."""

    object: str
    verbs: Mapping[Verb, Cell] = field(default_factory=dict)
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action -> roles that name it."""
    follows: str = ""

    @property
    def is_empty(self) -> bool:
        """True when the role may do nothing here."""
        return not self.follows and not any(cell.reaches for cell in self.verbs.values())


@lru_cache(maxsize=128)
def role_rights(snapshot: Snapshot, role: str) -> tuple[ObjectRights, ...]:
    """The table of a role, object by object in the order of the metadata; raises KeyError for one that is not there."""
    closed = tuple(sorted(snapshot.rights.closure[role]))
    return tuple(_object_rights(snapshot, role, closed, spec) for spec in snapshot.objects.values())


def field_rights(snapshot: Snapshot, role: str, object: str, record_type: str | None = None) -> dict[str, FieldCell]:
    """The levels of a role on every field of an object: of records no grant tells apart, or of those of one type."""
    spec = snapshot.object(object)
    policy = policy_of(snapshot, frozenset({role}), object)
    found = {}
    for name, field_spec in spec.fields.items():
        ways = field_ways(snapshot, {role}, object, name, record_type)
        open_ = "read" if name in policy.readable else "hidden"
        level = max((way.level for way in ways), key=_LEVELS.index, default=open_)
        if policy.follows is not None and name in policy.writable:
            level = "edit"
        writers = tuple(way.role for way in ways if way.written and way.level == level)
        found[name] = FieldCell(level, field_spec.definition.restricted, writers)
    return found


def _object_rights(snapshot: Snapshot, role: str, closed: tuple[str, ...], spec: ObjectSpec) -> ObjectRights:
    known = snapshot.rights
    masters = tuple(Reach(MANAGE_ALL, one) for one in closed if known.roles[one].manage_all)
    if masters:
        return ObjectRights(spec.name, {verb: Cell(masters, whole=True) for verb in Verb})
    policy = policy_of(snapshot, frozenset({role}), spec.name)
    if policy.follows is not None:
        return ObjectRights(spec.name, follows=policy.follows)
    grants = [known.grants[(one, spec.name)] for one in closed if (one, spec.name) in known.grants]
    actions: dict[str, tuple[str, ...]] = {}
    for grant in grants:
        for action in grant.actions:
            actions[action] = (*actions.get(action, ()), grant.role)
    verbs = {}
    for verb in Verb:
        acts = verb.value in ACTIONS and verb.value in actions
        reaches = tuple(reach for one in closed for reach in _reaches(snapshot, one, spec, verb, acts=acts))
        if reaches and along_parent(spec, verb) is not None:
            reaches = (*reaches, Reach(PARENT, reaches[0].role))
        whole = any(reach.scope in ("all", BASELINE) and not reach.when for reach in reaches)
        verbs[verb] = Cell(tuple(dict.fromkeys(reaches)), whole=whole)
    return ObjectRights(spec.name, verbs, actions)


def _reaches(snapshot: Snapshot, role: str, spec: ObjectSpec, verb: Verb, *, acts: bool) -> Iterator[Reach]:
    grant = snapshot.rights.grants.get((role, spec.name))
    if grant is None:
        return
    for right in (*grant.verbs.get(verb.value, ()), *(grant.verbs.get(ACTIONS[verb.value], ()) if acts else ())):
        scopes = [scope for scope in right.scopes if scope != "none"]
        if scopes and verb in baseline_verbs(spec):
            yield Reach(BASELINE, role)
            continue
        for scope in scopes:
            yield Reach(scope, role, "" if right.when is None else right.when.text)
