"""Why a field may, or may not, be seen or set: the level each role gives, and what else closes it."""

from formwork.access import Verb, decide, field_ways
from formwork.catalog import FieldSpec
from formwork.expressions import compile_python
from formwork.records.preview import preview_record
from formwork.records.why.answer import Fact, Step
from formwork.records.why.case import Case

_LEVELS = ("hidden", "read", "edit")
_OWNER = "owner"


def may_field(case: Case, field: str, verb: Verb) -> bool:
    """What the real decision says of one field, the record's right apart."""
    decision = decide(case.work.snapshot, case.actor, case.object, verb)
    kind = _type(case)
    if verb is Verb.READ:
        return field in (decision.readable if case.record is None else decision.readable_on(kind))
    writable = decision.writable if case.record is None else decision.writable_on(kind)
    return field in writable and not _is_locked(case, case.spec.fields[field], verb)


def field_steps(case: Case, field: str, verb: Verb) -> tuple[Step, ...]:
    """The facts about one field: the roles' levels, then what nobody's role opens."""
    spec = case.spec.fields[field]
    args = {"field": case.field(field), "verb": verb.value}
    steps = [Step(Fact.FIELD_RESTRICTED, True, args)] if spec.definition.restricted else []
    wanted = _LEVELS.index("read" if verb is Verb.READ else "edit")
    granted = False
    for way in field_ways(case.work.snapshot, case.actor.roles, case.object, field, _type(case)):
        holds = _LEVELS.index(way.level) >= wanted
        granted = granted or holds
        if spec.definition.restricted and not way.written:
            continue  # it is closed as a restricted field, not by what the role says of the record
        told = {**args, "role": case.role(way.role), "level": way.level}
        steps.append(Step(Fact.FIELD_LEVEL if way.written else Fact.FIELD_AS_OBJECT, holds, told))
    closed = () if verb is Verb.READ else _closed(case, spec, verb, args)
    if not closed and not granted:
        open_ = may_field(case, field, verb)
        steps.append(Step(Fact.FIELD_OPEN if open_ else Fact.FIELD_NOT_GRANTED, open_, args))
    return (*steps, *closed)


def _type(case: Case) -> str | None:
    """The type of the record in question; levels may differ by it."""
    found: str | None = case.value(case.object, case.record, "record_type")
    return found


def _closed(case: Case, spec: FieldSpec, verb: Verb, args: dict[str, str]) -> tuple[Step, ...]:
    """What closes a field for everybody, or for who may not transfer."""
    if spec.computed:
        return (Step(Fact.FIELD_COMPUTED, False, args),)
    if spec.definition.read_only:
        return (Step(Fact.FIELD_READ_ONLY, False, args),)
    if _is_locked(case, spec, verb):
        return (Step(Fact.FIELD_LOCKED, False, {**args, "condition": _condition(spec)}),)
    writable = decide(case.work.snapshot, case.actor, case.object, verb).writable
    may_give = decide(case.work.snapshot, case.actor, case.object, Verb.TRANSFER).allowed
    if spec.name == _OWNER and spec.name not in writable and not may_give:
        return (Step(Fact.FIELD_OF_TRANSFER, False, args),)
    return ()


def _is_locked(case: Case, spec: FieldSpec, verb: Verb) -> bool:
    """Whether the field is closed in the record's present state, as an update would find it."""
    if spec.readonly_when is None or case.record is None or verb is not Verb.EDIT or not case.reaches(Verb.READ):
        return False
    preview = preview_record(case.theirs, case.object, case.record, [spec.readonly_when])
    return compile_python(spec.readonly_when)(preview.row, preview.environment) is True


def _condition(spec: FieldSpec) -> str:
    return "" if spec.readonly_when is None else spec.readonly_when.text
