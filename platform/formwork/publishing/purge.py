"""What was retired long enough ago goes for good, with the values it had."""

from datetime import timedelta

from formwork.identity import audit
from formwork.publishing.retired import Retired, list_retired, note_purged
from formwork.storage import Work, locks
from formwork.storage.schema.drop import drop_columns, drop_tables


def due_to_purge(work: Work, days: int) -> list[Retired]:
    """What was retired so many days ago or longer."""
    until = work.context.now - timedelta(days=days)
    return [one for one in list_retired(work) if one.at <= until]


def purge_retired(work: Work, days: int) -> int:
    """Remove what is due, in the open transaction; gives how many fields and objects there were.

    What was retired of an object goes with the table of the object.
    """
    locks.lock_publishing(work)
    due = due_to_purge(work, days)
    tables = {found for one in due if not one.field for found in one.tables.values()}
    if due:
        work.unhurried()
    for one in due:
        if one.field and one.table not in tables:
            drop_columns(work, one.table, list(one.columns.values()))
        drop_tables(work, list(one.tables.values()))
        note_purged(work, one)
        audit.note(work, audit.Event.PURGE, object=one.object, detail={"field": one.field, "retired_at": str(one.at)})
    return len(due)
