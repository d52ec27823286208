"""What differs between two Snapshots, in words a business admin reads."""

from dataclasses import dataclass, replace

from formwork.catalog import ObjectSpec, Snapshot
from formwork.definitions.model import ObjectDef


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `kind` is added, removed or changed, `path` names the thing."""

    kind: str
    path: str
    sentence: str


def compare(old: Snapshot, new: Snapshot) -> tuple[Difference, ...]:
    """Packages, objects, fields and the rest of an object that differ, in a fixed order."""
    if old.version == new.version:
        return ()
    found: list[Difference] = []
    for name in sorted(old.packages.keys() | new.packages.keys()):
        before, after = old.packages.get(name), new.packages.get(name)
        if before is None and after is not None:
            found.append(Difference("added", name, f"Install package {name} {after.version}."))
        elif after is None and before is not None:
            found.append(Difference("removed", name, f"Remove package {name} {before.version}."))
        elif before is not None and after is not None and before.version != after.version:
            found.append(Difference("changed", name, f"Bring {name} from {before.version} to {after.version}."))
    for name in sorted(old.objects.keys() | new.objects.keys()):
        found += _objects(name, old.objects.get(name), new.objects.get(name))
    for label, before_part, after_part in (
        ("rights", old.rights, new.rights),
        ("navigation", old.navigation, new.navigation),
        ("translations", old.texts, new.texts),
        ("mappings", (old.mappings, old.conversions, old.imports), (new.mappings, new.conversions, new.imports)),
    ):
        if before_part != after_part:
            found.append(Difference("changed", label, f"Change {label}."))
    return tuple(found)


def _plain(spec: ObjectSpec) -> ObjectDef:
    """What an object says of itself beside its fields and rules: names, sharing, features, record types."""
    return replace(spec.definition, fields={}, validations=(), unique=(), indexes=())


def _objects(name: str, before: ObjectSpec | None, after: ObjectSpec | None) -> list[Difference]:
    if before is after:
        return []
    if before is None and after is not None:
        fields = sum(not field.system for field in after.fields.values())
        return [Difference("added", name, f"Add object {name} with {fields} fields.")]
    if after is None or before is None:
        return [Difference("removed", name, f"Remove object {name}; its records are kept for restoring.")]
    found: list[Difference] = []
    for field in sorted(before.fields.keys() | after.fields.keys()):
        old, new = before.fields.get(field), after.fields.get(field)
        if old is None:
            found.append(Difference("added", f"{name}.{field}", f"Add field {name}.{field}."))
        elif new is None:
            found.append(Difference("removed", f"{name}.{field}", f"Remove field {name}.{field}; values are kept."))
        elif old.definition != new.definition:
            found.append(Difference("changed", f"{name}.{field}", f"Change field {name}.{field}."))
    if _plain(before) != _plain(after):
        found.append(Difference("changed", name, f"Change what {name} says of itself."))
    if (before.validations, before.uniques, before.indexes, before.layout) != (
        after.validations, after.uniques, after.indexes, after.layout,
    ):  # fmt: skip
        found.append(Difference("changed", name, f"Change rules or layout of {name}."))
    return found
