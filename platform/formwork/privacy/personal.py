"""What is personal: the fields that say so, what follows from them, and the objects that are about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot

_TEXTS = frozenset({"text", "long_text", "rich_text", "email", "phone", "url", "barcode", "address", "json", "tags"})
"""Types whose values are words somebody wrote."""
_LONGEST = 60


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One record that is a person, or part of what is known about them."""

    object: str
    id: UUID

    def as_json(self) -> list[str]:
        """How it is stored."""
        return [self.object, str(self.id)]


def personal_fields(spec: ObjectSpec) -> list[FieldSpec]:
    """The fields that hold what people entered about a person."""
    return [one for one in spec.fields.values() if one.definition.personal and one.stored and not one.computed]


@lru_cache(maxsize=4_096)
def telling_fields(snapshot: Snapshot, object: str) -> frozenset[str]:
    """The personal fields of an object and the stored ones computed from them on the same record."""
    found = {field.name for field in personal_fields(snapshot.object(object))}
    for one in snapshot.derivations:
        reads = {item.field for item in one.inputs if item.object == object and not item.route}
        if one.object == object and reads & found:
            found.add(one.field)
    return frozenset(found)


def is_about_person(snapshot: Snapshot, object: str) -> bool:
    """True when the title of an object's records is a person's: a name, an address."""
    return snapshot.object(object).title in telling_fields(snapshot, object)


def personal_objects(snapshot: Snapshot) -> list[ObjectSpec]:
    """The objects with personal fields, by name."""
    return [spec for _, spec in sorted(snapshot.objects.items()) if personal_fields(spec)]


def text_fields(spec: ObjectSpec) -> list[FieldSpec]:
    """The stored fields of an object whose words can be looked through: not computed, not sealed."""
    return [
        one
        for one in spec.fields.values()
        if one.definition.type in _TEXTS and one.stored and not one.computed and not one.sealed
    ]


def anonymous_value(field: FieldSpec, id: UUID) -> Any:
    """What stands in a personal field afterwards: nothing, or a made-up word where the field must be filled."""
    if not field.definition.required:
        return None
    mark = f"anonymised-{id.hex[-12:]}"
    if field.definition.type == "email":
        return f"{mark}@anonymised.invalid"
    settings: Mapping[str, Any] = field.definition.settings
    longest = int(settings.get("max") or _LONGEST)
    return mark[:longest] if field.definition.type in ("text", "long_text") else None
