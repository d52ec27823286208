"""What goes under another name in a later version: the same table, the same column, another word for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.catalog.object import ObjectSpec
from formwork.catalog.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Renames:
    """Former name -> name now: of `objects`, and by the object's name now of its `fields`."""

    objects: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.objects or self.fields)

    def object(self, name: str) -> str:
        """The name now of an object that was called so."""
        return self.objects.get(name, name)

    def field(self, object: str, name: str) -> str:
        """The name now of a field that was called so; `object` is the name now of its object."""
        return self.fields.get(object, {}).get(name, name)

    def path(self, written: str) -> str:
        """`<object>.<field>` as it is called now."""
        object, _, name = written.partition(".")
        return f"{self.object(object)}.{self.field(self.object(object), name)}"


NO_RENAMES = Renames()


def renames_between(old: Snapshot, new: Snapshot) -> Renames:
    """What was renamed from one version to the next."""
    objects: dict[str, str] = {}
    fields: dict[str, Mapping[str, str]] = {}
    for before, after in matched(old, new):
        if before.name != after.name:
            objects[before.name] = after.name
        names = {one.physical: one.name for one in before.fields.values()}
        moved = {
            names[one.physical]: one.name
            for one in after.fields.values()
            if one.physical in names and names[one.physical] != one.name
        }
        if moved:
            fields[after.name] = moved
    return Renames(objects, fields)


def matched(old: Snapshot, new: Snapshot) -> list[tuple[ObjectSpec, ObjectSpec]]:
    """The objects both versions have in the same table and that are not the very same, before and after."""
    known = old.linked
    changed = [spec for name, spec in new.objects.items() if known.get(name) is not spec]
    kept = {name for name, spec in new.objects.items() if known.get(name) is spec}
    tables = {spec.table: spec for name, spec in old.objects.items() if name not in kept} if changed else {}
    return [(tables[spec.table], spec) for spec in changed if spec.table in tables]
