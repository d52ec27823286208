"""Which roles a user has."""

from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.identity.session_end import ask_for_renewal, end_sessions_of
from formwork.kernel import NotFound
from formwork.storage import Work, rows, standing, system

_TABLE = "fw_role_assignment"


def roles_of(work: Work, user: UUID) -> frozenset[str]:
    """The roles assigned to a user, as far as the metadata still knows them."""
    found = system.find_many(work, _TABLE, equals={"user": user}, columns=("role",))
    return frozenset(row["role"] for row in found if row["role"] in work.snapshot.rights.roles)


def people_of_roles(work: Work) -> dict[str, list[UUID]]:
    """Role -> the active users it is assigned to; a role nobody has is left out."""
    found = system.find_many(work, _TABLE, columns=("user", "role"))
    active = rows.load(work, "user", {row["user"] for row in found}, ["active"])
    people: dict[str, list[UUID]] = {}
    for row in found:
        if active.get(row["user"], {}).get("active") and row["role"] in work.snapshot.rights.roles:
            people.setdefault(row["role"], []).append(row["user"])
    return people


def assign_role(work: Work, user: UUID, role: str) -> None:
    """Give a user a role; their sessions take other tokens. Raises NotFound when the metadata has no such role."""
    if role not in work.snapshot.rights.roles:
        known = ", ".join(sorted(work.snapshot.rights.roles))
        raise NotFound(f"There is no role `{role}`. There are: {known}.", code="unknown_role")
    standing.change_people(work)
    row = {"user": user, "role": role, "at": work.context.now, "by": work.context.actor.user}
    if system.put_new(work, _TABLE, row):
        note(work, Event.ROLE_GIVEN, object="user", record=user, detail={"role": role})
        ask_for_renewal(work, user)


def withdraw_role(work: Work, user: UUID, role: str) -> None:
    """Take a role from a user, whose sessions end."""
    standing.change_people(work)
    if system.remove(work, _TABLE, equals={"user": user, "role": role}):
        note(work, Event.ROLE_TAKEN, object="user", record=user, detail={"role": role})
        end_sessions_of(work, user)
