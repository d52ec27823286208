"""The derived-field closure: stored formulas and roll-ups that follow from a write, down and up.

Derivations are walked in the order the catalog gives, each once, set-based. A derived change touches
neither `version` nor `updated_at`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from formwork.catalog import Derivation, Direction, Input, Step
from formwork.kernel import sort_ids
from formwork.records.first_values import is_known_at_first
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
    routes = _Routes(work)

    def flush() -> None:
        if not group:
            return
        object = group[0].object
        answer = derive.recompute(work, object, [one.field for one in group], group_ids)
        for field, rows in answer.items():
            if rows:
                changed[(object, field)] = set(rows)
                touched.add(object, [field], rows)
                routes.forget(object, field)
        group.clear()

    for derivation in snapshot.derivations:
        reads_group = group and any(
            (item.object, item.field) in {(one.object, one.field) for one in group} for item in derivation.inputs
        )
        if reads_group:
            flush()
        is_known = derivation.object not in touched.new or is_known_at_first(snapshot, derivation)
        ids = set() if is_known else set(touched.new[derivation.object])
        for item in derivation.inputs:
            ids |= _affected(routes, item, touched)
        if not ids:
            continue
        if group and (group[0].object != derivation.object or group_ids != ids):
            flush()
        group.append(derivation)
        group_ids = ids
    flush()
    return changed


def _affected(routes: "_Routes", item: Input, touched: Touched) -> set[UUID]:
    """The records whose derived value reads what changed at one input.

    All values of a new record are new to those it points at. What points at it is new itself, or its own link
    is among the changes.
    """
    found = set(touched.ids.get((item.object, item.field), ()))
    first = item.route[0].direction if item.route else None
    if first is Direction.FORWARD:
        found |= touched.new.get(item.object, set())
    elif first is Direction.BACK:
        found -= touched.new.get(item.object, set())
    for step in item.route:
        if not found:
            return set()
        left = touched.left.get((step.object, step.field), set()) if step.direction is Direction.FORWARD else set()
        found = routes.follow(step, found) | left
    return found


class _Routes:
    """Where steps go, asked of the database once: derivations of one object mostly take the same ways."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[Step, frozenset[UUID]], set[UUID]] = {}

    def follow(self, step: Step, ids: set[UUID]) -> set[UUID]:
        """The records one step takes these to."""
        key = (step, frozenset(ids))
        if key not in self._known:
            self._known[key] = derive.follow(self._work, step, sort_ids(ids))
        return self._known[key]

    def forget(self, object: str, field: str) -> None:
        """The values of a field have changed: steps along it may go elsewhere now."""
        self._known = {
            key: found for key, found in self._known.items() if (key[0].object, key[0].field) != (object, field)
        }
