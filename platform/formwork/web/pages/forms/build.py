"""A form as a view: the resolved layout, what stands or was typed in it, and every problem at its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import record_type_label
from formwork.forms import DetailGrid, FieldView, FormView, SectionView
from formwork.kernel import Invalid, Problem
from formwork.records.graph import GraphRow
from formwork.records.preview import Preview
from formwork.web.currencies import code_of_row, code_path
from formwork.web.inputs import Raw, is_blank, raw_of
from formwork.web.language import say as _
from formwork.web.messages import problem_text
from formwork.web.pages.forms.controls import Controls
from formwork.web.pages.forms.sent import Sent, SentRow, waits_for_default
from formwork.web.present import NUMBERS, Presenter, shown_type
from formwork.web.views import form as views
from formwork.web.views.shown import Option
from formwork.web.visit import Visit

_WIDTHS = {"number": "qty", "integer": "qty", "percent": "pct", "money": "money", "date": "date", "boolean": "check"}
_BLANK = "99999"
"""The key of the row new ones are made from."""


@dataclass
class Filled:
    """A form with what is in it. `sent` is None when nothing was typed yet."""

    visit: Visit
    spec: ObjectSpec
    form: FormView
    preview: Preview
    sent: Sent | None = None
    problems: Sequence[Problem] = ()
    extra_rows: Mapping[str, int] = field(default_factory=dict)

    def spec_back(self, detail: str) -> str:
        """The field by which details of an object point at the record."""
        return next(item.via for item in self.spec.details if item.object == detail)


def build_sections(filled: Filled) -> tuple[tuple[views.SectionEdit, ...], tuple[views.Fault, ...]]:
    """The sections of every tab from top to bottom, and the lines of the error summary."""
    return _Builder(filled).build()


class _Builder:
    def __init__(self, filled: Filled) -> None:
        self._f = filled
        self._visit = filled.visit
        self._controls = Controls(
            filled.visit,
            filled.spec,
            str(_value(filled.preview.row, "record_type") or "") or None,
            Presenter(filled.visit),
            filled.preview.row,
        )
        self._problems = _by_place(filled.problems)
        self._faults: list[views.Fault] = []

    def build(self) -> tuple[tuple[views.SectionEdit, ...], tuple[views.Fault, ...]]:
        items = self._f.form.fields()
        self._learn(items)
        sections = []
        seen: set[str] = set()
        for tab in self._f.form.tabs:
            for section in tab.sections:
                if isinstance(section, DetailGrid):
                    sections.append(self._grid_section(section))
                    continue
                fresh = [item for item in section.fields if item.spec.name not in seen]
                seen |= {item.spec.name for item in fresh}
                edited = self._section(section, fresh)
                if edited is not None:
                    sections.append(edited)
        self._rest()
        return tuple(sections), tuple(self._faults)

    def _learn(self, items: Sequence[FieldView]) -> None:
        pairs: list[tuple[FieldSpec, Raw]] = [
            (item.spec, self._raw(item.spec)) for item in items if not item.spec.computed
        ]
        shown = [
            (item.spec, _json(item.spec, _value(self._f.preview.row, item.spec.name)))
            for item in items
            if item.readonly
        ]
        for grid in self._f.form.grids():
            for row in self._f.preview.details.get(grid.item.name, ()):
                for item in grid.columns:
                    value = _value(row, item.spec.name)
                    pairs.append((item.spec, raw_of(item.spec, value, self._visit.formats)))
                    shown.append((item.spec, _json(item.spec, value)))
        self._controls.learn(pairs)
        self._controls.present.learn(shown)

    def _raw(self, one: FieldSpec) -> Raw:
        sent = self._f.sent
        if sent is not None and one.name in sent.raws and not self._is_auto(one):
            return sent.raws[one.name]
        return raw_of(one, _value(self._f.preview.row, one.name), self._visit.formats)

    def _is_auto(self, one: FieldSpec) -> bool:
        """True when the value is a default that other fields decide and nobody typed over."""
        said = self._f.preview.draft.said
        return self._f.preview.draft.is_new and waits_for_default(one) and one.name not in said

    def _section(self, section: SectionView, items: Sequence[FieldView]) -> views.SectionEdit | None:
        controls = [self._field(item) for item in items if not _is_only_shown(item)]
        if not controls:
            return None
        return views.SectionEdit(section.id, section.label, tuple(controls), section.columns)

    def _field(self, item: FieldView) -> views.Control:
        one = item.spec
        errors = [
            problem_text(self._visit.snapshot, self._visit.locale, p) for p in self._problems.pop((one.name,), [])
        ]
        value = _json(one, _value(self._f.preview.row, one.name))
        raw = self._raw(one) if not one.computed else ""
        item = _held_back(item, self._f.preview.row, raw)
        control = self._controls.control(item, raw, one.name, value, errors, auto=self._is_auto(one))
        self._faults += [views.Fault(f"{item.label}: {text}", control.id) for text in errors]
        return control

    def _grid_section(self, grid: DetailGrid) -> views.SectionEdit:
        columns = [item for item in grid.columns if item.spec.name != grid.item.via]
        sent_rows = self._f.sent.rows.get(grid.item.name) if self._f.sent is not None else None
        rows = self._existing_rows(grid, columns) if sent_rows is None else self._sent_rows(grid, columns, sent_rows)
        for _at in range(self._f.extra_rows.get(grid.item.name, 0)):
            free = 1 + max((int(row.key) for row in rows), default=-1)  # as the script numbers them
            rows.append(self._row(grid, columns, str(free), None, None, []))
        errors = self._problems.pop((grid.item.name,), [])
        edit = views.GridEdit(
            name=grid.item.name,
            label=grid.label,
            row_label=self._visit.label(grid.object),
            columns=tuple(self._column(item) for item in columns),
            rows=tuple(rows),
            blank=self._row(grid, columns, _BLANK, None, None, []),
            may_add=grid.editable,
            may_remove=grid.editable,
            errors=tuple(problem_text(self._visit.snapshot, self._visit.locale, p) for p in errors),
        )
        self._faults += [views.Fault(f"{grid.label}: {text}", f"grid-{grid.item.name}") for text in edit.errors]
        return views.SectionEdit(grid.id, grid.label, grid=edit)

    def _existing_rows(self, grid: DetailGrid, columns: Sequence[FieldView]) -> list[views.GridRow]:
        rows = self._f.preview.details.get(grid.item.name, ())
        return [self._row(grid, columns, str(at), row, None, []) for at, row in enumerate(rows)]

    def _sent_rows(
        self, grid: DetailGrid, columns: Sequence[FieldView], sent_rows: Sequence[SentRow]
    ) -> list[views.GridRow]:
        drafts = iter(self._f.preview.details.get(grid.item.name, ()))
        found: list[views.GridRow] = []
        position = 0
        for sent in sent_rows:
            if sent.is_empty or (sent.removed and not sent.id):
                continue
            row = None if sent.removed else next(drafts, None)
            place = self._row_problems(grid.item.name, position)
            position += 1
            if not sent.removed:
                found.append(self._row(grid, columns, sent.key, row, sent, place, number=len(found) + 1))
        return found

    def _row_problems(self, name: str, position: int) -> list[tuple[str, str]]:
        """(field or "", text) of one row."""
        found = []
        for place in [p for p in self._problems if p[:2] == (name, str(position))]:
            for problem in self._problems.pop(place):
                text = problem_text(self._visit.snapshot, self._visit.locale, problem)
                found.append((place[2] if len(place) > 2 else "", text))
        return found

    def _row(
        self, grid: DetailGrid, columns: Sequence[FieldView], key: str, row: GraphRow | None, sent: SentRow | None,
        problems: Sequence[tuple[str, str]], *, number: int = 0,
    ) -> views.GridRow:  # fmt: skip
        names = {item.spec.name for item in columns}
        cells = []
        for item in columns:
            one = item.spec
            name = f"{grid.item.name}.{key}.{one.name}"
            item = self._as_open(grid, item, row)
            value = (None if item.closed else _value(row, one.name)) if row is not None else one.default_value
            raw = (
                sent.raws[one.name]
                if sent is not None and one.name in sent.raws
                else raw_of(one, value, self._visit.formats)
            )
            auto = bool(sent is not None and not sent.id and waits_for_default(one) and not sent.raws.get(one.name))
            if auto:
                raw = raw_of(one, value, self._visit.formats)
            errors = [text for field_name, text in problems if field_name == one.name]
            json = _json(one, value) if row is not None else None
            item = _held_back(item, row, raw)
            cell = self._controls.control(item, raw, name, json, errors, auto=auto, cell=True)
            self._faults += [views.Fault(self._cell_fault(grid, item, number, text), cell.id) for text in errors]
            cells.append(cell)
        loose = [text for field_name, text in problems if field_name not in names]
        self._faults += [views.Fault(f"{grid.label} {number}: {text}", f"grid-{grid.item.name}") for text in loose]
        id = sent.id if sent is not None else str(row.id) if row is not None else ""
        version = sent.version if sent is not None else str(_value(row, "version") or "") if row is not None else ""
        return views.GridRow(key, id, version, tuple(cells), tuple(loose))

    def _as_open(self, grid: DetailGrid, item: FieldView, row: GraphRow | None) -> FieldView:
        """The column as this row's record type leaves it open to the reader."""
        if row is None or "record_type" not in grid.object.fields:
            return item
        visit, kind = self._visit, _value(row, "record_type")
        readable = decide(visit.snapshot, visit.actor, grid.object.name, Verb.READ).readable_on(kind)
        writable = decide(visit.snapshot, visit.actor, grid.object.name, Verb.EDIT).writable_on(kind)
        if item.spec.name not in readable:
            return replace(item, readonly=True, reason="no_right", closed=True)
        return item if item.readonly or item.spec.name in writable else replace(item, readonly=True, reason="no_right")

    def _cell_fault(self, grid: DetailGrid, item: FieldView, number: int, text: str) -> str:
        return _(
            "%(list)s, line %(number)s, %(field)s: %(text)s",
            list=grid.label,
            number=number,
            field=item.label,
            text=text,
        )

    def _column(self, item: FieldView) -> views.GridColumn:
        kind = shown_type(item.spec)
        label = item.label
        if kind == "money":
            label = ", ".join(part for part in (label, self._currency_of_column(item.spec)) if part)
        numeric = kind in NUMBERS - {"rating"}
        return views.GridColumn(item.spec.name, label, numeric, item.required, _WIDTHS.get(kind, ""), item.readonly)

    def _currency_of_column(self, one: FieldSpec) -> str:
        """The code of a column's amounts: the organisation's, or the record's own as it stands."""
        code = code_path(self._visit, one.object, one.name)
        back = f"{self._f.spec_back(one.object)}."
        if not code:
            return self._visit.formats.currency
        if not code.startswith(back):
            return ""
        return code_of_row(self._visit, self._f.spec.name, self._f.preview.row, code.removeprefix(back))

    def _rest(self) -> None:
        """Problems of fields that are not on the form, and of the record as a whole."""
        for place, problems in self._problems.items():
            one = self._f.spec.fields.get(place[0]) if place and place[0] else None
            prefix = f"{one.label}: " if one is not None else ""
            for problem in problems:
                text = problem_text(self._visit.snapshot, self._visit.locale, problem)
                self._faults.append(views.Fault(prefix + text))


