"""Many records in one request: create, update and delete together, and upserts by key."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from formwork import records
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.problems import entry_of
from formwork.api.record_routes import FIELDS, INCLUDE
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.api.shown import saved_entry, show_record, show_saved
from formwork.fieldtypes import BadValue, LoadContext
from formwork.identity.audit import Event, note
from formwork.kernel import FormworkError, Invalid, LimitExceeded, Malformed, NotFound, Problem, Unavailable, parse_id
from formwork.kernel.repetition import MOST_REPEATS
from formwork.records import Change, Outcome, Saved

MOST_ROWS = 5_000
_MODES = ("all", "each")
_BODY = {"mode": str, "create": list, "update": list, "delete": list}
_KINDS = ("create", "update", "delete")
_FOUND_NOTHING = "There is no such record, or you may not see it."


def batch(call: Call, object: str) -> Answer:
    """Create, update and delete many records: all or none, or each by itself."""
    body = body_members(call.body, _BODY)
    mode = body.get("mode", "all")
    if mode not in _MODES:
        raise Malformed("`mode` is all or each.", code="bad_body")
    rows = {kind: body.get(kind, []) for kind in _KINDS}
    _require_size(sum(len(one) for one in rows.values()))
    records.require_bulk(call.work, object, _named(rows))
    note(call.work, Event.BULK, object=object, detail={"mode": mode, **{kind: len(one) for kind, one in rows.items()}})
    if mode == "all":
        return Answer({"mode": mode, **_run_all(call, object, rows)})
    answers = _run_each(call, object, rows)
    failed = sum("errors" in entry for entries in answers.values() for entry in entries)
    return Answer({"mode": mode, "failed": failed, **answers})


def upsert(call: Call, object: str) -> Answer:
    """Update the records whose key is known and create the others; all or none."""
    body = body_members(call.body, {"records": list})
    rows = body.get("records", [])
    _require_size(len(rows))
    note(call.work, Event.BULK, object=object, detail={"upsert": len(rows)})
    bodies = [_fields(row, f"/records/{at}") for at, row in enumerate(rows)]
    match = call.values.get("match", ("external_id",))
    at = [f"/records/{index}" for index in range(len(bodies))]
    saved = records.upsert(call.work, object, bodies, match=match, pointers=at) if bodies else []
    records.require_bulk(call.work, object, [one.id for one in saved if not one.created])
    return Answer({"data": [saved_entry(one) for one in saved]})


def put_by(call: Call, object: str, match: str, value: str) -> Answer:
    """Create or update the one record with this key."""
    body = call.record
    raw = _key_value(call, object, match, value)
    if match in body and body[match] not in (raw, value):
        message = "The key in the body is another than the one in the address."
        raise Invalid(message, code="bad_match", problems=[Problem(f"/{match}", "bad_match", message)])
    found = records.upsert(call.work, object, [{**body, match: raw}], match=(match,))[0]
    return show_saved(call, found)


def get_by(call: Call, object: str, match: str, value: str) -> Answer:
    """Read the one record with this key."""
    raw = _key_value(call, object, match, value)
    spec = call.work.object(object)
    [id] = records.find_matches(call.work, spec, [{match: raw}], (match,), records.from_json)
    if id is None:
        raise NotFound(_FOUND_NOTHING)
    return show_record(call, object, id)


def _key_value(call: Call, object: str, match: str, text: str) -> Any:
    """The key of an address as a JSON value; a field that is no key answers like an unknown one."""
    spec = call.work.object(object)
    field = spec.fields.get(match)
    if field is None or match not in call.open(object) or (match,) not in {rule.fields for rule in spec.uniques}:
        raise Malformed("The address names no unique field that you may see.", code="bad_match")
    try:
        value = field.field_type.load_text(text, field.definition.settings, LoadContext(locale="en"))
    except BadValue as error:
        raise NotFound(_FOUND_NOTHING) from error
    return field.field_type.dump(value)


def _named(rows: dict[str, list[Any]]) -> list[UUID]:
    """The records a request changes or deletes, as far as it names them rightly."""
    raws = [row.get("id") for row in rows["update"] if isinstance(row, dict)] + rows["delete"]
    return [found for raw in raws if isinstance(raw, str) and (found := parse_id(raw)) is not None]


def _run_all(call: Call, object: str, rows: dict[str, list[Any]]) -> dict[str, Any]:
    """Every part in one go; the first that is refused refuses all, with pointers into the request."""
    answers: dict[str, Any] = {}
    creates = [_fields(row, f"/create/{at}") for at, row in enumerate(rows["create"])]
    changes = [_change(row, f"/update/{at}") for at, row in enumerate(rows["update"])]
    ids = [_id(raw, f"/delete/{at}") for at, raw in enumerate(rows["delete"])]
    if creates:
        at = [f"/create/{index}" for index in range(len(creates))]
        answers["create"] = [saved_entry(one) for one in records.create(call.work, object, creates, pointers=at)]
    if changes:
        _require_distinct([one.id for one in changes], "/update")
        at = [f"/update/{index}" for index in range(len(changes))]
        answers["update"] = [saved_entry(one) for one in records.update(call.work, object, changes, pointers=at)]
    if ids:
        _require_distinct(ids, "/delete")
        records.delete(call.work, object, ids)
        answers["delete"] = [{"id": str(id)} for id in ids]
    return answers


def _run_each(call: Call, object: str, rows: dict[str, list[Any]]) -> dict[str, list[dict[str, Any]]]:
    """Every row by itself: what can be done is done, the rest says why not."""
    work = call.work

    def create(bodies: Sequence[Any]) -> list[Outcome]:
        return records.create_each(work, object, [_fields(row, "") for row in bodies])

    def update(bodies: Sequence[Any]) -> list[Outcome]:
        changes = [_change(row, "") for row in bodies]
        _require_distinct([one.id for one in changes], "")
        return records.update_each(work, object, changes)

    def delete(raws: Sequence[Any]) -> list[Outcome]:
        ids = [_id(raw, "") for raw in raws]
        _require_distinct(ids, "")
        records.delete(work, object, ids)
        return [Outcome(at, Saved(object, id, 0, created=False)) for at, id in enumerate(ids)]

    done = {"create": create, "update": update, "delete": delete}
    return {kind: _each(call, rows[kind], done[kind]) for kind in _KINDS if rows[kind]}


def _each(call: Call, rows: list[Any], run: Callable[[Sequence[Any]], list[Outcome]]) -> list[dict[str, Any]]:
    """All rows at once; when one of them refuses the whole, row by row."""
    try:
        with call.work.savepoint():
            return [_entry(one) for one in run(rows)]
    except Unavailable:
        raise
    except FormworkError as error:
        _leave_to_repetition(call, error)
        return [_alone(call, at, row, run) for at, row in enumerate(rows)]


def _alone(call: Call, at: int, row: Any, run: Callable[[Sequence[Any]], list[Outcome]]) -> dict[str, Any]:
    try:
        with call.work.savepoint():
            [outcome] = run([row])
    except Unavailable:
        raise
    except FormworkError as error:
        _leave_to_repetition(call, error)
        problems = error.problems or (Problem("", error.code, error.message),)
        return {"index": at, "errors": [entry_of(one) for one in problems]}
    return {**_entry(outcome), "index": at}


def _leave_to_repetition(call: Call, error: FormworkError) -> None:
    """A row that met another writer is no refusal: the whole request is done anew, as long as it may be."""
    if error.repeatable and call.work.repeats < MOST_REPEATS:
        raise error


def _entry(outcome: Outcome) -> dict[str, Any]:
    if outcome.saved is None:
        return {"index": outcome.index, "errors": [entry_of(one) for one in outcome.problems]}
    return {"index": outcome.index, **saved_entry(outcome.saved)}


def _fields(row: Any, pointer: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        message = "Each record is a JSON object of fields."
        raise Invalid(message, code="bad_body", problems=[Problem(pointer, "bad_body", message)])
    return dict(row)


def _change(row: Any, pointer: str) -> Change:
    fields = _fields(row, pointer)
    id = _id(fields.pop("id", None), f"{pointer}/id")
    version = fields.pop("version", None)
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        message = "`version` is the whole number the record had when it was read."
        raise Invalid(message, code="bad_version", problems=[Problem(f"{pointer}/version", "bad_version", message)])
    return Change(id, fields, version)


def _id(raw: Any, pointer: str) -> UUID:
    found = parse_id(raw) if isinstance(raw, str) else None
    if found is None:
        message = "Name the record by its id."
        raise Invalid(message, code="bad_reference", problems=[Problem(pointer, "bad_reference", message)])
    return found


def _require_distinct(ids: Sequence[UUID], pointer: str) -> None:
    """One record stands once in a part of a request; raises Invalid `double_record` naming the second place."""
    seen: set[UUID] = set()
    for at, id in enumerate(ids):
        if id in seen:
            message = "This record stands in the request already. Say everything about it once."
            problem = Problem(f"{pointer}/{at}", "double_record", message)
            raise Invalid(message, code="double_record", problems=[problem])
        seen.add(id)


def _require_size(count: int) -> None:
    if count > MOST_ROWS:
        raise LimitExceeded(f"A request has at most {MOST_ROWS:,} records. Send several.", code="batch_limit")


ROUTES = (
    Route(
        "POST", "/<object>/batch", batch, "batch", "Create, update and delete many records.", right=Right.SIGNED_IN,
        takes=Shape.BATCH, gives=Shape.BATCH_ANSWER,
    ),
    Route(
        "POST", "/<object>/upsert", upsert, "upsert", "Create or update many records by key.", right=Right.SIGNED_IN,
        params=(Param("match", Kind.LIST, "The fields of a unique rule; `external_id` when absent."),),
        takes=Shape.UPSERT, gives=Shape.UPSERT_ANSWER,
    ),
    Route(
        "GET", "/<object>/by/<match>/<path:value>", get_by, "read_by", "Read a record by key.", right=Right.SIGNED_IN,
        params=(FIELDS, INCLUDE), gives=Shape.RECORD,
    ),
    Route(
        "PUT", "/<object>/by/<match>/<path:value>", put_by, "put_by", "Create or update a record by key.",
        right=Right.SIGNED_IN,
        takes=Shape.NEW, gives=Shape.RECORD,
    ),
)  # fmt: skip
