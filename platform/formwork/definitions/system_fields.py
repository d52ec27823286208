"""The fields every object has without writing them."""

from collections.abc import Mapping

from formwork.definitions.field import FieldDef


def _system(name: str, type_: str, label: str, **settings: object) -> FieldDef:
    return FieldDef(name=name, type=type_, label=label, read_only=True, system=True, settings=settings)


SYSTEM_FIELDS: Mapping[str, FieldDef] = {
    one.name: one
    for one in (
        _system("id", "record_id", "Record id"),
        FieldDef("record_type", "record_type", "Record type", system=True),
        FieldDef("owner", "principal", "Owner", system=True),
        _system("created_at", "datetime", "Created at"),
        _system("created_by", "principal", "Created by"),
        _system("updated_at", "datetime", "Changed at"),
        _system("updated_by", "principal", "Changed by"),
        _system("version", "integer", "Version"),
        _system("deleted_at", "datetime", "Deleted at"),
        FieldDef("external_id", "text", "External id", system=True, settings={"max": 255}),
        FieldDef("archived", "boolean", "Archived", system=True),
    )
}
"""By name, in the order of their columns. `owner` is absent on details, which follow their master."""

DETAIL_LACKS = frozenset({"owner"})
"""System fields a detail has not."""
