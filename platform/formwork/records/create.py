"""Creating records: the list of steps."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.kernel.library import uncollected
from formwork.records.draft import Outcome, Saved
from formwork.records.drafting import Drafting, draft_new
from formwork.records.save import save, save_each
from formwork.records.values import Reader, from_json
from formwork.storage import Work

Body = Mapping[str, Any]
"""Field -> value as sent; a detail list's name -> list of bodies."""


@uncollected()
def create(
    work: Work,
    object: str,
    bodies: Sequence[Body],
    *,
    reader: Reader = from_json,
    pointers: Sequence[str] | None = None,
) -> list[Saved]:
    """Create records with their details, all or none.

    `pointers` place each record in the request (default `/0`, `/1`, …; "" for a lone one). Raises
    Invalid, Conflict, Denied or Refused with every problem at once.
    """
    how = Drafting(reader, pointers or default_pointers(len(bodies)))
    return save(work, draft_new(work, work.object(object), bodies, how))


@uncollected()
def create_each(work: Work, object: str, bodies: Sequence[Body], *, reader: Reader = from_json) -> list[Outcome]:
    """Create the records that can be created and say of the others why not."""
    how = Drafting(reader, [""] * len(bodies))
    return save_each(work, draft_new(work, work.object(object), bodies, how))


def default_pointers(count: int) -> list[str]:
    """Where the records of a request stand: the body itself for one, positions for several."""
    return [""] if count == 1 else [f"/{index}" for index in range(count)]
