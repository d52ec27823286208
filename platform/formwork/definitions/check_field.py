"""A field after a change: what fits one type need not fit the field that is changed."""

from formwork.definitions.check_part import check_part
from formwork.definitions.dump.field import dump_field
from formwork.definitions.field import FieldChange, FieldDef
from formwork.definitions.finding import Finding
from formwork.definitions.sense import check_sense


def check_change(after: FieldDef, change: FieldChange) -> list[Finding]:
    """The findings of the field that `apply_change` gave, each at the place of the change."""
    found = check_part("object", f"{after.type}_field", dump_field(after), change.source)
    return found or check_sense(after, change.source)
