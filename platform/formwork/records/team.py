"""The team of a record: people, groups and queues who work on it, each with a part, a level and perhaps an end.

Objects with the feature `team` have one. A member reads or edits the record like somebody it was shared with by
hand, as far as a grant of theirs has the scope `shared`; who is in the team, and as what, is a fact of its own.
"""

from collections.abc import Sequence
from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.kernel import Invalid, NotFound, Problem
from formwork.records.given import Cause, Gift, Share, give, held, take_back
from formwork.records.history import record_events
from formwork.storage import Work

FEATURE = "team"
LONGEST_PART = 80
"""Characters of a part."""
_CHANGED = "team"
"""How the history of the record calls it."""


def team_of(work: Work, object: str, record: UUID) -> Sequence[Share]:
    """The members of a record's team now, the newest first.

    Raises NotFound when the reader may not read the record, and `no_team` where records of this kind have none.
    """
    _require_team(work, object)
    return held(work, object, record, Cause.TEAM)


def join_team(work: Work, object: str, record: UUID, gift: Gift) -> UUID:
    """Take somebody into the team; what a member was is changed. Gives the id of the membership.

    Raises as `share` does, `no_team`, and Invalid without a part or with one that is too long.
    """
    _require_team(work, object)
    if not 0 < len(gift.part) <= LONGEST_PART:
        message = f"Say in at most {LONGEST_PART} characters what they do in the team."
        code = "too_long" if gift.part else "required"
        raise Invalid("Nobody joined the team.", code="invalid", problems=[Problem("/part", code, message)])
    id = give(work, object, record, Cause.TEAM, gift)
    note(work, Event.TEAM_JOINED, object=object, record=record, detail=gift.told())
    record_events(work, object, [record], _CHANGED, {})
    return id


def leave_team(work: Work, object: str, record: UUID, id: UUID) -> None:
    """Let a member go; raises as `join_team` does, and NotFound when there is none of that id."""
    _require_team(work, object)
    if not take_back(work, object, record, Cause.TEAM, id):
        raise NotFound("There is no such member; somebody may have let them go already.")
    note(work, Event.TEAM_LEFT, object=object, record=record, detail={"member": str(id)})
    record_events(work, object, [record], _CHANGED, {})


def _require_team(work: Work, object: str) -> None:
    if not work.object(object).has(FEATURE):
        raise NotFound("Records of this kind have no team. Share the record instead.", code="no_team")
