"""Records given by hand: to a person, a group or a queue, to read or to edit, for good or until a moment.

A share opens a record to whoever it was given to and has a grant with the scope `shared` on its object; it never
gives a right on the object itself. Nobody gives more than they have.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import NotFound
from formwork.records.given import MOST, Cause, Gift, Level, Share, forget_ended_shares, give, held
from formwork.records.given import take_back as take
from formwork.storage import Work

__all__ = ["MOST", "Level", "Share", "forget_ended_shares", "share", "shares_of", "unshare"]


def shares_of(work: Work, object: str, record: UUID) -> Sequence[Share]:
    """The shares of a record that hold now, the newest first; raises NotFound when the reader may not read it."""
    return held(work, object, record, Cause.HAND)


def share(
    work: Work, object: str, record: UUID, principal: UUID, level: Level, until: datetime | None = None, why: str = ""
) -> UUID:
    """Give a record to somebody; a share they have already is changed. Gives the share's id.

    Raises Denied without the right to share, NotFound for a record beyond it, Invalid for somebody who is not there,
    for an end that has passed, for more than one may do oneself, and for more than 200 shares.
    """
    gift = Gift(principal, level, until, why)
    id = give(work, object, record, Cause.HAND, gift)
    note(work, Event.SHARED, object=object, record=record, detail=gift.told())
    return id


def unshare(work: Work, object: str, record: UUID, id: UUID) -> None:
    """Take a share back; raises as `share` does, and NotFound when there is none of that id."""
    if not take(work, object, record, Cause.HAND, id):
        raise NotFound("There is no such share; somebody may have taken it back already.")
    note(work, Event.UNSHARED, object=object, record=record, detail={"share": str(id)})
