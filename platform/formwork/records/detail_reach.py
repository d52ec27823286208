"""Which details a body may change: what is written through the master is held to the rights on the detail itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import ListSpec, RowRule
from formwork.kernel import parse_id
from formwork.records.references import visible_ids
from formwork.storage import Work

DELETE = "_delete"
"""In a detail of a body: take this detail away."""


class DetailReach:
    """Which of the details that entries name may be seen, and changed or taken away as each entry asks.

    Raises Denied without the right to do so with any.
    """

    def __init__(
        self, work: Work, item: ListSpec, known: Mapping[UUID, Mapping[str, Any]], entries: Sequence[Any]
    ) -> None:
        self._work = work
        self._item = item
        named = [entry for entry in entries if isinstance(entry, Mapping) and entry.get("id")]
        asked = {verb: [id_of(one) for one in named if verb_of(one) is verb] for verb in (Verb.EDIT, Verb.DELETE)}
        self.seen = self._reached([id for id in map(id_of, named) if id in known], Verb.READ)
        self.by_verb = {
            verb: self._reached([id for id in ids if id in self.seen], verb) if ids else set()
            for verb, ids in asked.items()
        }

    def _reached(self, ids: Sequence[UUID | None], verb: Verb) -> set[UUID | None]:
        """A detail that follows its master is reached as the master is, which the caller has asked."""
        decision = decide(self._work.snapshot, self._work.context.actor, self._item.object, verb)
        if verb is not Verb.READ:
            decision.require()
        rule = decision.rule
        follows = rule.through is not None and rule == RowRule(through=rule.through)
        if rule.everything or (follows and rule.through is not None and rule.through[0] == self._item.via):
            return set(ids)
        return set(visible_ids(self._work, self._item.object, [id for id in ids if id is not None], verb))


def id_of(entry: Mapping[str, Any]) -> UUID | None:
    """The detail an entry names, None for a text that is no id."""
    return entry["id"] if isinstance(entry["id"], UUID) else parse_id(str(entry["id"]))


def verb_of(entry: Mapping[str, Any]) -> Verb:
    """What an entry does to the detail it names."""
    return Verb.DELETE if entry.get(DELETE) else Verb.EDIT
