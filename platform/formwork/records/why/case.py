"""The case that is explained: the person as an actor, the record's plain facts, and rules asked of it alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from formwork.access import Decision, Verb, visible
from formwork.catalog import ObjectSpec, Query, RowRule, Selected
from formwork.catalog.labels import field_label, object_label, plural_label, role_label
from formwork.catalog.reading import field_expression
from formwork.kernel import Actor
from formwork.records.references import visible_ids
from formwork.storage import Work, read, rows

USER, QUEUE, GROUP = "user", "queue", "group"
PEOPLE = (USER, QUEUE, GROUP)


@dataclass(frozen=True)
class Case:
    """One person before one record; everything is read with the rights of whoever asks only where rules say so.

    `work` is the asker's, in whose language labels are; `actor` the person in question.
    """

    work: Work
    actor: Actor
    person: str
    object: str
    record: UUID | None

    @cached_property
    def theirs(self) -> Work:
        """The unit of work as the person would have it."""
        return replace(self.work, context=self.work.context.acting_as(self.actor))

    @cached_property
    def spec(self) -> ObjectSpec:
        """The object in question."""
        return self.work.object(self.object)

    def as_(self, actor: Actor) -> "Case":
        """The same case of another actor."""
        return Case(self.work, actor, self.person, self.object, self.record)

    def reaches(self, verb: Verb) -> bool:
        """What the real decision says: the record may be reached with the verb."""
        if self.record is None:
            return False
        return bool(visible_ids(self.theirs, self.object, [self.record], verb))

    def is_within(self, verb: Verb, rule: RowRule) -> bool:
        """Whether a rule alone reaches the record."""
        if self.record is None or rule.is_empty:
            return False
        snapshot = self.work.snapshot
        select = (Selected("id", field_expression(snapshot, self.object, "id")),)
        query = Query(self.object, select, ids=(self.record,), limit=None)
        decision = Decision(self.object, verb, True, rule=rule)
        return bool(read.fetch(self.theirs, visible(snapshot, decision, self.actor, query)))

    def above(self, through: Iterable[str]) -> tuple[str, UUID | None]:
        """The master (object, id) that links lead to from the record."""
        spec, at = self.spec, self.record
        for field in through:
            found = rows.load(self.work, spec.name, [at], [field]) if at is not None else {}
            at = None if at is None or at not in found else found[at][field]
            spec = self.work.object(spec.fields[field].targets[0])
        return spec.name, at

    def value(self, object: str, id: UUID | None, field: str) -> Any:
        """One stored value, None for a record that is not there and a field the object lacks."""
        if id is None or field not in self.work.object(object).fields:
            return None
        return rows.load(self.work, object, [id], [field]).get(id, {}).get(field)

    def name_of(self, object: str, id: UUID | None) -> str:
        """The title of a record for whoever manages the tenant; its id where the title is not stored."""
        spec = self.work.object(object)
        field = spec.fields.get(spec.title)
        found = self.value(object, id, spec.title) if field is not None and field.columns else None
        return str(found or id or "")

    def name_of_principal(self, id: UUID | None) -> str:
        """The name of a person, a queue or a group."""
        for object in PEOPLE:
            if object in self.work.snapshot.objects and id is not None and rows.load(self.work, object, [id], []):
                return self.name_of(object, id)
        return str(id or "")

    def label(self, object: str) -> str:
        """The object's name for one record."""
        return object_label(self.work.snapshot, self._locale, self.work.object(object))

    def plural(self, object: str) -> str:
        """The object's name for several."""
        return plural_label(self.work.snapshot, self._locale, self.work.object(object))

    def role(self, role: str) -> str:
        """The label of a role."""
        return role_label(self.work.snapshot, self._locale, role)

    def field(self, name: str) -> str:
        """The label of a field of the object."""
        return field_label(self.work.snapshot, self._locale, self.spec.fields[name])

    @property
    def _locale(self) -> str:
        return self.work.context.locale
