"""Create or update by a key that another system knows."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec, UniqueSpec
from formwork.expressions import fold
from formwork.fieldtypes import LoadContext, Loaded
from formwork.kernel import Conflict, Invalid, Problem, Raced
from formwork.records.create import create, default_pointers
from formwork.records.draft import Saved
from formwork.records.references import visible_ids
from formwork.records.update import Change, update
from formwork.records.values import Reader, from_json
from formwork.storage import Work, keys

EXTERNAL_ID = ("external_id",)
Key = tuple[Any, ...]
_TWICE = "This record stands in the request already. Say everything about it once."


def upsert(
    work: Work,
    object: str,
    bodies: Sequence[Mapping[str, Any]],
    *,
    match: Sequence[str] = EXTERNAL_ID,
    reader: Reader = from_json,
    pointers: Sequence[str] | None = None,
) -> list[Saved]:
    """Update the record whose `match` fields have these values, or create one; all or none.

    `match` is `external_id` or the fields of a unique rule. Answers stand in the order of the bodies.
    `pointers` place each record in the request. Raises Denied, before a key is looked at, for an actor who may
    neither create nor edit; Invalid `double_record` when two bodies have one key; `bad_match` as `find_matches`.
    """
    spec = work.object(object)
    if not decide(work.snapshot, work.context.actor, object, Verb.EDIT).allowed:
        decide(work.snapshot, work.context.actor, object, Verb.CREATE).require()
    pointers = pointers or default_pointers(len(bodies))
    rule = _rule(work, spec, tuple(match))
    wanted = _keys(work, spec, rule, bodies, pointers, reader)
    _require_distinct(wanted, rule, pointers)
    found = _look_up(work, spec, rule, wanted)
    new = [index for index, id in enumerate(found) if id is None]
    known = [index for index, id in enumerate(found) if id is not None]
    answers: dict[int, Saved] = {}
    if new:
        try:
            made = create(work, object, [bodies[i] for i in new], reader=reader, pointers=[pointers[i] for i in new])
        except Conflict as error:
            if not error.repeatable and any(_look_up(work, spec, rule, [wanted[i] for i in new])):
                raise Raced("Somebody else created one of these records just now. Try again.") from error
            raise
        answers.update(zip(new, made, strict=True))
    if known:
        changes = [Change(id, bodies[i]) for i in known if (id := found[i]) is not None]
        done = update(work, object, changes, reader=reader, pointers=[pointers[i] for i in known])
        answers.update(zip(known, done, strict=True))
    return [answers[index] for index in range(len(bodies))]


def find_matches(
    work: Work,
    spec: ObjectSpec,
    bodies: Sequence[Mapping[str, Any]],
    match: tuple[str, ...],
    reader: Reader,
    pointers: Sequence[str] | None = None,
) -> list[UUID | None]:
    """For each body the id of the record it means, None for a new one.

    Raises Invalid `bad_match` for a key that is none; one with a field the actor may not see is none.
    """
    rule = _rule(work, spec, match)
    return _look_up(
        work, spec, rule, _keys(work, spec, rule, bodies, pointers or default_pointers(len(bodies)), reader)
    )


def _rule(work: Work, spec: ObjectSpec, match: tuple[str, ...]) -> UniqueSpec:
    """The unique rule of these fields, if the actor may see them all, on every record."""
    open_ = decide(work.snapshot, work.context.actor, spec.name, Verb.READ).open
    usable = [one for one in spec.uniques if open_.issuperset(one.fields)]
    rule = next((one for one in usable if one.fields == match), None)
    if rule is None:
        known = sorted(", ".join(one.fields) for one in usable)
        raise Invalid(f"Records can be matched by: {'; '.join(known)}.", code="bad_match")
    return rule


def _look_up(work: Work, spec: ObjectSpec, rule: UniqueSpec, wanted: Sequence[Key | None]) -> list[UUID | None]:
    """The live record of each key, None where there is none that the actor may see."""
    asked = [key for key in wanted if key is not None]
    taken = keys.find(work, spec.name, keys.columns_of(work, spec.name, rule), asked)
    seen = visible_ids(work, spec.name, taken.values())
    return [taken.get(key) if key is not None and taken.get(key) in seen else None for key in wanted]


def _require_distinct(wanted: Sequence[Key | None], rule: UniqueSpec, places: Sequence[str]) -> None:
    """One key stands once among the bodies, whether its record is there or not."""
    seen: set[Key] = set()
    problems: list[Problem] = []
    for key, place in zip(wanted, places, strict=True):
        if key in seen:
            problems.append(Problem(f"{place}/{rule.fields[-1]}", "double_record", _TWICE))
        elif key is not None:
            seen.add(key)
    if problems:
        raise Invalid(_TWICE, code="double_record", problems=problems)


def _keys(
    work: Work,
    spec: ObjectSpec,
    rule: UniqueSpec,
    bodies: Sequence[Mapping[str, Any]],
    places: Sequence[str],
    reader: Reader,
) -> list[Key | None]:
    where = LoadContext(locale=work.context.locale)
    fields = [spec.fields[name] for name in rule.fields]
    columns = [(field, reader(field, [body.get(field.name) for body in bodies], where)) for field in fields]
    return [_key(rule, columns, row, place) for row, place in enumerate(places)]


def _key(rule: UniqueSpec, columns: Sequence[tuple[FieldSpec, Loaded]], row: int, place: str) -> Key | None:
    cells: list[Any] = []
    for field, loaded in columns:
        pointer = f"{place}/{field.name}"
        error = loaded.refused.get(row)
        if error is not None:
            problem = error.problem(pointer)
            raise Invalid("The key of a record cannot be read.", code="bad_match", problems=[problem]) from error
        value = loaded.values[row]
        if value is None:
            if rule.fields == EXTERNAL_ID:
                problem = Problem(pointer, "required", "An upsert needs the key of the record.")
                raise Invalid("Give each record its key.", code="bad_match", problems=[problem])
            return None
        folded = field.columns[-1].part == "fold"
        cells += (fold(value),) if folded else field.field_type.to_cells(value, field.definition.settings)
    return tuple(cells)
