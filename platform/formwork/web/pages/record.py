"""The page of one record: its form as it reads, related lists, history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, render_template, request

from formwork import records
from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.expressions.currencies import TWIN_SUFFIX
from formwork.forms import (
    DetailGrid,
    FieldView,
    FormQuestion,
    FormView,
    RelatedView,
    SectionView,
    TabView,
    form_conditions,
    resolve_form,
)
from formwork.kernel import NotFound
from formwork.privacy.personal import is_about_person
from formwork.records.given import levels_to_give
from formwork.records.preview import Preview, preview_record
from formwork.web.areas import manages
from formwork.web.columns import Path, column_views, resolve_paths, row_views, wanted
from formwork.web.currencies import code_path, codes_of_record
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.pages.convert import conversion_actions, conversion_conditions, mapping_actions
from formwork.web.pages.history import read_history
from formwork.web.pages.path import path_steps
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.related import related_list
from formwork.web.pages.setup.audit_asked import Asked
from formwork.web.pages.setup.why import ADDRESS as WHY
from formwork.web.pages.view_as import ADDRESS as VIEW_AS
from formwork.web.present import Presenter, shown_type
from formwork.web.titles import called_by
from formwork.web.views.listing import Tab
from formwork.web.views.record import (
    Action,
    FieldRead,
    GridRead,
    RecordView,
    Related,
    SectionRead,
    TabRead,
)
from formwork.web.views.shown import BLANK
from formwork.web.visit import Visit, object_address, record_address

HISTORY = "history"
_USER = "user"
_MOST_ASIDE = 4
_WIDE = frozenset({"long_text", "rich_text", "json"})

_ROOMY = 5
"""Columns of a detail list that are shown even when no line has a value in them."""


@dataclass(frozen=True)
class Read:
    """A record as read: its values, its resolved form, and what shows values."""

    visit: Visit
    spec: ObjectSpec
    id: UUID
    values: Mapping[str, Any]
    form: FormView
    present: Presenter
    preview: Preview
    codes: Mapping[str, str | None]
    """Path -> code of the currencies its amounts are in, None for one the reader may not see."""
    asked: Mapping[str, UUID] = field(default_factory=dict)
    """Which page of the history, and of which detail: `before` and `line`."""

    def field(self, item: FieldView) -> FieldRead:
        """One labelled value; an amount of another currency has what it is worth in the organisation's beside it."""
        own, currency, base = self.visit.formats.currency, None, BLANK
        if shown_type(item.spec) == "money":
            code = code_path(self.visit, self.spec.name, item.spec.name)
            currency = self.codes[code] if code else own
            if code and currency != own:
                twin = self.spec.fields[item.spec.name + TWIN_SUFFIX]
                base = self.present.show(twin, self.values.get(twin.name), own)
        value = self.present.show(item.spec, self.values.get(item.spec.name), currency)
        wide = shown_type(item.spec) in _WIDE
        return FieldRead(item.spec.name, item.label, value, "", wide, item.help, base.text)


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/o/<object>/<id>")
    @app.get("/o/<object>/<id>/<tab>")
    def show_record(object: str, id: str, tab: str = "") -> Response:
        with door.reading() as visit:
            found = read_record(visit, object, wanted_id(id))
            asked = {name: wanted_id(request.args[name]) for name in ("before", "line") if name in request.args}
            return door.page(visit, "pages/record.html", build_record(replace(found, asked=asked), tab))

    @app.get("/o/<object>/<id>/related/<other>.<field>")
    def show_related(object: str, id: str, other: str, field: str) -> str:
        with door.reading() as visit:
            found = read_record(visit, object, wanted_id(id))
            item = next(
                (one for one in _related_views(found.form) if (one.object.name, one.field) == (other, field)), None
            )
            if item is None:
                raise NotFound("There is no such list on this record.")
            card = "card" in request.args
            shown = related_list(visit, item, object, found.id, card=card)
            return render_template("fragments/related.html", item=shown, card=card)


