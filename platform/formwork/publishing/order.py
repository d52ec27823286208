"""Objects in the order their records can be loaded: what is pointed at before what points."""

from collections.abc import Callable, Collection, Iterable

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot

_STAMPS = ("created_by", "updated_by")


def in_reference_order(snapshot: Snapshot, objects: Collection[str]) -> list[str]:
    """The objects, targets first; in a circle of references only those count that cannot be set afterwards."""

    def targets(name: str, *, needed: bool) -> list[str]:
        spec = snapshot.objects[name]
        own = [(field, _is_needed(field)) for field in spec.fields.values()]
        nested = [(field, True) for field in _of_details(snapshot, spec)]
        fields = [(field, must) for field, must in own + nested if field.targets and field.name not in _STAMPS]
        fields.sort(key=lambda pair: not pair[1])
        return [target for field, must in fields if must or not needed for target in field.targets if target in objects]

    wished = _walk(sorted(objects), lambda name: targets(name, needed=False))
    return _walk(wished, lambda name: targets(name, needed=True))


def _walk(names: Iterable[str], targets: Callable[[str], list[str]]) -> list[str]:
    """The names in their order, but each after its targets where no circle forbids it."""
    done: dict[str, None] = {}
    walking: set[str] = set()

    def visit(name: str) -> None:
        if name in done or name in walking:
            return
        walking.add(name)
        for target in targets(name):
            visit(target)
        walking.discard(name)
        done[name] = None

    for name in names:
        visit(name)
    return list(done)


def _is_needed(field: FieldSpec) -> bool:
    """True for a reference that has to be there when the record is made."""
    return field.definition.required or field.side_table is not None


def _of_details(snapshot: Snapshot, spec: ObjectSpec) -> list[FieldSpec]:
    """The fields of everything that is written nested in an object."""
    details = [snapshot.objects[item.object] for item in spec.details]
    return [field for one in details for field in (*one.fields.values(), *_of_details(snapshot, one))]
