"""A person's texts out of the messages of the outbox: those that wait and those that are done."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from formwork.jobs.outbox import TABLE
from formwork.storage import Work, erase, system

_BATCH = 500


def rewrite_messages(
    work: Work, texts: Sequence[str], rewrite: Callable[[Any], Any], after: UUID | None
) -> UUID | None:
    """Rewrite the messages that mention a text, a batch after one; gives where to go on, None at the end."""
    found = erase.rows_mentioning(work, TABLE, ("payload", "error"), texts, after, _BATCH)
    for row in found:
        values = {"payload": rewrite(row["payload"]), "error": rewrite(row["error"])}
        system.change(work, TABLE, values, equals={"id": row["id"]})
    return found[-1]["id"] if len(found) == _BATCH else None
