"""Saved mappings and imports under way, put right when an object or a field is renamed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from formwork.catalog import Snapshot
from formwork.catalog.physical_form import with_names
from formwork.catalog.renames import Renames
from formwork.definitions.dump.work import dump_import
from formwork.definitions.model import ColumnMapping, ImportDef
from formwork.kernel import FormworkError
from formwork.storage import Work, system
from formwork.transfer.mapping import stored_mapping

_MAPPINGS, _JOBS = "fw_saved_mapping", "fw_import_job"


def follow_renames(work: Work, renames: Renames) -> None:
    """Let what is kept name objects and fields as they are called now. `work` has the new metadata."""
    if not renames:
        return
    for row in system.find_many(work, _MAPPINGS, columns=("id", "mapping")):
        mapping = _renamed(work.snapshot, stored_mapping(row["mapping"]), renames)
        values = {"object": mapping.object, "mapping": dump_import(mapping)}
        if values["mapping"] != row["mapping"]:
            system.change(work, _MAPPINGS, values, equals={"id": row["id"]})
    for row in system.find_many(work, _JOBS, columns=("id", "options")):
        mapping = _renamed(work.snapshot, stored_mapping(row["options"]["mapping"]), renames)
        options: dict[str, Any] = {**row["options"], "mapping": dump_import(mapping)}
        if options != row["options"]:
            system.change(work, _JOBS, {"object": mapping.object, "options": options}, equals={"id": row["id"]})


def _renamed(snapshot: Snapshot, mapping: ImportDef, renames: Renames) -> ImportDef:
    object = renames.object(mapping.object)
    spec = snapshot.objects.get(object)

    def field(name: str) -> str:
        return renames.field(object, name)

    def column(one: ColumnMapping) -> ColumnMapping:
        known = None if spec is None else spec.fields.get(field(one.field))
        target = known.targets[0] if known is not None and len(known.targets) == 1 else ""
        return replace(one, field=field(one.field), by=one.by and renames.field(target, one.by))

    return replace(
        mapping,
        object=object,
        match=tuple(field(name) for name in mapping.match),
        columns={header: column(one) for header, one in mapping.columns.items()},
        set={field(name): _text(text, renames.fields.get(object, {})) for name, text in mapping.set.items()},
    )


def _text(text: str, names: Mapping[str, str]) -> str:
    try:
        return with_names(text, names)
    except FormworkError:
        return text  # it could not be read before either; whoever runs it is told
