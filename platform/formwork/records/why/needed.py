"""What would give the right: a role, a share, another owner, another state. Roles are tried, not guessed."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from formwork.access import READING, Verb
from formwork.catalog import Snapshot
from formwork.identity import supposed_actors
from formwork.kernel import Actor
from formwork.records.why.answer import Fact, Path, Question, Step
from formwork.records.why.case import Case

_MOST_ROLES = 2
"""Roles that are named; one that may do everything only where nothing else would help."""
AllowedTo = Callable[[Case, Question, Actor], bool]


def needed_steps(
    case: Case, question: Question, paths: Sequence[Path], field: Sequence[Step], allowed_to: AllowedTo
) -> tuple[Step, ...]:
    """What would lead to the right, the nearest first; each of them by itself unless two fail on one path."""
    record_open = any(path.holds for path in paths)
    steps = [] if record_open else [step for path in paths for step in _of_path(case, question, path)]
    steps += [Step(Fact.UNLOCK, True, step.args) for step in field if step.fact is Fact.FIELD_LOCKED and not step.holds]
    roles = _roles(case, question, allowed_to)
    steps += [step for everything, step in roles if not everything] or ([] if steps else [one for _, one in roles[:1]])
    if not steps and any(step.fact is Fact.FIELD_NOT_GRANTED for step in field):
        args = {"field": case.field(question.field or ""), "level": _level(question.verb)}
        steps.append(Step(Fact.GRANT_FIELD, True, args))
    elif not steps and not field:
        args = {"verb": question.verb.value, "objects": case.plural(case.object)}
        steps.append(Step(Fact.GRANT_VERB, True, args))
    return tuple({(step.fact, tuple(step.args.items())): step for step in steps}.values())


def _of_path(case: Case, question: Question, path: Path) -> Iterator[Step]:
    """What would make one path hold."""
    failing = [step for step in path.steps if not step.holds]
    for step in failing:
        match step.fact:
            case Fact.NOT_SHARED | Fact.SHARE_ENDED | Fact.SHARED_TO_READ | Fact.IN_TEAM_TO_READ:
                yield Step(Fact.SHARE, True, {"person": case.person, "level": _level(question.verb)})
            case Fact.NOT_OWNER | Fact.NO_OWNER:
                yield Step(Fact.CHANGE_OWNER, True, {"person": case.person})
            case Fact.RULE_FAILS:
                yield Step(Fact.MEET_RULE, True, step.args)
            case Fact.WHEN_FAILS:
                yield Step(Fact.MEET_WHEN, True, step.args)


def _level(verb: Verb) -> str:
    return "read" if verb in READING else "edit"


def _roles(case: Case, question: Question, allowed_to: AllowedTo) -> list[tuple[bool, Step]]:
    """Roles that alone would do, those that grant least first, and whether each may do everything."""
    snapshot = case.work.snapshot
    held = {inner for role in case.actor.roles for inner in snapshot.rights.closure.get(role, ())}
    others = sorted(set(snapshot.rights.roles) - held, key=lambda role: (*_weight(snapshot, role), role))
    actors = supposed_actors(case.work, question.user, (case.actor.roles | {role} for role in others))
    found = (role for role, actor in zip(others, actors, strict=True) if allowed_to(case, question, actor))
    return [
        (_weight(snapshot, role)[0], Step(Fact.GIVE_ROLE, True, {"person": case.person, "role": case.role(role)}))
        for role in islice(found, _MOST_ROLES)
    ]


def _weight(snapshot: Snapshot, role: str) -> tuple[bool, int, int]:
    """How much a role grants: whether it may do everything, then on how many objects
    and through how many roles."""
    closed = snapshot.rights.closure[role]
    everything = any(snapshot.rights.roles[one].manage_all for one in closed)
    return everything, sum(1 for held, _ in snapshot.rights.grants if held in closed), len(closed)
