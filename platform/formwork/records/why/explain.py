"""`explain`: the verdict of the real decision, and each way to it taken apart with the same rules."""

from uuid import UUID

from formwork.access import BASELINE, MANAGE_ALL, ON_MASTER, Verb, Way, decide, decide_management, path_to_role, ways
from formwork.catalog.labels import record_type_label
from formwork.identity import actor_of
from formwork.identity.role import held_roles
from formwork.kernel import Actor, Malformed, NotFound
from formwork.records.why.answer import Explanation, Fact, Path, Question, Step
from formwork.records.why.case import USER, Case
from formwork.records.why.fields import field_steps, may_field
from formwork.records.why.needed import needed_steps
from formwork.records.why.scopes import scope_steps
from formwork.storage import Work, rows


def explain(work: Work, question: Question) -> Explanation:
    """Why the person may or may not do it.

    Raises Denied for who does not manage the tenant, NotFound for an unknown object, user or field, and Malformed
    `bad_parameter` for a question that cannot be put.
    """
    decide_management(work.snapshot, work.context.actor)
    spec = work.object(question.object)
    if question.field is not None:
        if question.field not in spec.fields:
            raise NotFound(f"There is no field `{question.field}` on `{spec.name}`.", code="unknown_field")
        if question.verb not in (Verb.READ, Verb.EDIT, Verb.CREATE):
            raise Malformed("A field is read, or set in creating and editing.", code="bad_parameter")
    if question.verb is Verb.CREATE and question.record is not None:
        raise Malformed("What is there cannot be created. Ask without a record.", code="bad_parameter")
    name, active = _person(work, question.user)
    if not active:
        steps = (Step(Fact.INACTIVE, False, {"person": name}),)
        activate = Step(Fact.ACTIVATE, True, {"person": name})
        title = _title(Case(work, work.context.actor, name, question.object, question.record))
        return Explanation(question, False, name, title, steps, needed=(activate,))
    case = Case(work, actor_of(work, question.user), name, question.object, question.record)
    return _explain(case, question)


def _title(case: Case) -> str:
    return "" if case.record is None else case.name_of(case.object, case.record)


def _person(work: Work, user: UUID) -> tuple[str, bool]:
    found = rows.load(work, USER, [user], ["full_name", "login", "active"]).get(user)
    if found is None:
        raise NotFound("There is no such user.", code="unknown_user")
    return str(found["full_name"] or found["login"]), found["active"] is not False


def _explain(case: Case, question: Question) -> Explanation:
    title = _title(case)
    gone = _gone(case)
    if gone is not None:
        restore = (Step(Fact.RESTORE, True),) if gone.fact is Fact.DELETED else ()
        return Explanation(question, False, case.person, title, (gone,), needed=restore)
    allowed = is_allowed(case, question.verb)
    if question.verb is not Verb.READ and case.record is not None and not is_allowed(case, Verb.READ):
        state = _nothing_seen(case)
        paths = _paths(case, Verb.READ)
        further = _paths(case, question.verb)
        looked = paths if any(path.holds for path in further) else further
    else:
        looked = paths = _paths(case, question.verb)
        state = _types_barred(case, question.verb) if paths else _nothing_granted(case, question.verb)
    state = (*_unfit(case), *state)
    field: tuple[Step, ...] = ()
    if question.field is not None:
        field = field_steps(case, question.field, question.verb)
        allowed = allowed and may_field(case, question.field, question.verb)
    needed = () if allowed else needed_steps(case, question, looked, field, _allowed_to)
    return Explanation(question, allowed, case.person, title, state, paths, field, needed)


def _allowed_to(case: Case, question: Question, actor: Actor) -> bool:
    """Whether another actor would be allowed what is asked."""
    other = case.as_(actor)
    if not is_allowed(other, question.verb):
        return False
    return question.field is None or may_field(other, question.field, question.verb)


