"""The records an address or a form names."""

from collections.abc import Sequence
from uuid import UUID

from formwork.kernel import LimitExceeded, NotFound, parse_id
from formwork.web.language import say as _

MOST_CHOSEN = 200
"""Records one selection holds."""


def wanted_id(text: str) -> UUID:
    """The id in an address; raises NotFound when it is none."""
    found = parse_id(text)
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    return found


def wanted_ids(texts: Sequence[str]) -> list[UUID]:
    """The ids of a selection; raises LimitExceeded rather than leave some out, and NotFound."""
    if len(texts) > MOST_CHOSEN:
        message = _("At most %(count)s records at once. Choose fewer.", count=MOST_CHOSEN)
        raise LimitExceeded(message, code="batch_limit")
    return [wanted_id(text) for text in texts]
