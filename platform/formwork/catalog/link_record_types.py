"""What grants say about single record types: that the types and fields are there, and how several files add up."""

from collections.abc import Mapping

from formwork.catalog.findings import Findings
from formwork.definitions.model import GrantDef, ObjectDef, TypeGrant
from formwork.definitions.system_fields import SYSTEM_FIELDS

ONE_LEVEL = frozenset(SYSTEM_FIELDS)
"""Fields that say what a record is; they have one level whatever its type."""


def check_types(grant: GrantDef, objects: Mapping[str, ObjectDef], findings: Findings) -> None:
    """Tell of record types and fields that are not there."""
    definition = objects.get(grant.object)
    if definition is None:
        return
    path = f"grants.{grant.role}.{grant.object}.record_types"
    for code, one in grant.record_types.items():
        if code not in definition.record_types:
            findings.at(
                grant.source.at("record_types", code),
                "unknown_record_type",
                f"{path}.{code}",
                f"There is no record type `{code}` on `{grant.object}`.",
                findings.choice(code, definition.record_types, "Name a record type of the object, or remove this."),
            )
        for name in one.fields:
            if name not in definition.fields:
                findings.at(
                    grant.source.below("record_types", code).at("fields", name),
                    "unknown_field",
                    f"{path}.{code}.fields.{name}",
                    f"There is no field `{name}` on `{grant.object}` that record types could tell apart.",
                    "Say it in `fields`."
                    if name in ONE_LEVEL
                    else findings.choice(name, definition.fields, f"Name a field of `{grant.object}`."),
                )


def merge_types(first: Mapping[str, TypeGrant], second: Mapping[str, TypeGrant]) -> dict[str, TypeGrant]:
    """What two files say of one role and object: levels of the second win, and a type either keeps out stays out."""
    merged = dict(first)
    for code, one in second.items():
        known = merged.get(code)
        merged[code] = one if known is None else TypeGrant(known.use and one.use, {**known.fields, **one.fields})
    return merged