def is_allowed(case: Case, verb: Verb) -> bool:
    """What `get`, `update` and the rest do: the object's right, and for a record that it may be read and reached."""
    allowed = decide(case.work.snapshot, case.actor, case.object, verb).allowed
    if case.record is None or not allowed:
        return allowed
    return case.reaches(Verb.READ) and (verb is Verb.READ or case.reaches(verb))


def _gone(case: Case) -> Step | None:
    """What stands in the way of everybody: the record is deleted, or is not there."""
    if case.record is None or rows.load(case.work, case.object, [case.record], []):
        return None
    deleted = bool(rows.load_deleted(case.work, case.object, [case.record], []))
    return Step(Fact.DELETED if deleted else Fact.MISSING, False, {"object": case.label(case.object)})


def _nothing_seen(case: Case) -> tuple[Step, ...]:
    return (Step(Fact.CANNOT_READ, False, {"person": case.person}),)


def _unfit(case: Case) -> tuple[Step, ...]:
    """Roles that were given and do not count, since they do not fit the kind of user."""
    held = held_roles(case.work, case.actor.user) if case.actor.user is not None else frozenset()
    return tuple(
        Step(Fact.ROLE_UNFIT, False, {"person": case.person, "role": case.role(role)})
        for role in sorted(held - case.actor.roles)
    )


def _types_barred(case: Case, verb: Verb) -> tuple[Step, ...]:
    """The record types no role lets the person make records of."""
    barred = decide(case.work.snapshot, case.actor, case.object, verb).barred if verb is Verb.CREATE else frozenset()
    labels = [record_type_label(case.work.snapshot, case.work.context.locale, case.spec, one) for one in barred]
    return (Step(Fact.TYPES_BARRED, False, {"types": ", ".join(sorted(labels))}),) if labels else ()


def _nothing_granted(case: Case, verb: Verb) -> tuple[Step, ...]:
    if not case.actor.roles:
        return (Step(Fact.NO_ROLE, False, {"person": case.person}),)
    labels = ", ".join(case.role(role) for role in sorted(case.actor.roles))
    args = {"person": case.person, "roles": labels, "verb": verb.value, "objects": case.plural(case.object)}
    return (Step(Fact.NO_GRANT, False, args),)


def _paths(case: Case, verb: Verb) -> tuple[Path, ...]:
    """Every way with its facts; those that lead to the right first."""
    found = [_path(case, way, verb) for way in ways(case.work.snapshot, case.actor, case.object, verb)]
    return tuple(sorted(found, key=lambda path: not path.holds))


def _path(case: Case, way: Way, verb: Verb) -> Path:
    steps = [_role_step(case, way), _grant_step(case, way, verb)]
    holds = True
    if case.record is not None:
        within = case.is_within(verb, way.rule)
        holds = case.is_within(verb, way.narrowed)
        steps += scope_steps(case, way, verb, within=within)
        if way.when is not None and within:
            fact = Fact.WHEN_HOLDS if holds else Fact.WHEN_FAILS
            steps.append(Step(fact, holds, {"condition": way.when.text}))
    elif way.when is not None:
        steps.append(Step(Fact.WHEN_ASKED, True, {"condition": way.when.text}))
    return Path(way.role, way.object, way.scope, holds, tuple(steps))


def _role_step(case: Case, way: Way) -> Step:
    path = path_to_role(case.work.snapshot, case.actor.roles, way.role)
    args = {"person": case.person, "role": case.role(way.role)}
    if len(path) <= 1:
        return Step(Fact.HAS_ROLE, True, args)
    return Step(Fact.HAS_ROLE_INSIDE, True, {**args, "path": " → ".join(case.role(role) for role in path)})


def _grant_step(case: Case, way: Way, verb: Verb) -> Step:
    asked = ON_MASTER.get(verb, verb) if way.through else verb
    args = {"role": case.role(way.role), "verb": asked.value, "objects": case.plural(way.object)}
    if way.scope == MANAGE_ALL:
        return Step(Fact.MANAGE_ALL, True, args)
    if way.scope == BASELINE:
        return Step(Fact.BASELINE, True, args)
    return Step(Fact.GRANT, True, {**args, "scope": way.scope})
