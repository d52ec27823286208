"""Everything above records that keeps names of objects and fields in rows, put right in the publish's transaction."""

from formwork.assignment.handover import rename_places
from formwork.catalog.renames import Renames
from formwork.privacy.erasure import rename_subjects
from formwork.storage import Work
from formwork.transfer.renames import follow_renames as rename_mappings


def follow_renames(work: Work, renames: Renames) -> None:
    """Let imports, hand-overs and anonymisations under way go on. `work` has the new metadata."""
    if renames:
        rename_mappings(work, renames)
        rename_places(work, renames)
        rename_subjects(work, renames.objects)
