"""What differs between two Snapshots, in words a business admin reads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from typing import Any

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.catalog.renames import Renames, renames_between
from formwork.definitions.dump.field import dump_field
from formwork.definitions.dump.object import dump_object
from formwork.definitions.model import FieldDef, ObjectDef


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `kind` is added, removed, renamed or changed, `path` names the thing.

    `changes` has what was and what is of every property that differs, as the language writes it; None where it said
    nothing.
    """

    kind: str
    path: str
    sentence: str
    changes: Mapping[str, tuple[Any, Any]] = attribute(default_factory=dict)


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
    renames = renames_between(old, new)
    former = {now: was for was, now in renames.objects.items()}
    for name in sorted((old.objects.keys() - renames.objects.keys()) | new.objects.keys()):
        was = former.get(name, name)
        if was != name:
            found.append(Difference("renamed", name, f"Rename object {was} to {name}; its records stay."))
        found += _objects(name, old.objects.get(was), new.objects.get(name), renames)
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
    return replace(
        spec.definition, name="", renamed_from=(), table=None, fields={}, validations=(), unique=(), indexes=()
    )


def _objects(name: str, before: ObjectSpec | None, after: ObjectSpec | None, renames: Renames) -> list[Difference]:
    if before is after:
        return []
    if before is None and after is not None:
        fields = sum(not field.system for field in after.fields.values())
        return [Difference("added", name, f"Add object {name} with {fields} fields.")]
    if after is None or before is None:
        return [Difference("removed", name, f"Remove object {name}; its records are kept for restoring.")]
    found: list[Difference] = []
    moved = renames.fields.get(name, {})
    former = {now: was for was, now in moved.items()}
    for field in sorted((before.fields.keys() - moved.keys()) | after.fields.keys()):
        was = former.get(field, field)
        old, new = before.fields.get(was), after.fields.get(field)
        if was != field and field in before.fields and field not in moved:
            found.append(Difference("removed", f"{name}.{field}", f"Remove field {name}.{field}; values are kept."))
        if was != field:
            words = f"Rename field {name}.{was} to {field}; its values stay."
            found.append(Difference("renamed", f"{name}.{field}", words))
        elif field in moved and new is not None:
            found.append(Difference("added", f"{name}.{field}", f"Add field {name}.{field}."))
            continue
        if old is None:
            found.append(Difference("added", f"{name}.{field}", f"Add field {name}.{field}."))
        elif new is None:
            found.append(Difference("removed", f"{name}.{field}", f"Remove field {name}.{field}; values are kept."))
        elif _said(old) != _said(new):
            changes = _changes(dump_field(old.definition), dump_field(new.definition))
            found.append(Difference("changed", f"{name}.{field}", f"Change field {name}.{field}.", changes))
    if _plain(before) != _plain(after):
        changes = _changes(dump_object(_plain(before)), dump_object(_plain(after)))
        found.append(Difference("changed", name, f"Change what {name} says of itself.", changes))
    if (before.validations, before.uniques, before.indexes, before.layout) != (
        after.validations, after.uniques, after.indexes, after.layout,
    ):  # fmt: skip
        found.append(Difference("changed", name, f"Change rules or layout of {name}."))
    return found


def _said(field: FieldSpec) -> FieldDef:
    """What a definition says besides the field's names."""
    return replace(field.definition, name="", renamed_from=(), column=None)


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The properties that differ."""
    return {key: (was.get(key), now.get(key)) for key in sorted({*was, *now}) if was.get(key) != now.get(key)}
