"""Documents against the schema of their kind: a fast yes, or every mistake explained."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from formwork.definitions.explain import Mistake, explain
from formwork.definitions.reading.document import Document
from formwork.definitions.schemas.kinds import SCHEMAS
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs
else:
    jsonschema = on_first_use("jsonschema")
    jsonschema_rs = on_first_use("jsonschema_rs")


def check_document(kind: str, document: Document) -> list[Mistake]:
    """Every mistake of a read document of a kind of SCHEMAS; the fast pass answers for sound ones."""
    if _fast(kind).is_valid(document.data):
        return []
    return explain(_thorough(kind).iter_errors(document.data), document.source)


@cache
def _fast(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(SCHEMAS[kind]))


@cache
def _thorough(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(dict(SCHEMAS[kind]))
