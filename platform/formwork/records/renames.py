"""What records keep beside their tables by the name of an object, put right when the object is renamed."""

from formwork.catalog.renames import Renames
from formwork.storage import Work
from formwork.storage.renaming import rename_targets, rename_values
from formwork.storage.row_counts import rename_row_counts

_BY_OBJECT = ("fw_history", "fw_share", "fw_recent")


def follow_renames(work: Work, renames: Renames) -> None:
    """Move history, shares, what people looked at, and links that name their object. `work` has the new metadata.

    Fields need no move: their values lie under the first name, and history is read through `past_names`.
    """
    if not renames.objects:
        return
    for table in _BY_OBJECT:
        rename_values(work, table, "object", renames.objects)
    rename_row_counts(work, renames.objects)
    now = set(renames.objects.values())
    for spec in work.snapshot.objects.values():
        for field in spec.fields.values():
            if field.definition.type == "polymorphic_lookup" and now.intersection(field.targets):
                rename_targets(work, field, renames.objects)
