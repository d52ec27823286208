"""What goes with a name: a role or field that is taken away leaves nothing to one of that name made later."""

from formwork.catalog import Snapshot
from formwork.identity import forget_role
from formwork.storage import Work, system

_RETIRED = "fw_retired_field"


def retire_names(work: Work, new: Snapshot) -> None:
    """Take roles that are gone from everybody, and note when fields went. `work` still has the metadata before."""
    old = work.snapshot
    for role in sorted(old.rights.roles.keys() - new.rights.roles.keys()):
        forget_role(work, role)
    for name, spec in old.objects.items():
        after = new.objects.get(name)
        if after is None or after is spec:
            continue
        for field in sorted(spec.fields.keys() - after.fields.keys()):
            system.put(work, _RETIRED, {"object": name, "field": field, "at": work.context.now})
