"""A user to an Actor: roles, groups, and whose rows each scope stands for."""

from collections.abc import Iterable, Iterator, Mapping
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
_REACHING = frozenset({"subordinates", "team", "department", "department_and_below"})
"""Row scopes that stand for the rows of other people, who are looked up."""


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
    """The actor a user would be with these roles and no others; raises as `actor_of` does."""
    return next(supposed_actors(work, user, [roles]))


def supposed_actors(work: Work, user: UUID, choices: Iterable[Iterable[str]]) -> Iterator[Actor]:
    """The actor a user would be with each of these sets of roles and no others; raises as `actor_of` does.

    Each is worked out when it is asked for, and what they share is read once. Roles the metadata does not know are
    left out.
    """
    known = work.snapshot.rights.roles
    person = _Person(work, user)
    for roles in choices:
        yield person.with_roles(frozenset(role for role in roles if role in known))


def _work_out(work: Work, user: UUID, key_scopes: frozenset[str] | None) -> Actor:
    return _Person(work, user).with_roles(held_roles(work, user), key_scopes)


class _Person:
    """What an actor is made of beside roles, read when it is asked for and once."""

    def __init__(self, work: Work, user: UUID) -> None:
        found = rows.load(work, USER, [user], _user_fields(work.snapshot)).get(user)
        if found is None or found.get("active") is False:
            raise Unauthenticated("This user may not sign in any more.", code="bad_login")
        self._work, self._user, self._fields = work, user, found
        self._groups, self._queues = _member_of(work, "group", user), _member_of(work, "queue", user)
        self._reached: dict[str, frozenset[UUID]] = {}

    def with_roles(self, held: frozenset[str], key_scopes: frozenset[str] | None = None) -> Actor:
        """The actor of the person with these roles, as far as they fit the kind of user."""
        found, groups, queues = self._fields, self._groups, self._queues
        roles = fitting_roles(self._work.snapshot, found.get("kind"), held)
        own = frozenset({self._user}) | groups | queues
        scopes = _scopes_in_use(self._work.snapshot, roles) & _REACHING
        return Actor(
            user=self._user,
            name=str(found.get("full_name") or found.get("login") or ""),
            roles=roles,
            groups=groups,
            queues=queues,
            department=found.get("department"),
            owners={"own": own, **{scope: own | self._reach(scope) for scope in sorted(scopes)}},
            attributes={**found, "id": self._user, "groups": tuple(sorted(groups)), "queues": tuple(sorted(queues))},
            scopes=key_scopes,
        )

    def _reach(self, scope: str) -> frozenset[UUID]:
        if scope not in self._reached:
            self._reached[scope] = _reach(self._work, self._user, self._fields, scope)
        return self._reached[scope]


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


def _reach(work: Work, user: UUID, found: Mapping[str, Any], scope: str) -> frozenset[UUID]:
    """The people one of the scopes _REACHING stands for; whoever asks, their groups and queues come on top."""
    manager, department = found.get("manager"), found.get("department")
    if scope == "subordinates":
        return _below(work, USER, "manager", [user])
    if scope == "team":
        return _who(work, USER, "manager", [manager or user])
    if not department:
        return frozenset()
    parts = {department}
    if scope == "department_and_below":
        parts |= _below(work, "department", "parent", parts)
    return _who(work, USER, "department", parts)


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
