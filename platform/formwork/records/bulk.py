"""Changing or deleting many records at once is a right of its own, beside that of doing it to one."""

from collections.abc import Sequence
from uuid import UUID

from formwork.access import Verb, decide
from formwork.kernel import Denied
from formwork.records.references import visible_ids
from formwork.storage import Work


def require_bulk(work: Work, object: str, ids: Sequence[UUID]) -> None:
    """Raise Denied unless the actor may treat these records together; one record is always one.

    What is not there, or not to be seen, is left to whoever writes. Imports and conversions have rights of their own
    and are not asked here.
    """
    if len(ids) < 2:
        return
    snapshot, actor = work.snapshot, work.context.actor
    rule = decide(snapshot, actor, object, Verb.BULK_EDIT).require().rule
    if rule in (decide(snapshot, actor, object, verb).rule for verb in (Verb.READ, Verb.EDIT)):
        return  # reading or editing asks the same of each of them
    if visible_ids(work, object, ids) - visible_ids(work, object, ids, Verb.BULK_EDIT):
        message = "You may see these records, and have no right to change all of them at once. Choose fewer."
        raise Denied(message, code="row_denied")
