"""A part of a document on its own, such as one view after a change: against its shape among the `$defs` of a kind."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from formwork.definitions.explain import explain
from formwork.definitions.finding import Finding
from formwork.definitions.schemas.kinds import SCHEMAS
from formwork.definitions.source import Source
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = on_first_use("jsonschema")


def check_part(kind: str, part: str, data: Any, source: Source) -> list[Finding]:
    """The findings of a value that is to be the part `part` of a document of the kind, told at `source`."""
    return [mistake.finding for mistake in explain(_validator(kind, part).iter_errors(data), source)]


@cache
def _validator(kind: str, part: str) -> jsonschema.Draft202012Validator:
    definitions = SCHEMAS[kind]["$defs"]
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": definitions})
