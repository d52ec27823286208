"""What a set of roles says about one object, before any person is looked at. Cached by content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from formwork.access.decision import Verb
from formwork.catalog import FieldSpec, Grant, Masks, ObjectSpec, Snapshot, TypeMask, VerbRight
from formwork.definitions.model import ACTIONS

_LEVELS = {"hidden": 0, "read": 1, "edit": 2}
_OWNER = "owner"
_BASELINE = {
    "read": (Verb.READ, Verb.PRINT),
    "edit": (Verb.READ, Verb.PRINT, Verb.EDIT, Verb.SUBMIT, Verb.BULK_EDIT, Verb.CONVERT),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rights of a set of roles on one object.

    `verbs` holds one right per granting role. Who owns a record is written by those who may transfer it, however
    widely they edit. `masks` and `locks` are fields that may be read, and written, on records of some types only;
    `barred` are record types no role lets one use. `follows` names the master object of a detail that has
    no grant of its own: its verbs are asked there.
    """

    object: str
    manage_all: bool = False
    verbs: dict[Verb, tuple[VerbRight, ...]] = field(default_factory=dict)
    readable: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    masks: Masks = ()
    locks: Masks = ()
    barred: frozenset[str] = frozenset()
    follows: str | None = None


@lru_cache(maxsize=4096)
def policy_of(snapshot: Snapshot, roles: frozenset[str], object: str) -> Policy:
    """The policy of these roles (includes resolved here) for one object."""
    spec = snapshot.object(object)
    known = snapshot.rights
    closed = frozenset(role for name in roles for role in known.closure.get(name, ()))
    grants = [known.grants[(role, object)] for role in sorted(closed) if (role, object) in known.grants]
    manage_all = any(known.roles[role].manage_all for role in closed)
    follows = spec.master.object if spec.master is not None and not grants and not manage_all else None
    open_fields = manage_all or follows is not None
    levels = _levels(spec, grants, None, open_fields=open_fields)
    told_apart = sorted({code for grant in grants for code, one in grant.record_types.items() if one.fields})
    by_type = {code: _levels(spec, grants, code, open_fields=open_fields) for code in told_apart}
    verbs = _verbs(grants)
    kept = frozenset[str]() if manage_all or Verb.TRANSFER in verbs else frozenset({_OWNER})
    return Policy(
        object=object,
        manage_all=manage_all,
        verbs=verbs,
        readable=_reaching(1, levels, by_type),
        writable=frozenset(name for name in _reaching(2, levels, by_type) if _is_writable(spec, name)) - kept,
        masks=_masks(1, levels, by_type),
        locks=_masks(2, levels, by_type),
        barred=_hidden_types(spec) | (frozenset() if manage_all else _barred(grants)),
        actions=frozenset(action for grant in grants for action in grant.actions),
        reasons=tuple(f"grant:{grant.role}.{object}" for grant in grants)
        + tuple(f"role:{role}" for role in sorted(closed) if known.roles[role].manage_all),
        follows=follows,
    )


def baseline_verbs(spec: ObjectSpec) -> tuple[Verb, ...]:
    """Verbs that reach every row as soon as a role may use the verb at all."""
    return _BASELINE.get(spec.definition.sharing, ())


def along_parent(spec: ObjectSpec, verb: Verb) -> tuple[str, str, Verb] | None:
    """The look-up, its object and the verb that is asked there, where the baseline follows a parent for this verb."""
    field = spec.fields.get(spec.definition.parent or "")
    if field is None or verb not in _BASELINE["edit"]:
        return None
    return field.name, field.targets[0], Verb.READ if verb in _BASELINE["read"] else Verb.EDIT


def _verbs(grants: Sequence[Grant]) -> dict[Verb, tuple[VerbRight, ...]]:
    found: dict[Verb, list[VerbRight]] = {}
    for grant in grants:
        for name, rights in grant.verbs.items():
            for right in rights:
                if right.scopes and right.scopes != ("none",):
                    found.setdefault(Verb(name), []).append(right)
    for name in {action for grant in grants for action in grant.actions if action in ACTIONS}:
        found.setdefault(Verb(name), []).extend(found.get(Verb(ACTIONS[name]), ()))
    return {verb: tuple(rights) for verb, rights in found.items()}


def _hidden_types(spec: ObjectSpec) -> frozenset[str]:
    """Record types the tenant's layer keeps from everybody."""
    return frozenset(code for code, one in spec.definition.record_types.items() if one.hidden)


def _barred(grants: Sequence[Grant]) -> frozenset[str]:
    """Record types that none of the roles that make or change records lets one use."""
    writing = [grant for grant in grants if "create" in grant.verbs or "edit" in grant.verbs]
    closed = [frozenset(code for code, one in grant.record_types.items() if not one.use) for grant in writing]
    return frozenset[str].intersection(*closed) if closed else frozenset()


def _reaching(level: int, levels: Mapping[str, int], by_type: Mapping[str, Mapping[str, int]]) -> frozenset[str]:
    """The fields that have the level on records of some type."""
    return frozenset(name for one in (levels, *by_type.values()) for name, found in one.items() if found >= level)


def _masks(level: int, levels: Mapping[str, int], by_type: Mapping[str, Mapping[str, int]]) -> Masks:
    """The fields that have the level on records of some types and lack it on others."""
    found: list[tuple[str, TypeMask]] = []
    for name, usual in levels.items():
        holds = usual >= level
        others = frozenset(code for code, one in by_type.items() if (one[name] >= level) is not holds)
        if others:
            found.append((name, TypeMask(others, on=not holds)))
    return tuple(found)


def _levels(spec: ObjectSpec, grants: Sequence[Grant], record_type: str | None, *, open_fields: bool) -> dict[str, int]:
    """The widest level any role gives on each field of records of a type no grant tells apart (None), or of one that
    is; an amount in the tenant's currency has that of its field."""
    levels: dict[str, int] = {}
    for name, field_spec in spec.fields.items():
        widest = 2 if open_fields and not field_spec.definition.restricted else 0
        for grant in () if field_spec.definition.hidden else grants:
            widest = max(widest, _LEVELS[level_in(grant, field_spec, record_type)])
        levels[name] = 0 if field_spec.definition.hidden else widest
    levels["id"] = max(levels.get("id", 1), 1)
    return levels


def level_in(grant: Grant, field_spec: FieldSpec, record_type: str | None = None) -> str:
    """The level one grant gives on a field of records of a type: hidden, read or edit."""
    if field_spec.definition.hidden:
        return "hidden"
    told = None if record_type is None else grant.record_types.get(record_type)
    known = grant.fields if told is None else {**grant.fields, **told.fields}
    written = known.get(field_spec.twin_of or field_spec.name)
    if written is not None:
        return written
    if field_spec.definition.restricted:
        return "hidden"
    return "edit" if "edit" in grant.verbs or "create" in grant.verbs else "read"


def _is_writable(spec: ObjectSpec, name: str) -> bool:
    field_spec = spec.fields[name]
    return not (field_spec.computed or field_spec.definition.read_only)
