"""A user to an Actor: roles, groups, and whose rows each scope stands for."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.access import restrict_for_platform
from formwork.catalog import Query, Selected, Snapshot
from formwork.catalog.reading import field_expression, many_filter
from formwork.identity.portal import fitting_roles
from formwork.identity.role import held_roles
from formwork.kernel import Actor, Unauthenticated
from formwork.storage import Work, read, rows, sides, standing

USER = "user"
_KEPT = "actors"
_MOST = 5_000
"""Actors a process keeps of one tenant; then it begins anew."""
_DEEPEST = 12
"""Levels of managers or departments that are followed; a circle ends there."""


def actor_of(work: Work, user: UUID, scopes: frozenset[str] | None = None) -> Actor:
    """The actor of an active user; raises Unauthenticated for one who is gone or deactivated.

    `scopes` are those of the API key that was used. The process keeps actors while the people's mark and
    the metadata are the ones they were worked out under; nothing in an Actor hangs on the time.
    """
    if standing.people_changed_here(work):
        return _work_out(work, user, scopes)
    holds_under = (standing.standing_of(work).mark, work.snapshot.version)
    kept: dict[Any, tuple[tuple[int, str], Actor]] = work.kept.setdefault(_KEPT, {})
    found = kept.get((user, scopes))
    if found is not None and found[0] == holds_under:
        return found[1]
    actor = _work_out(work, user, scopes)
    if len(kept) >= _MOST:
        kept.clear()
    kept[(user, scopes)] = (holds_under, actor)
    return actor


def supposed_actor(work: Work, user: UUID, roles: Iterable[str]) -> Actor:
    """The actor a user would be with these roles and no others; raises as `actor_of` does.

    Roles the metadata does not know are left out.
    """
    known = work.snapshot.rights.roles
    return _work_out(work, user, None, frozenset(role for role in roles if role in known))


def _work_out(
    work: Work, user: UUID, key_scopes: frozenset[str] | None, supposed: frozenset[str] | None = None
) -> Actor:
    names = _user_fields(work.snapshot)
    found = rows.load(work, USER, [user], names).get(user)
    if found is None or found.get("active") is False:
        raise Unauthenticated("This user may not sign in any more.", code="bad_login")
    held = held_roles(work, user) if supposed is None else supposed
    roles = fitting_roles(work.snapshot, found.get("kind"), held)
    scopes = _scopes_in_use(work.snapshot, roles)
    department = found.get("department")
    groups, queues = _member_of(work, "group", user), _member_of(work, "queue", user)
    own = frozenset({user}) | groups | queues
    return Actor(
        user=user,
        name=str(found.get("full_name") or found.get("login") or ""),
        roles=roles,
        groups=groups,
        queues=queues,
        department=department,
        owners={"own": own, **{scope: own | ids for scope, ids in _reached(work, user, found, scopes).items()}},
        attributes={**found, "id": user, "groups": tuple(sorted(groups)), "queues": tuple(sorted(queues))},
        scopes=key_scopes,
    )


def language_of(actor: Actor) -> tuple[str | None, str | None]:
    """The locale and time zone a user has chosen."""
    attributes: Mapping[str, Any] = actor.attributes
    return attributes.get("locale"), attributes.get("timezone")


@lru_cache(maxsize=256)
def _user_fields(snapshot: Snapshot) -> tuple[str, ...]:
    spec = snapshot.object(USER)
    return tuple(name for name, field in spec.fields.items() if field.columns)


@lru_cache(maxsize=4096)
def _scopes_in_use(snapshot: Snapshot, roles: frozenset[str]) -> frozenset[str]:
    """Row scopes any grant of these roles names, so that only those are worked out."""
    known = snapshot.rights
    closed = {inner for role in roles for inner in known.closure.get(role, ())}
    return frozenset(
        scope
        for (role, _), grant in known.grants.items()
        if role in closed
        for rights in grant.verbs.values()
        for right in rights
        for scope in right.scopes
    )


def _reached(work: Work, user: UUID, found: Mapping[str, Any], scopes: frozenset[str]) -> Mapping[str, frozenset[UUID]]:
    """The people each scope in use stands for; whoever asks, their groups and queues come on top of each."""
    manager, department = found.get("manager"), found.get("department")
    reached: dict[str, frozenset[UUID]] = {}
    if "subordinates" in scopes:
        reached["subordinates"] = _below(work, USER, "manager", [user])
    if "team" in scopes:
        reached["team"] = _who(work, USER, "manager", [manager or user])
    if "department" in scopes:
        reached["department"] = _who(work, USER, "department", [department]) if department else frozenset()
    if "department_and_below" in scopes:
        parts = {department} | _below(work, "department", "parent", [department]) if department else frozenset()
        reached["department_and_below"] = _who(work, USER, "department", parts) if parts else frozenset()
    return reached


def _below(work: Work, object: str, field: str, top: Iterable[UUID]) -> frozenset[UUID]:
    """Every record that points at one of the top by a field, directly or through others: a statement for each level."""
    found: set[UUID] = set()
    level = set(top)
    for _ in range(_DEEPEST):
        level = set(_who(work, object, field, level)) - found
        if not level:
            break
        found |= level
    return frozenset(found)


def _member_of(work: Work, object: str, user: UUID) -> frozenset[UUID]:
    """The active groups or queues a user is a member of."""
    found = sides.holders(work, object, "members", user)
    if not found:
        return frozenset()
    return frozenset(id for id, row in rows.load(work, object, found, ["active"]).items() if row["active"] is not False)


def _who(work: Work, object: str, field: str, values: Iterable[UUID]) -> frozenset[UUID]:
    """The records whose field holds one of the values."""
    snapshot = work.snapshot
    query = Query(
        object,
        (Selected("id", field_expression(snapshot, object, "id")),),
        where=(many_filter(snapshot, object, field, values),),
        limit=None,
    )
    return frozenset(row[0] for row in read.fetch(work, restrict_for_platform(snapshot, query)))