def read_record(visit: Visit, object: str, id: UUID) -> Read:
    """The record with its form; raises NotFound when it is not to be seen."""
    spec = visit.work.object(object)
    values = records.get_record(visit.work, object, id)
    asked = [*form_conditions(visit.snapshot, spec), *conversion_conditions(visit, spec)]
    preview = preview_record(visit.work, object, id, asked)
    form = resolve_form(
        FormQuestion(
            visit.snapshot, preview.environment, visit.locale, spec, preview.row, Verb.READ, values.get("record_type")
        )
    )
    present = Presenter(visit)
    present.learn((item.spec, values.get(item.spec.name)) for item in (*form.header, *form.fields()))
    codes = codes_of_record(visit, object, id, values, _codes(visit, spec, form))
    return Read(visit, spec, id, values, form, present, preview, codes)


def _codes(visit: Visit, spec: ObjectSpec, form: FormView) -> set[str]:
    """The paths to the currencies of every amount the form shows, those of its details that tell the record's too."""
    amounts = [item.spec.name for item in (*form.header, *form.fields()) if shown_type(item.spec) == "money"]
    found = {code_path(visit, spec.name, name) for name in amounts}
    for grid in form.grids():
        back = f"{grid.item.via}."
        paths = resolve_paths(visit, grid.object, [item.spec.name for item in grid.columns])
        found |= {path.code.removeprefix(back) for path in paths if path.code.startswith(back)}
    return found - {""}


def build_record(found: Read, tab: str) -> RecordView:
    """The record page's view with one tab open; raises NotFound for a tab it does not have."""
    visit, spec = found.visit, found.spec
    base = record_address(spec.name, found.id)
    bodies = _tab_bodies(found)
    chosen = tab or next(iter(bodies))
    if chosen not in bodies:
        raise NotFound("There is no such page of this record.")
    details = tuple(_sections(found, found.form.tabs[0].sections)) if _has_details(found.form) else ()
    steps, path_label = path_steps(visit, found.form.header, found.values)
    title = called_by(visit, spec, found.id, found.values.get(spec.title))
    keys = tuple(found.field(item) for item in found.form.header)
    return RecordView(
        object=spec.name,
        label=visit.label(spec),
        plural=visit.plural(spec),
        icon=spec.definition.icon,
        hue=spec.definition.hue,
        id=str(found.id),
        title=title,
        base=base,
        list_href=object_address(spec.name),
        marks=tuple(item.value for item in keys if item.value.kind == "pill"),
        keys=tuple(item for item in keys if item.value.kind != "pill"),
        path=steps,
        path_label=path_label,
        details=details,
        tabs=tuple(Tab(label, f"{base}/{key}", key == chosen) for key, (label, _make) in bodies.items()),
        tab=bodies[chosen][1](),
        aside=tuple(_aside(found, base)),
        actions=tuple(_actions(found, base)),
        more=tuple(_more(found, base, title)),
    )


def _tab_bodies(found: Read) -> dict[str, tuple[str, Callable[[], TabRead]]]:
    """Key -> (label, what makes its body). The first tab's fields stand at the left, unless they are all there is."""
    bodies: dict[str, tuple[str, Callable[[], TabRead]]] = {}
    aside = _has_details(found.form)
    for at, tab in enumerate(found.form.tabs):
        first = at == 0 and aside
        bodies[tab.id] = (tab.label, partial(_tab_body, found, tab, without_fields=first))
    history = partial(read_history, found.visit, found.spec, found.id, found.present, found.asked)
    bodies.setdefault(HISTORY, (_("History"), lambda: TabRead(history=history(), kind="history")))
    return bodies


def _tab_body(found: Read, tab: TabView, *, without_fields: bool) -> TabRead:
    base = record_address(found.spec.name, found.id)
    return TabRead(
        sections=() if without_fields else tuple(_sections(found, tab.sections)),
        grids=tuple(_grid(found, one) for one in tab.sections if isinstance(one, DetailGrid)),
        related=tuple(_lazy(found, item, base) for item in tab.related),
        kind="first" if without_fields else "fields",
    )


def _has_details(form: FormView) -> bool:
    """True when there is enough beside the first tab's fields that these go to the left."""
    if not form.tabs:
        return False
    first = form.tabs[0]
    more = any(isinstance(one, DetailGrid) for one in first.sections) or bool(first.related)
    return more and any(isinstance(one, SectionView) for one in first.sections)


