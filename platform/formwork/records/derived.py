"""The derived-field closure: stored formulas and roll-ups that follow from a write, down and up.

Derivations are walked in the order the catalog gives, each once, set-based. A derived change touches
neither `version` nor `updated_at`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from formwork.catalog import Derivation, Direction, Input
from formwork.storage import Work, derive

Place = tuple[str, str]
"""(object, field)"""


class Touched:
    """Which values a write changed: ids by (object, field), and where changed links pointed before."""

    def __init__(self) -> None:
        self.ids: dict[Place, set[UUID]] = {}
        self.new: dict[str, set[UUID]] = {}
        self.left: dict[Place, set[UUID]] = {}

    def add(self, object: str, fields: Iterable[str], ids: Iterable[UUID]) -> None:
        """Values of these fields changed on these records."""
        known = list(ids)
        for field in fields:
            self.ids.setdefault((object, field), set()).update(known)

    def leave(self, object: str, field: str, target: UUID) -> None:
        """A link no longer points at `target`, whose roll-ups must be computed anew."""
        self.left.setdefault((object, field), set()).add(target)


def recompute_closure(work: Work, touched: Touched) -> Mapping[Place, set[UUID]]:
    """Bring every stored derived value up to date; gives which of them changed on which records."""
    snapshot = work.snapshot
    changed: dict[Place, set[UUID]] = {}
    group: list[Derivation] = []
    group_ids: set[UUID] = set()

    def flush() -> None:
        if not group:
            return
        object = group[0].object
        answer = derive.recompute(work, object, [one.field for one in group], sorted(group_ids))
        for field, rows in answer.items():
            if rows:
                changed[(object, field)] = set(rows)
                touched.add(object, [field], rows)
        group.clear()

    for derivation in snapshot.derivations:
        reads_group = group and any(
            (item.object, item.field) in {(one.object, one.field) for one in group} for item in derivation.inputs
        )
        if reads_group:
            flush()
        ids = set(touched.new.get(derivation.object, ()))
        for item in derivation.inputs:
            ids |= _affected(work, item, touched)
        if not ids:
            continue
        if group and (group[0].object != derivation.object or group_ids != ids):
            flush()
        group.append(derivation)
        group_ids = ids
    flush()
    return changed


def _affected(work: Work, item: Input, touched: Touched) -> set[UUID]:
    """The records whose derived value reads what changed at one input."""
    found = set(touched.ids.get((item.object, item.field), ()))
    if item.route and item.route[0].direction is Direction.BACK:
        # What points at a new record is new itself, or its own link is among the changes.
        found -= touched.new.get(item.object, set())
    if not found:
        return set()
    for step in item.route:
        left = touched.left.get((step.object, step.field), set()) if step.direction is Direction.FORWARD else set()
        found = set(derive.follow(work, step, sorted(found))) | left
        if not found:
            return set()
    return found
