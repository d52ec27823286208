"""What every page of Studio works with: the draft, the packages with it laid over, and words for what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from formwork.catalog.compose import Composition, compose
from formwork.catalog.findings import Findings
from formwork.catalog.link import fields_of
from formwork.definitions.layer import TENANT
from formwork.definitions.model import FieldDef, Finding, ObjectDef
from formwork.kernel import NotFound
from formwork.publishing.draft import Draft, keep_document
from formwork.runtime.drafts import Drafted, check_draft, draft_of, lay_over
from formwork.runtime.runtime import Runtime
from formwork.web.visit import Visit

ADDRESS = "/studio"
OBJECTS = f"{ADDRESS}/objects"
PUBLISH = f"{ADDRESS}/publish"


@dataclass(frozen=True)
class Bench:
    """The metadata as they would be, for one visit."""

    visit: Visit
    runtime: Runtime
    draft: Draft
    drafted: Drafted

    @cached_property
    def composition(self) -> Composition:
        """The packages with the draft laid over each other, whatever is wrong in them."""
        return compose(self.drafted.packages, Findings(self.drafted.read.lost))

    @cached_property
    def without_layer(self) -> Composition:
        """The packages as they came, nothing of the tenant's own in them."""
        others = {name: one for name, one in self.drafted.packages.items() if name != TENANT}
        return compose(others, Findings(self.drafted.read.lost))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is wrong."""
        return check_draft(self.runtime, self.visit.work, self.drafted)

    @cached_property
    def files(self) -> dict[str, str]:
        """The layer's files with what is changed in them."""
        return self.draft.files()

    def object(self, name: str) -> ObjectDef:
        """An object as it would be; raises NotFound."""
        found = self.composition.objects.get(name)
        if found is None:
            raise NotFound("There is no such object. Look at the list of objects.", code="unknown_object")
        return found

    def fields(self, definition: ObjectDef) -> dict[str, FieldDef]:
        """Its fields in the order they are written, those every object has left out."""
        return {name: one for name, one in fields_of(definition).items() if not one.system}

    def field(self, object: str, name: str) -> FieldDef:
        """A field as it would be; raises NotFound."""
        found = self.fields(self.object(object)).get(name)
        if found is None:
            raise NotFound("There is no such field. Look at the fields of the object.", code="unknown_field")
        return found

    def is_own(self, object: str) -> bool:
        """True for an object made here."""
        return self.object(object).package == TENANT

    def has_forms(self, object: str) -> bool:
        """True when forms are written for an object, so that a new field is on none of them by itself."""
        layout = self.composition.layouts.get(object)
        return layout is not None and bool(layout.forms)

    def origin(self, object: str, field: str) -> str:
        """The package that brings a field."""
        return self.composition.origins.get((object, field), self.object(object).package)

    def package_label(self, name: str) -> str:
        """What a package is called."""
        found = self.drafted.packages.get(name)
        return found.manifest.label if found is not None else name

    def label(self, definition: ObjectDef) -> str:
        """An object's name, in the reader's language where there is a translation of the text in force."""
        return self._said(definition.label, definition.name, "label")

    def plural(self, definition: ObjectDef) -> str:
        """The same for several records."""
        return self._said(definition.plural, definition.name, "plural")

    def field_label(self, object: str, field: FieldDef) -> str:
        """A field's label, in the reader's language where there is a translation of the text in force."""
        return self._said(field.label, object, "fields", field.name, "label")

    def _said(self, written: str, *path: str) -> str:
        return self.visit.snapshot.text(self.visit.locale, *path, default=written)

    def trying(self, changes: Mapping[str, str | None]) -> "Bench":
        """The bench as it would be with these changes, nothing kept."""
        draft = self.draft.with_texts(changes, self.visit.work.context.now)
        return Bench(self.visit, self.runtime, draft, lay_over(self.runtime, self.visit.work, draft))

    def keep(self, changes: Mapping[str, str | None]) -> None:
        """Keep changed files in the draft; raises Invalid `bad_document`, Conflict `draft_changed`."""
        for path, text in changes.items():
            keep_document(self.visit.work, self.draft, path, text, self.draft.version(path))


def bench_of(runtime: Runtime, visit: Visit) -> Bench:
    """The bench of a visit."""
    draft = draft_of(runtime, visit.work)
    return Bench(visit, runtime, draft, lay_over(runtime, visit.work, draft))


def plain(value: Any) -> Any:
    """Tuples as lists: values as a file holds them."""
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return value
