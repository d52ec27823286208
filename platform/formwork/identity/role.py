"""Which roles a user has: given and taken one by one, and only those that fit the kind of user."""

from collections.abc import Collection
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.identity.portal import fitting_roles
from formwork.identity.session_end import ask_for_renewal, end_sessions_of
from formwork.kernel import NotFound, Refused
from formwork.storage import Work, rows, standing, system

_TABLE = "fw_role_assignment"
_USER = "user"


def held_roles(work: Work, user: UUID) -> frozenset[str]:
    """The roles assigned to a user, as far as the metadata still knows them."""
    found = system.find_many(work, _TABLE, equals={"user": user}, columns=("role",))
    return frozenset(row["role"] for row in found if row["role"] in work.snapshot.rights.roles)


def roles_of_users(work: Work, users: Collection[UUID]) -> dict[UUID, set[str]]:
    """User -> the roles assigned to them, whether they fit or not; who has none is left out."""
    roles: dict[UUID, set[str]] = {}
    for row in system.find_many(work, _TABLE, in_={"user": list(users)}, columns=("user", "role")):
        if row["role"] in work.snapshot.rights.roles:
            roles.setdefault(row["user"], set()).add(row["role"])
    return roles


def people_of_roles(work: Work) -> dict[str, list[UUID]]:
    """Role -> the active users it is assigned to; a role nobody has is left out."""
    found = system.find_many(work, _TABLE, columns=("user", "role"))
    active = rows.load(work, "user", {row["user"] for row in found}, ["active"])
    people: dict[str, list[UUID]] = {}
    for row in found:
        if active.get(row["user"], {}).get("active") and row["role"] in work.snapshot.rights.roles:
            people.setdefault(row["role"], []).append(row["user"])
    return people


def roles_of(work: Work, user: UUID) -> frozenset[str]:
    """The roles a user works with: those assigned that fit the kind of user they are."""
    return fitting_roles(work.snapshot, _kind(work, user), held_roles(work, user))


def managing_users(work: Work, without: tuple[UUID, str] | None = None) -> set[UUID]:
    """The active users who may manage the tenant, `without` the one role that one of them is given."""
    known = work.snapshot.rights
    roles = [name for name in known.roles if _manages(work, name)]
    given = system.find_many(work, _TABLE, in_={"role": roles}, columns=("user", "role"))
    found = {row["user"] for row in given if (row["user"], row["role"]) != without}
    return {id for id, row in rows.load(work, _USER, found, ["active"]).items() if row["active"] is not False}


def require_manager_left(work: Work, leaving: Collection[UUID] = (), without: tuple[UUID, str] | None = None) -> None:
    """Raise Refused `last_manager` when nobody could manage once these have left, or one lost a role; never the system.

    People who change people wait for each other here, so two who leave at once are counted one after the other.
    """
    if work.context.actor.system:
        return
    standing.change_people(work)
    if not managing_users(work, without) - set(leaving):
        message = "Nobody else could manage the organisation. Give the role to somebody first."
        raise Refused(message, code="last_manager")


def assign_role(work: Work, user: UUID, role: str) -> None:
    """Give a user a role; their sessions take other tokens.

    Raises NotFound when the metadata has no such role, Refused `refused_portal_role` for a portal user when the
    role is not marked for the portal.
    """
    if role not in work.snapshot.rights.roles:
        known = ", ".join(sorted(work.snapshot.rights.roles))
        raise NotFound(f"There is no role `{role}`. There are: {known}.", code="unknown_role")
    if not fitting_roles(work.snapshot, _kind(work, user), [role]):
        message = "This is a portal user, who holds only roles marked for the portal. Choose one of those."
        raise Refused(message, code="refused_portal_role")
    standing.change_people(work)
    row = {"user": user, "role": role, "at": work.context.now, "by": work.context.actor.user}
    if system.put_new(work, _TABLE, row):
        note(work, Event.ROLE_GIVEN, object="user", record=user, detail={"role": role})
        ask_for_renewal(work, user)


def withdraw_role(work: Work, user: UUID, role: str) -> None:
    """Take a role from a user; their sessions end with it (A3 of SECURITY).

    Raises Refused `refused_own_role` for whoever would take their own right to manage, `last_manager` for whoever
    would leave nobody to manage.
    """
    if work.context.actor.user == user and _manages(work, role):
        message = "You cannot take your own right to manage the organisation. Ask another administrator."
        raise Refused(message, code="refused_own_role")
    if _manages(work, role):
        require_manager_left(work, without=(user, role))
    standing.change_people(work)
    if system.remove(work, _TABLE, equals={"user": user, "role": role}):
        note(work, Event.ROLE_TAKEN, object="user", record=user, detail={"role": role})
        end_sessions_of(work, user)


def _kind(work: Work, user: UUID) -> object:
    return rows.load(work, _USER, [user], ["kind"]).get(user, {}).get("kind")


def _manages(work: Work, role: str) -> bool:
    known = work.snapshot.rights
    return any(known.roles[name].manage_all for name in known.closure.get(role, ()))


def forget_role(work: Work, role: str) -> None:
    """Take a role that the metadata no longer has from everybody who had it, so that none is left for a new one."""
    standing.change_people(work)
    for row in system.find_many(work, _TABLE, equals={"role": role}, columns=("user",)):
        note(work, Event.ROLE_TAKEN, object="user", record=row["user"], detail={"role": role})
    system.remove(work, _TABLE, equals={"role": role})
