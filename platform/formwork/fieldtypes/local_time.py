"""From the wall clock to UTC, with the two hours a year that need care."""

from datetime import UTC, datetime

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import LoadContext


def to_utc(moment: datetime, where: LoadContext) -> datetime:
    """The moment in UTC. Without an offset it is read in `where.zone`.

    Of a local time that happens twice the first is taken. Raises BadValue `needs_offset` when there
    is neither offset nor zone, `time_gap` for a local time the clocks skip, `bad_datetime` at the
    ends of the calendar.
    """
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if where.zone is None:
            raise BadValue("needs_offset", "Add the offset to UTC, for example Z or +02:00.")
        there = moment.replace(tzinfo=where.zone, fold=0)
        if there.astimezone(UTC).astimezone(where.zone).replace(tzinfo=None) != moment:
            raise BadValue(
                "time_gap",
                f"The clocks in {where.zone.key} skip this time; choose one an hour earlier or later.",
                zone=where.zone.key,
            )
        return there.astimezone(UTC)
    except OverflowError as error:
        raise BadValue("bad_datetime", "Choose a moment between the years 1 and 9999.") from error
