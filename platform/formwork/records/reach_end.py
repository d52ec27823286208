"""How long somebody's own reach of a record lasts: who has it by a share that ends gives nobody more time.

Shares are the one way to a record that has an end, on the record itself or on one it follows, so the rules are
asked once more as of the moment when those of the giver are over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from formwork.access import Verb
from formwork.records.references import visible_ids
from formwork.storage import Work, system


@dataclass(frozen=True, slots=True)
class OwnEnds:
    """Who the acting person is to a share, and when those ends of theirs come that are still ahead, in order."""

    principals: frozenset[UUID]
    ends: Sequence[datetime]


def own_ends(work: Work) -> OwnEnds:
    """When what was given to the acting person, their groups and their queues ends."""
    actor = work.context.actor
    if actor.system or actor.user is None:
        return OwnEnds(frozenset(), ())
    own = frozenset({actor.user, *actor.groups, *actor.queues})
    found = system.find_many(
        work, "fw_share", in_={"principal": list(own)}, after={"until": work.context.now}, columns=("until",)
    )
    return OwnEnds(own, sorted({row["until"] for row in found}))


def lasts(work: Work, object: str, record: UUID, verb: Verb, own: OwnEnds, until: datetime | None) -> bool:
    """True when the acting person reaches the record with the verb until then, None for good, as far as is known."""
    over = [end for end in own.ends if until is None or end < until]
    if not over:
        return True
    then = replace(work, context=replace(work.context, now=over[-1]))
    return bool(visible_ids(then, object, [record], verb))
