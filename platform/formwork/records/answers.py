"""Answers kept for requests that may be sent again: forgotten after a day."""

from datetime import timedelta

from formwork.storage import Work, system

KEPT = timedelta(hours=24)


def forget_answers(work: Work) -> int:
    """Remove the answers nobody will ask for again; gives how many."""
    return system.remove(work, "fw_idempotency", before={"at": work.context.now - KEPT})
