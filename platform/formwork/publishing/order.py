"""Objects in the order their records can be loaded: what is pointed at before what points."""

from collections.abc import Collection

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot


def in_reference_order(snapshot: Snapshot, objects: Collection[str]) -> list[str]:
    """The objects, targets first; in a circle of references the required ones decide."""
    done: list[str] = []
    walking: set[str] = set()

    def visit(name: str) -> None:
        if name in done or name in walking:
            return
        walking.add(name)
        fields = [field for field in _with_details(snapshot, snapshot.objects[name]) if field.targets]
        fields.sort(key=lambda field: not field.definition.required)
        for field in fields:
            if field.name in ("created_by", "updated_by"):
                continue
            for target in field.targets:
                if target in objects:
                    visit(target)
        walking.discard(name)
        done.append(name)

    for name in sorted(objects):
        visit(name)
    return done


def _with_details(snapshot: Snapshot, spec: ObjectSpec) -> list[FieldSpec]:
    """The fields of an object and of everything that is written nested in it."""
    own = list(spec.fields.values())
    return own + [field for item in spec.details for field in _with_details(snapshot, snapshot.objects[item.object])]