def record_type_options(filled: Filled) -> tuple[Option, ...]:
    """The record types to choose from, nothing for an object without them."""
    types = filled.spec.definition.record_types
    current = _value(filled.preview.row, "record_type")
    visit = filled.visit
    is_new = filled.preview.draft.is_new
    verb = Verb.CREATE if is_new else Verb.EDIT
    barred = decide(visit.snapshot, visit.actor, filled.spec.name, verb).barred
    kept = barred if current not in barred or is_new else frozenset(types) - {current}
    return tuple(
        Option(code, record_type_label(visit.snapshot, visit.locale, filled.spec, code), code == current)
        for code in types
        if code not in kept
    )


def _held_back(item: FieldView, row: GraphRow | None, raw: Raw) -> FieldView:
    """The field, not asked for where it is filled with a link its reader may not know: left alone, it stays."""
    if row is None or not item.required or not item.spec.targets or not is_blank(raw) or not row.links(item.spec.name):
        return item
    return replace(item, required=False)


def _is_only_shown(item: FieldView) -> bool:
    """Computed values belong on the record's page; a form asks."""
    return item.reason == "computed"


def _value(row: GraphRow, name: str) -> Any:
    try:
        return row.value(name)
    except (Invalid, KeyError):
        return None


def _json(one: FieldSpec, value: Any) -> Any:
    return one.value_type.dump(value) if value is not None else None


def _by_place(problems: Sequence[Problem]) -> dict[tuple[str, ...], list[Problem]]:
    """Problems by the tokens of their pointers; what lies inside a field belongs to the field."""
    found: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        tokens = tuple(token.replace("~1", "/").replace("~0", "~") for token in problem.pointer.split("/")[1:])
        place = tokens[:3] if len(tokens) > 1 and tokens[1].isdigit() else tokens[:1]
        found.setdefault(place, []).append(problem)
    return found
