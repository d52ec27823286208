"""Who of a tenant has to have a second factor, and until when they may go on without.

The tenant says so; while it has said nothing, the installation's setting holds. The days begin, for each person,
when it begins to concern them: with the policy, or later when they are made a user or given the role it asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.access import decide_management
from formwork.identity.audit import Event, note
from formwork.identity.role import managing_users
from formwork.kernel import Actor, Denied, Invalid, Problem
from formwork.storage import Work, rows, standing, system

_TABLE = "fw_sign_in_policy"
_NAME = "second factor"
_KEPT = "factor policy"
_ROLES = "fw_role_assignment"
_USER = "user"
MOST_DAYS = 90
"""The longest somebody may be let go on without."""


class Who(StrEnum):
    """Whom a policy asks."""

    NOBODY = "nobody"
    ADMINS = "admins"
    """Those who may manage the tenant."""
    EVERYBODY = "everybody"
    ROLES = "roles"
    """Those with one of the policy's roles, by themselves or through a role that includes it."""


_OF_SETTING = {"optional": Who.NOBODY, "admins": Who.ADMINS, "all": Who.EVERYBODY}


@dataclass(frozen=True, slots=True)
class FactorPolicy:
    """Who must have a second factor. `since` is when that was said, None for what the installation's setting says."""

    who: Who
    roles: tuple[str, ...] = ()
    grace_days: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class FactorDuty:
    """That a person must have a second factor. `until` is how long they may go on without, None for no time at all."""

    until: datetime | None

    def is_over(self, now: datetime) -> bool:
        """True when they cannot go on without any more."""
        return self.until is None or self.until <= now


def factor_policy(work: Work, setting: str) -> FactorPolicy:
    """The policy of the tenant; without one what the setting says (`admins`, `all`, `optional`).

    The process keeps it while the people's mark is the one it was read under.
    """
    if standing.people_changed_here(work):
        return _read(work) or FactorPolicy(_OF_SETTING[setting])
    mark = standing.standing_of(work).mark
    kept: tuple[int, FactorPolicy | None] | None = work.kept.get(_KEPT)
    if kept is None or kept[0] != mark:
        kept = work.kept[_KEPT] = (mark, _read(work))
    return kept[1] or FactorPolicy(_OF_SETTING[setting])


def set_factor_policy(work: Work, who: str, roles: Sequence[str] = (), grace_days: int = 0) -> FactorPolicy:
    """Say who must have a second factor from now on. The days go on where only their number is another one.

    Raises Invalid with every problem: an unknown word or role, roles missing or too many, days out of bounds.
    """
    problems = list(_problems(work, who, roles, grace_days))
    if problems:
        raise Invalid("The policy was not kept.", code="invalid", problems=problems)
    before, chosen = _read(work), tuple(sorted(set(roles)))
    same = before is not None and (before.who, before.roles) == (who, chosen)
    since = before.since if before is not None and same else work.context.now
    made = FactorPolicy(Who(who), chosen, grace_days, since)
    standing.change_people(work)
    assert made.since is not None
    data = {"who": made.who.value, "roles": list(chosen), "grace_days": grace_days, "since": made.since.isoformat()}
    row = {"name": _NAME, "data": data, "at": work.context.now, "by": work.context.actor.user}
    system.put(work, _TABLE, row)
    told = {"who": made.who.value, "roles": list(chosen), "grace_days": grace_days}
    note(work, Event.FACTOR_POLICY_SET, detail=told)
    return made


def forget_factor_policy(work: Work) -> bool:
    """Let the installation's setting hold again; False when it did already."""
    standing.change_people(work)
    if not system.remove(work, _TABLE, equals={"name": _NAME}):
        return False
    note(work, Event.FACTOR_POLICY_SET, detail={"who": None})
    return True


def factor_duty(work: Work, setting: str, actor: Actor) -> FactorDuty | None:
    """That somebody must have a second factor, None when they need not. Asked of sessions, never of API keys."""
    policy = factor_policy(work, setting)
    if actor.user is None or not _concerns(work, policy, actor):
        return None
    if policy.since is None or not policy.grace_days:
        return FactorDuty(None)
    began = max(policy.since, _concerned_since(work, policy, actor.user))
    return FactorDuty(began + timedelta(days=policy.grace_days))


