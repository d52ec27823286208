"""A field after a change: what fits one type need not fit the field that is changed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from formwork.definitions.dump.field import dump_field
from formwork.definitions.explain import explain
from formwork.definitions.field import FieldChange, FieldDef
from formwork.definitions.finding import Finding
from formwork.definitions.schemas.kinds import SCHEMAS
from formwork.definitions.sense import check_sense
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = on_first_use("jsonschema")


def check_change(after: FieldDef, change: FieldChange) -> list[Finding]:
    """The findings of the field that `apply_change` gave, each at the place of the change."""
    mistakes = explain(_validator(after.type).iter_errors(dump_field(after)), change.source)
    found = [mistake.finding for mistake in mistakes]
    return found or check_sense(after, change.source)


@cache
def _validator(field_type: str) -> jsonschema.Draft202012Validator:
    definitions = SCHEMAS["object"]["$defs"]
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{field_type}_field", "$defs": definitions})
