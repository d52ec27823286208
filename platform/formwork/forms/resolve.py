"""`resolve_form`: the one form this reader sees of this record, with every condition answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from formwork.access import Decision, Verb, decide, decide_beyond, may_ask, may_use, tells_list
from formwork.catalog import FieldSpec, ListSpec, ObjectSpec, Snapshot
from formwork.catalog.labels import field_help, field_label, part_label, plural_label
from formwork.definitions.model import DetailSection, FieldPlacement, FieldSection, Form, RelatedList, Tab
from formwork.expressions import Environment, Expression, Row, check, compile_python
from formwork.expressions.types import BOOLEAN
from formwork.forms.generated import generated_columns, generated_form
from formwork.forms.view import DetailGrid, FieldView, FormView, RelatedView, SectionView, TabView


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """Whose form of which record is wanted.

    `row` is the record as it stands or as it is being typed, `verb` what the form is for: READ for a
    record page, CREATE or EDIT for a form to fill in. `closed` are fields that the reader may write on other records
    of the kind and not on this one.
    """

    snapshot: Snapshot
    environment: Environment
    locale: str
    object: ObjectSpec
    row: Row
    verb: Verb
    record_type: str | None = None
    closed: frozenset[str] = frozenset()


def resolve_form(question: FormQuestion) -> FormView:
    """The form with what the reader may see, and with conditions answered for the row."""
    return _Resolver(question).form()


class _Resolver:
    def __init__(self, question: FormQuestion) -> None:
        self._q = question
        self._actor = question.environment.me
        self._decision = decide(question.snapshot, self._actor, question.object.name, question.verb)

    def form(self) -> FormView:
        form = self._chosen()
        spec = self._q.object
        header = tuple(
            self._field(spec, self._decision, FieldPlacement(name)) for name in form.header if self._may_see(spec, name)
        )
        tabs = tuple(tab for tab in map(self._tab, form.tabs) if tab is not None)
        return FormView(spec, form.name, header, tabs)

    def _chosen(self) -> Form:
        layout = self._q.object.layout
        if layout is None or not layout.forms:
            return generated_form(self._q.snapshot, self._q.object)
        for one in layout.assign:
            fits_type = one.record_type is None or one.record_type == self._q.record_type
            if fits_type and (one.role is None or one.role in self._actor.roles) and one.form in layout.forms:
                return layout.forms[one.form]
        return next(iter(layout.forms.values()))

    def _tab(self, tab: Tab) -> TabView | None:
        if not self._holds(tab.visible_when):
            return None
        sections = [one for one in map(self._section, tab.sections) if one is not None]
        related = [one for one in map(self._related, tab.related) if one is not None]
        if not sections and not related:
            return None
        label = part_label(self._q.snapshot, self._q.locale, self._q.object, "tabs", tab.id, tab.label)
        return TabView(tab.id, label, tuple(sections), tuple(related))

    def _section(self, section: FieldSection | DetailSection) -> SectionView | DetailGrid | None:
        if not self._holds(section.visible_when):
            return None
        if isinstance(section, DetailSection):
            return self._grid(section)
        spec = self._q.object
        fields = tuple(self._fields(spec, self._decision, section.fields))
        label = part_label(self._q.snapshot, self._q.locale, spec, "sections", section.id, section.label)
        conditional = section.visible_when is not None
        return SectionView(section.id, label, section.columns, fields, conditional) if fields else None

    def _fields(
        self, spec: ObjectSpec, decision: Decision, placements: Iterable[FieldPlacement]
    ) -> Iterable[FieldView]:
        for placement in placements:
            if self._may_see(spec, placement.field) and self._is_shown(spec, placement):
                yield self._field(spec, decision, placement)

    def _is_shown(self, spec: ObjectSpec, placement: FieldPlacement) -> bool:
        field = spec.fields[placement.field]
        types = field.definition.record_types
        if types is not None and spec is self._q.object and self._q.record_type not in types:
            return False
        if spec is not self._q.object:
            return True
        return self._holds(placement.visible_when) and self._is_true(field.visible_when, empty=True)

    def _field(self, spec: ObjectSpec, decision: Decision, placement: FieldPlacement) -> FieldView:
        field = spec.fields[placement.field]
        own = spec is self._q.object
        reason = self._readonly_reason(field, decision, placement, own=own)
        required = field.definition.required and not field.computed
        conditionally = own and (
            self._is_true(field.required_when)
            or (placement.required_when is not None and self._holds(placement.required_when, unasked=False))
        )
        return FieldView(
            spec=field,
            label=field_label(self._q.snapshot, self._q.locale, field),
            help=field_help(self._q.snapshot, self._q.locale, field),
            required=required or conditionally,
            readonly=bool(reason),
            reason=reason,
            span=placement.span,
            conditional=conditionally or placement.visible_when is not None or field.visible_when is not None,
        )

    def _readonly_reason(self, field: FieldSpec, decision: Decision, placement: FieldPlacement, *, own: bool) -> str:
        if field.computed or field.definition.read_only:
            return "computed"
        if field.name not in (decision.writable_on(self._q.record_type) if own else decision.writable):
            return "no_right"
        if own and field.name in self._q.closed:
            return "management"
        if own and self._is_true(field.readonly_when):
            return "state"
        return "layout" if placement.readonly else ""

    def _grid(self, section: DetailSection) -> DetailGrid | None:
        item: ListSpec | None = next((one for one in self._q.object.details if one.object == section.detail), None)
        if item is None or not self._tells(item):
            return None
        spec = self._q.snapshot.objects[section.detail]
        decision = decide(
            self._q.snapshot, self._actor, spec.name, Verb.READ if self._q.verb is Verb.READ else Verb.EDIT
        )
        editable = self._q.verb is not Verb.READ and decision.allowed
        columns = tuple(self._fields(spec, decision, section.fields))
        default = section.label or plural_label(self._q.snapshot, self._q.locale, spec)
        label = part_label(self._q.snapshot, self._q.locale, self._q.object, "sections", section.id, default)
        return DetailGrid(section.id, label, item, spec, columns, editable)

    def _related(self, related: RelatedList) -> RelatedView | None:
        if not may_use(self._q.snapshot, self._actor, related.object):
            return None
        spec = self._q.snapshot.objects[related.object]
        if not self._may_see(spec, related.field):
            return None
        wanted = related.columns or tuple(n for n in generated_columns(spec) if n != related.field)[:5]
        columns = tuple(name for name in wanted if self._may_see(spec, name.split(".")[0]))
        default = related.label or plural_label(self._q.snapshot, self._q.locale, spec)
        key = f"{related.object}.{related.field}"
        label = part_label(self._q.snapshot, self._q.locale, self._q.object, "related", key, default)
        return RelatedView(spec, related.field, label, columns, related.sort)

    def _tells(self, item: ListSpec) -> bool:
        return tells_list(partial(decide_beyond, self._q.snapshot, self._actor), self._q.object.name, item)

    def _may_see(self, spec: ObjectSpec, name: str) -> bool:
        decision = decide(self._q.snapshot, self._actor, spec.name, Verb.READ)
        own = spec is self._q.object
        return name in (decision.readable_on(self._q.record_type) if own else decision.readable)

    def _holds(self, text: str | None, *, unasked: bool = True) -> bool:
        if text is None:
            return True
        return self._is_true(_condition(self._q.snapshot, self._q.object.name, text), empty=unasked)

    def _is_true(self, expression: Expression | None, *, empty: bool = False) -> bool:
        """Whether a condition holds; `empty` where there is none, or where its answer would tell what is hidden."""
        if expression is None or not may_ask(
            self._q.snapshot, self._actor, self._q.object.name, self._q.record_type, expression
        ):
            return empty
        return bool(compile_python(expression)(self._q.row, self._q.environment))


@lru_cache(maxsize=8192)
def _condition(snapshot: Snapshot, object: str, text: str) -> Expression:
    """A layout's condition; linking has checked it."""
    return check(text, snapshot.scope(object), BOOLEAN)


def form_conditions(snapshot: Snapshot, spec: ObjectSpec) -> list[Expression]:
    """Every condition any form of an object may ask, so that what they read can be loaded before."""
    texts: list[str | None] = []
    for form in spec.layout.forms.values() if spec.layout is not None else ():
        for tab in form.tabs:
            texts.append(tab.visible_when)
            for section in tab.sections:
                texts.append(section.visible_when)
                if isinstance(section, FieldSection):
                    texts += [t for one in section.fields for t in (one.visible_when, one.required_when)]
    written = [_condition(snapshot, spec.name, text) for text in dict.fromkeys(texts) if text]
    fields = spec.fields.values()
    return written + [e for f in fields for e in (f.visible_when, f.required_when, f.readonly_when) if e is not None]