def _sections(found: Read, sections: Sequence[SectionView | DetailGrid]) -> list[SectionRead]:
    return [
        SectionRead(one.id, one.label, tuple(found.field(item) for item in one.fields), one.columns)
        for one in sections
        if isinstance(one, SectionView)
    ]


def _grid(found: Read, grid: DetailGrid) -> GridRead:
    visit, spec = found.visit, grid.object
    paths = [
        _shared(found, grid, path) for path in resolve_paths(visit, spec, [item.spec.name for item in grid.columns])
    ]
    order = spec.master.order_by if spec.master is not None and spec.master.order_by else "created_at"
    request = records.ListRequest(
        spec.name,
        tuple(wanted(paths)),
        (f"{grid.item.via} = '{found.id}'",),
        (order,),
        records.listing.LONGEST_PAGE,
    )
    page = records.list_records(visit.work, request, visit.key)
    rows = row_views(visit, spec, paths, page.records, Presenter(visit))
    columns = column_views(visit, spec, paths)
    shown = [
        at for at, _column in enumerate(columns)
        if not at or len(columns) <= _ROOMY or not rows or any(not row.cells[at].is_blank for row in rows)
    ]  # fmt: skip
    return GridRead(
        grid.id,
        grid.label,
        tuple(columns[at] for at in shown),
        tuple(replace(row, href="", cells=tuple(row.cells[at] for at in shown)) for row in rows),
    )


def _shared(found: Read, grid: DetailGrid, path: Path) -> Path:
    """A column of amounts in the record's own currency names it once, at its head."""
    back = f"{grid.item.via}."
    if not path.code.startswith(back):
        return path
    return replace(path, code="", currency=found.codes[path.code.removeprefix(back)] or "")


def _related_views(form: FormView) -> list[RelatedView]:
    return [item for tab in form.tabs for item in tab.related]


def _lazy(found: Read, item: RelatedView, base: str) -> Related:
    key = f"{item.object.name}.{item.field}"
    return Related(
        key.replace(".", "-"),
        item.label,
        item.object.definition.icon,
        item.object.definition.hue,
        lazy=f"{base}/related/{key}",
    )


def _aside(found: Read, base: str) -> list[Related]:
    details = {item.object for item in found.spec.details}
    items = [one for one in _related_views(found.form) if one.object.name not in details][:_MOST_ASIDE]
    return [
        replace(_lazy(found, item, base), lazy=f"{base}/related/{item.object.name}.{item.field}?card=1")
        for item in items
    ]


def _actions(found: Read, base: str) -> list[Action]:
    actions = conversion_actions(found.visit, found.spec, found.id, found.preview)
    if found.visit.may(found.spec.name, Verb.EDIT):
        actions.insert(0, Action(_("Edit"), f"{base}/edit", "edit"))
    return actions


def _more(found: Read, base: str, title: str) -> list[Action]:
    actions = mapping_actions(found.visit, found.spec, found.id)
    if found.visit.may(found.spec.name, Verb.CREATE) and found.spec.master is None:
        actions.append(Action(_("Make a copy"), f"{object_address(found.spec.name)}/new?copy={found.id}", "copy"))
    if (
        not found.visit.read_only
        and found.spec.master is None
        and levels_to_give(found.visit.work, found.spec.name, found.id)
    ):
        actions.append(Action(_("Share"), f"{base}/share", "users"))
    if found.visit.may(found.spec.name, Verb.DELETE):
        ask = _("Delete %(title)s? It can be restored for 30 days.", title=title)
        actions.append(Action(_("Delete"), f"{base}/delete", "trash", "post", danger=True, confirm=ask))
    if manages(found.visit):
        asked = Asked(by=found.id) if found.spec.name == _USER else Asked(object=found.spec.name, record=found.id)
        actions.append(Action(_("Audit trail"), asked.address(), "audit"))
        if is_about_person(found.visit.snapshot, found.spec.name):
            address = f"/setup/privacy/person?record={found.spec.name}:{found.id}"
            actions.append(Action(_("Personal data"), address, "shield"))
        why = urlencode({"object": found.spec.name, "record": str(found.id)})
        if found.spec.name == _USER:
            actions.append(Action(_("View as"), f"{VIEW_AS}?user={found.id}", "eye", "post"))
        actions.append(Action(_("Why?"), f"{WHY}?{why}", "help"))
    return actions
