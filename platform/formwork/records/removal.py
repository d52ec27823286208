"""Taking records away, softly: restrict and cascade by the links that point at them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from formwork.catalog import FieldSpec
from formwork.catalog.field_kind import PEOPLE, PRINCIPALS
from formwork.kernel import Conflict, Problem
from formwork.records.announce import Written, guard_life
from formwork.records.derived import Touched
from formwork.records.discretion import may_be_told_of
from formwork.records.draft import Draft
from formwork.records.history import record_events
from formwork.records.hold import hold_masters_of
from formwork.records.references import visible_ids
from formwork.records.typed_rights import open_on
from formwork.storage import Work, rows, writes

_MOST_NAMED = 5
_OWNER = "owner"
_TEAMS = frozenset(PRINCIPALS) - {PEOPLE}
"""What owns records together."""
_USED = (
    "It is still used by other records, which you may not see. Ask an administrator to change or delete these first."
)


def remove(work: Work, object: str, ids: Sequence[UUID], touched: Touched) -> list[Written]:
    """Soft-delete records with their details and cascading links; raises Conflict `in_use` on a restrict."""
    plan = _closure(work, object, ids)
    for name, doomed in plan.items():
        _require_nothing_owned(work, name, doomed)
        guard_life(work, name, doomed, "deleted")
    events: list[Written] = []
    hold_masters_of(work, object, list(ids))
    for name, doomed in plan.items():
        writes.soft_delete(work, name, sorted(doomed), work.context.now)
        touched.add(name, ["deleted_at"], doomed)
        record_events(work, name, sorted(doomed), "deleted", {})
        events += [Written(name, id, "deleted", 0) for id in sorted(doomed)]
    return events


def remove_details(work: Work, draft: Draft, touched: Touched) -> list[Written]:
    """The details a request takes away from its master."""
    events: list[Written] = []
    for object in dict.fromkeys(object for object, _ in draft.deletes):
        events += remove(work, object, [id for name, id in draft.deletes if name == object], touched)
    return events


def _closure(work: Work, object: str, ids: Sequence[UUID]) -> dict[str, set[UUID]]:
    """What goes with these records, masters first; refuses when a restricting link stays."""
    plan: dict[str, set[UUID]] = {object: set(ids)}
    waiting = [(object, set(ids))]
    restricting: list[tuple[FieldSpec, set[UUID]]] = []
    while waiting:
        name, doomed = waiting.pop()
        for field in work.snapshot.pointing_at(name):
            action = (
                "cascade" if field.definition.type == "master_detail" else field.definition.settings.get("on_delete")
            )
            if action not in ("cascade", "restrict"):
                continue
            pointing = set(rows.load_below(work, field.object, field.name, sorted(doomed), ["id"]))
            pointing -= plan.get(field.object, set())
            if not pointing:
                continue
            if action == "restrict":
                restricting.append((field, pointing))
            else:
                plan.setdefault(field.object, set()).update(pointing)
                waiting.append((field.object, pointing))
    staying = [(field, left) for field, pointing in restricting if (left := pointing - plan.get(field.object, set()))]
    # What may be told of comes first, so that the refusal is the same whether or not hidden links point there too.
    for field, left in sorted(staying, key=lambda pair: not may_be_told_of(work, pair[0])):
        _refuse(work, field, left)
    return plan


def _require_nothing_owned(work: Work, object: str, ids: Iterable[UUID]) -> None:
    """Groups and queues go once nothing is theirs; people are deactivated, with a successor for what they have."""
    if object not in _TEAMS:
        return
    for spec in work.snapshot.objects.values():
        field = spec.fields.get(_OWNER)
        if field is not None and (owned := rows.load_below(work, spec.name, _OWNER, ids, ["id"])):
            _refuse(work, field, owned)


def _refuse(work: Work, field: FieldSpec, staying: Iterable[UUID]) -> None:
    spec = work.object(field.object)
    if not may_be_told_of(work, field):
        raise Conflict(_USED, code="in_use", problems=[Problem("", "in_use", _USED, {"hidden": True})])
    seen = sorted(open_on(work, spec.name, field.name, visible_ids(work, spec.name, staying)))
    count = len(seen)
    told = {"object": spec.name, "field": field.name, "count": count}
    what = f"{count} {spec.definition.plural if count != 1 else spec.definition.label}" if seen else "other records"
    raise Conflict(
        f"It is still used by {what} ({field.label}). Change or delete these first.",
        code="in_use",
        problems=[Problem("", "in_use", f"Used by {field.object}.{field.name}.", told)],
        extra={"object": spec.name, "records": [str(id) for id in seen[:_MOST_NAMED]]},
    )
