"""When somebody agreed to something, or no longer does, and where that came from."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from formwork.catalog import Snapshot
from formwork.records.draft import Draft
from formwork.storage import Work

ENTERED, IMPORTED, CALLED, OURS = "entered", "import", "api", "system"
"""What stands for the source when nobody says it: by hand, from a file, by a program, by the platform."""


def note_consents(work: Work, drafts: Sequence[Draft]) -> None:
    """Note the moment, and unless the writer says it the source, of every consent that these drafts change.

    A new record notes a consent only when it is given; a moment the platform itself brings (a seed) stays, and a
    select whose options lack the word stays blank.
    """
    consents = _consents(work.snapshot, drafts[0].object.name) if drafts else {}
    for name, (at, source) in consents.items():
        for draft in drafts:
            if not draft.has_changed(name) or (draft.is_new and not draft.values.get(name)):
                continue
            if at not in draft.said:
                draft.values[at] = work.context.now
            if source not in draft.said or draft.values.get(source) is None:
                options = draft.object.fields[source].options
                word = _source(work)
                draft.values[source] = word if not options or word in options else None


@lru_cache(maxsize=4_096)
def _consents(snapshot: Snapshot, object: str) -> Mapping[str, tuple[str, str]]:
    """Consent -> the fields that hold its moment and its source."""
    return {
        field.name: (kept["at"], kept["source"])
        for field in snapshot.object(object).fields.values()
        if (kept := field.definition.settings.get("consent"))
    }


def _source(work: Work) -> str:
    actor = work.context.actor
    if any(cause.startswith(IMPORTED) for cause in work.cause):
        return IMPORTED
    if actor.scopes is not None:
        return CALLED
    return OURS if actor.system else ENTERED
