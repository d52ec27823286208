"""Why a record is, or is not, within a scope: whose it is, who reports to whom, what was shared, which rule holds."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from formwork.access import BASELINE, MANAGE_ALL, READING, Verb, Way
from formwork.access.rows import principals_of
from formwork.records.given import Cause, Level
from formwork.records.why.answer import Fact, Step
from formwork.records.why.case import USER, Case
from formwork.storage import system

_RULE = "rule:"
_DEEPEST = 12
"""Levels of managers that are followed, as the scope does."""


def scope_steps(case: Case, way: Way, verb: Verb, *, within: bool) -> tuple[Step, ...]:
    """The facts behind one way; `within` is what the way's rule says of the record."""
    if way.scope in (BASELINE, MANAGE_ALL):
        return ()
    object, record = _asked_of(case, way)
    steps: list[Step] = []
    if object != case.object:
        steps.append(Step(Fact.PART_OF, True, {"master": case.label(object), "title": case.name_of(object, record)}))
    if way.scope == "all":
        return (*steps, Step(Fact.EVERY_ROW, within, {"objects": case.plural(way.object)}))
    if way.scope.startswith(_RULE):
        return (*steps, _rule_step(case, way.scope.removeprefix(_RULE), within=within))
    if way.scope == "shared":
        return (*steps, *_share_steps(case, object, record, verb, within=within))
    owner = case.value(object, record, "owner")
    told = _OWNERS.get(way.scope, _other)
    return (*steps, told(case, owner, within))


def _asked_of(case: Case, way: Way) -> tuple[str, UUID | None]:
    """The record whose owner or shares count: the master, for a detail."""
    object, record = case.above(way.through)
    spec = case.work.object(object)
    if spec.master is None or way.scope == "all" or way.scope.startswith(_RULE):
        return object, record
    return spec.master.object, case.value(object, record, spec.master.field)


def _rule_step(case: Case, name: str, *, within: bool) -> Step:
    rule = case.work.snapshot.rights.rules.get(name)
    args = {"rule": name, "condition": "" if rule is None else rule.when.text}
    return Step(Fact.RULE_HOLDS if within else Fact.RULE_FAILS, within, args)


def _own(case: Case, owner: UUID | None, within: bool) -> Step:
    if within and owner == case.actor.user:
        return Step(Fact.OWNS, True, {"person": case.person})
    if within:
        return Step(Fact.OWNS_THROUGH_QUEUE, True, _owner(case, owner))
    return Step(Fact.NOT_OWNER if owner is not None else Fact.NO_OWNER, False, _owner(case, owner))


def _is_own(case: Case, owner: UUID | None) -> bool:
    """Whether it is the person's own, or that of a group or queue of theirs: those are within every scope of owners."""
    return owner in principals_of(case.actor)


def _team(case: Case, owner: UUID | None, within: bool) -> Step:
    if within and _is_own(case, owner):
        return _own(case, owner, within)
    if not within:
        return Step(Fact.NOT_IN_TEAM, False, _owner(case, owner))
    manager = case.value(USER, owner, "manager")
    if manager == case.actor.user:
        return Step(Fact.REPORTS, True, _owner(case, owner))
    return Step(Fact.SAME_MANAGER, True, {**_owner(case, owner), "manager": case.name_of(USER, manager)})


def _department(case: Case, owner: UUID | None, within: bool) -> Step:
    if within and _is_own(case, owner):
        return _own(case, owner, within)
    theirs = case.value(USER, owner, "department")
    shown = theirs if within else case.actor.department
    name = case.name_of("department", shown) if shown is not None else ""
    below = within and theirs != case.actor.department
    fact = Fact.BELOW_DEPARTMENT if below else Fact.SAME_DEPARTMENT if within else Fact.NOT_IN_DEPARTMENT
    return Step(fact, within, {**_owner(case, owner), "department": name})


def _subordinates(case: Case, owner: UUID | None, within: bool) -> Step:
    if within and _is_own(case, owner):
        return _own(case, owner, within)
    if not within:
        return Step(Fact.NOT_BELOW, False, _owner(case, owner))
    chain: list[str] = []
    at = case.value(USER, owner, "manager")
    while at is not None and at != case.actor.user and len(chain) < _DEEPEST:
        chain.append(case.name_of(USER, at))
        at = case.value(USER, at, "manager")
    if chain:
        return Step(Fact.REPORTS_THROUGH, True, {**_owner(case, owner), "chain": ", ".join(chain)})
    return Step(Fact.REPORTS, True, _owner(case, owner))


def _other(case: Case, owner: UUID | None, within: bool) -> Step:
    """A scope that has no facts of its own."""
    return Step(Fact.OTHER_HOLDS if within else Fact.OTHER_FAILS, within, _owner(case, owner))


_OWNERS: Mapping[str, Callable[[Case, UUID | None, bool], Step]] = {
    "own": _own, "team": _team, "department": _department, "department_and_below": _department,
    "subordinates": _subordinates,
}  # fmt: skip


def _owner(case: Case, owner: UUID | None) -> dict[str, str]:
    return {"person": case.person, "owner": case.name_of_principal(owner)}


def _share_steps(case: Case, object: str, record: UUID | None, verb: Verb, *, within: bool) -> tuple[Step, ...]:
    """The shares of the record and places in its team that reach the person, those that ended among them."""
    found = system.find_many(case.work, "fw_share", equals={"object": object, "record": record}, order=("id",))
    mine = principals_of(case.actor)
    to_edit = verb not in READING
    steps = [_share_step(case, row, to_edit=to_edit) for row in found if row["principal"] in mine]
    if within and any(step.holds for step in steps):
        return tuple(step for step in steps if step.holds)
    if within:
        return (Step(Fact.OTHER_HOLDS, True, {"person": case.person}),)
    return tuple(steps) or (Step(Fact.NOT_SHARED, False, {"person": case.person}),)


def _share_step(case: Case, row: Mapping[str, Any], *, to_edit: bool) -> Step:
    until: datetime | None = row["until"]
    args = {
        "principal": case.name_of_principal(row["principal"]), "by": case.name_of(USER, row["by"]),
        "level": row["level"], "until": "" if until is None else until.isoformat(), "part": row["part"] or "",
    }  # fmt: skip
    in_team = row["cause"] == Cause.TEAM.value
    if until is not None and until <= case.work.context.now:
        return Step(Fact.SHARE_ENDED, False, args)
    if to_edit and row["level"] != Level.EDIT.value:
        return Step(Fact.IN_TEAM_TO_READ if in_team else Fact.SHARED_TO_READ, False, args)
    if until is not None:
        return Step(Fact.IN_TEAM_UNTIL if in_team else Fact.SHARED_UNTIL, True, args)
    return Step(Fact.IN_TEAM if in_team else Fact.SHARED, True, args)