def people_without_factor(work: Work, policy: FactorPolicy) -> tuple[int, list[UUID]]:
    """How many people the policy asks, and which of them have no second factor yet.

    Of everybody those count who can sign in by themselves.
    """
    asked = _asked(work, policy)
    having = {row["user"] for row in system.find_many(work, "fw_passkey", in_={"user": asked}, columns=("user",))}
    apps = system.find_many(work, "fw_totp", in_={"user": asked}, columns=("user", "confirmed_at"))
    having |= {row["user"] for row in apps if row["confirmed_at"] is not None}
    return len(asked), sorted(asked - having)


def _asked(work: Work, policy: FactorPolicy) -> set[UUID]:
    if policy.who is Who.NOBODY:
        return set()
    if policy.who is Who.ADMINS:
        return managing_users(work)
    if policy.who is Who.ROLES:
        found = system.find_many(work, _ROLES, in_={"role": _leading_to(work, policy.roles)}, columns=("user",))
    else:
        found = [
            row
            for table in ("fw_credential", "fw_provider_login", "fw_passkey")
            for row in system.find_many(work, table, columns=("user",))
        ]
    known = rows.load(work, _USER, {row["user"] for row in found}, ["active"])
    return {id for id, row in known.items() if row["active"] is not False}


def _concerns(work: Work, policy: FactorPolicy, actor: Actor) -> bool:
    if policy.who is Who.ADMINS:
        try:
            return decide_management(work.snapshot, actor).allowed
        except Denied:
            return False
    if policy.who is Who.ROLES:
        return not actor.roles.isdisjoint(_leading_to(work, policy.roles))
    return policy.who is Who.EVERYBODY


def _concerned_since(work: Work, policy: FactorPolicy, user: UUID) -> datetime:
    """When somebody came to be one of those the policy asks: when they were made, or given the first such role."""
    known = work.snapshot.rights.roles
    if policy.who is Who.EVERYBODY:
        made: datetime = rows.load(work, _USER, [user], ["created_at"])[user]["created_at"]
        return made
    wanted = policy.roles if policy.who is Who.ROLES else [name for name, role in known.items() if role.manage_all]
    leading = _leading_to(work, wanted)
    given = system.find_many(work, _ROLES, equals={"user": user}, in_={"role": leading}, columns=("at",))
    return min((row["at"] for row in given), default=work.context.now)


def _leading_to(work: Work, roles: Iterable[str]) -> frozenset[str]:
    """The roles that are one of these or include it."""
    wanted = frozenset(roles)
    return frozenset(name for name, closed in work.snapshot.rights.closure.items() if not wanted.isdisjoint(closed))


def _read(work: Work) -> FactorPolicy | None:
    row = system.find(work, _TABLE, name=_NAME)
    if row is None:
        return None
    data: dict[str, Any] = row["data"]
    since = datetime.fromisoformat(data["since"])
    return FactorPolicy(Who(data["who"]), tuple(data["roles"]), data["grace_days"], since)


def _problems(work: Work, who: str, roles: Sequence[str], grace_days: int) -> Iterable[Problem]:
    if who not in list(Who):
        yield Problem(
            "/who", "unknown_option", "Choose nobody, admins, everybody or roles.", {"options": ", ".join(Who)}
        )
    if who == Who.ROLES and not roles:
        yield Problem("/roles", "required", "Choose the roles whose people must have a second factor.")
    if who != Who.ROLES and roles:
        yield Problem("/roles", "invalid", "Roles are named only where `who` is `roles`.")
    for at, role in enumerate(roles):
        if role not in work.snapshot.rights.roles:
            yield Problem(f"/roles/{at}", "unknown_role", f"There is no role `{role}`.")
    if not 0 <= grace_days <= MOST_DAYS:
        yield Problem("/grace_days", "out_of_range", f"Give 0 to {MOST_DAYS} days.", {"min": 0, "max": MOST_DAYS})
