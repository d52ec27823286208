"""The list of an object: a view, what the address changes of it, one page of rows."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import object_summary, part_label
from formwork.definitions.model import ViewDef
from formwork.expressions import ExpressionError, join_conditions
from formwork.forms.generated import generated_columns
from formwork.kernel import Malformed, NotFound
from formwork.records import ListRequest
from formwork.web.columns import Path, column_views, resolve_paths, row_views, wanted
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.messages import query_text
from formwork.web.pages.filters import add_condition, chips, filter_fields, is_readable, read_conditions, without
from formwork.web.present import Presenter
from formwork.web.views.listing import Chip, Column, Empty, ListView, Tab
from formwork.web.views.shown import Option
from formwork.web.visit import Visit, object_address

PAGE = 50
_MOST_COUNTED = 1000
_MOST_TABS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list. `q` None keeps the view's own filter, `sort` "" its own order."""

    view: ViewDef | None
    q: str | None
    sort: str
    find: str
    after: str

    @property
    def saved_filter(self) -> str:
        """The view's own filter."""
        return (self.view.filter or "") if self.view else ""

    @property
    def filter(self) -> str:
        """The filter in force."""
        return self.saved_filter if self.q is None else self.q

    @property
    def sorts(self) -> tuple[str, ...]:
        """The sort keys in force."""
        if self.sort:
            return (self.sort,)
        return self.view.sort if self.view else ()

    def address(self, base: str, **changes: str | None) -> str:
        """The address of this list with some of its parameters changed; None takes one away."""
        values: dict[str, str | None] = {
            "view": self.view.name if self.view else None, "q": self.q, "sort": self.sort or None,
            "find": self.find or None,
        }  # fmt: skip
        values |= changes
        kept = {name: value for name, value in values.items() if value is not None}
        return f"{base}?{urlencode(kept)}" if kept else base


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/o/<object>")
    def show_list(object: str) -> Response:
        with door.reading() as visit:
            spec = visit.work.object(object)
            asked = asked_list(visit, spec)
            added = _with_added_condition(visit, spec, asked)
            if added is not None:
                return redirect(asked.address(object_address(object), q=added), 303)  # type: ignore[return-value]
            return door.page(visit, "pages/list.html", build_list(visit, spec, asked))

    @app.get("/o/<object>/filter")
    def filter_control(object: str) -> str:
        with door.reading() as visit:
            spec = visit.work.object(object)
            decide(visit.snapshot, visit.actor, object, Verb.READ).require()
            fields = filter_fields(visit, spec, request.args.get("field", ""))
            chosen = next((one for one in fields if one.selected), None)
            if chosen is None:
                raise NotFound("There is no field to filter by.")
            return render_template("fragments/filter.html", field=chosen)


def views_of(visit: Visit, spec: ObjectSpec) -> list[ViewDef]:
    """The list views the reader may use."""
    views = spec.layout.views.values() if spec.layout is not None else ()
    return [v for v in views if v.type == "list" and (not v.roles or set(v.roles) & visit.actor.roles)]


def asked_list(visit: Visit, spec: ObjectSpec) -> Asked:
    """What the address of this request asks of the list."""
    views = views_of(visit, spec)
    wanted = request.args.get("view")
    view = next((one for one in views if one.name == wanted), views[0] if views else None)
    args = request.args
    return Asked(view, args.get("q"), args.get("sort", ""), args.get("find", "").strip(), args.get("after", ""))


def _with_added_condition(visit: Visit, spec: ObjectSpec, asked: Asked) -> str | None:
    """The new filter when the builder's form was sent."""
    if request.args.get("write"):
        return request.args.get("text", "").strip()
    if "field" not in request.args or not is_readable(asked.filter):
        return None
    args = request.args
    return add_condition(visit, spec, asked.filter, args["field"], args.get("op", "="), args.get("value", ""))


def build_list(visit: Visit, spec: ObjectSpec, asked: Asked) -> ListView:
    """The list page's view; a filter that cannot be asked is shown with its reason instead of rows."""
    base = object_address(spec.name)
    written = asked.view.columns if asked.view and asked.view.columns else generated_columns(spec)
    paths = resolve_paths(visit, spec, written)
    page, total, problem = _read(visit, spec, asked, wanted(paths))
    rows = row_views(visit, spec, paths, page.records, Presenter(visit))
    columns = _sortable(asked, base, paths, column_views(visit, spec, paths))
    count = visit.formats.number(min(total, _MOST_COUNTED)) + ("+" if total >= _MOST_COUNTED else "")
    bare = ListView(
        object=spec.name, label=visit.label_inside(spec), plural=visit.plural(spec), icon=spec.definition.icon,
        hue=spec.definition.hue, base=base, columns=tuple(columns), rows=tuple(rows),
        problem=query_text(problem) if problem else "",
        problem_detail=problem.message if problem and visit.locale != "en" else "",
    )  # fmt: skip
    return replace(
        bare,
        tabs=_tabs(visit, spec, asked, base),
        chips=_chips(visit, spec, asked, base),
        filters=filter_fields(visit, spec),
        filter_text=asked.filter,
        find=asked.find,
        sort_label=_sort_label(visit, spec, asked),
        sort_options=tuple(Option(c.sort, c.label, bool(c.sorted)) for c in columns if c.sort),
        state=tuple(_state(asked)),
        reset=base + (f"?view={asked.view.name}" if asked.view else "") if _is_changed(asked) else "",
        summary=_summary(visit, spec, asked, count),
        count=_("%(count)s records", count=count) if total != 1 else _("1 record"),
        first=asked.address(base) if page.previous else "",
        previous=asked.address(base, after=page.previous) if page.previous else "",
        next=asked.address(base, after=page.next) if page.next else "",
        new=f"{base}/new" if spec.master is None and visit.may(spec.name, Verb.CREATE) else "",
        import_href=f"{base}/import" if spec.has("import") and visit.may(spec.name, Verb.IMPORT) else "",
        export_href=asked.address(f"{base}/export", format="csv") if visit.may(spec.name, Verb.EXPORT) else "",
        bulk_export=f"{base}/export" if visit.may(spec.name, Verb.EXPORT) else "",
        bulk_delete=f"{base}/delete" if _may_delete_many(visit, spec) else "",
        empty=_empty(visit, spec, asked, base, refused=problem is not None) if not rows else None,
    )


def _may_delete_many(visit: Visit, spec: ObjectSpec) -> bool:
    return visit.may(spec.name, Verb.DELETE) and visit.may(spec.name, Verb.BULK_EDIT)


def _read(
    visit: Visit, spec: ObjectSpec, asked: Asked, wanted: list[str]
) -> tuple[records.Page, int, Malformed | None]:
    """The page, how many records the list has (counted to a limit), and why it cannot be asked."""
    question = ListRequest(
        spec.name, tuple(wanted), (asked.filter,), asked.sorts, PAGE, asked.after or None, asked.find or None
    )
    try:
        page = records.list_records(visit.work, question, visit.key)
        return page, records.count_records(visit.work, question, _MOST_COUNTED), None
    except Malformed as error:
        return records.Page([], None, None), 0, error


def _chips(visit: Visit, spec: ObjectSpec, asked: Asked, base: str) -> tuple[Chip, ...]:
    try:
        terms = read_conditions(asked.filter)
        saved = [term.text for term in read_conditions(asked.saved_filter)]
    except ExpressionError:
        return ()
    removal = [asked.address(base, q=without(terms, at)) for at in range(len(terms))]
    return chips(visit, spec, terms, saved, removal)


def _is_changed(asked: Asked) -> bool:
    try:
        same = asked.q is None or join_conditions(read_conditions(asked.q)) == join_conditions(
            read_conditions(asked.saved_filter)
        )
    except ExpressionError:
        same = False
    return not same or bool(asked.sort) or bool(asked.find)


def _state(asked: Asked) -> list[tuple[str, str]]:
    pairs = (
        ("view", asked.view.name if asked.view else None),
        ("q", asked.q),
        ("sort", asked.sort),
        ("find", asked.find),
    )
    return [(name, value) for name, value in pairs if value]


def _tabs(visit: Visit, spec: ObjectSpec, asked: Asked, base: str) -> tuple[Tab, ...]:
    found = []
    for view in views_of(visit, spec)[:_MOST_TABS]:
        label = part_label(visit.snapshot, visit.locale, spec, "views", view.name, view.label)
        found.append(Tab(label, f"{base}?view={view.name}", view is asked.view))
    return tuple(found)


def _sortable(asked: Asked, base: str, paths: list[Path], columns: list[Column]) -> list[Column]:
    current = asked.sorts[0] if asked.sorts else ""
    found = []
    for path, column in zip(paths, columns, strict=True):
        if not path.spec.value_type.sortable:
            found.append(column)
            continue
        direction = {path.text: "ascending", f"-{path.text}": "descending"}.get(current, "")
        link = asked.address(base, sort=f"-{path.text}" if direction == "ascending" else path.text)
        found.append(Column(column.name, column.label, link, direction, column.numeric, column.width, column.role))
    return found


def _sort_label(visit: Visit, spec: ObjectSpec, asked: Asked) -> str:
    if not asked.sorts:
        return ""
    found = resolve_paths(visit, spec, [asked.sorts[0].removeprefix("-")])
    return found[0].label if found else ""


def _summary(visit: Visit, spec: ObjectSpec, asked: Asked, count: str) -> str:
    label = _sort_label(visit, spec, asked)
    plural = visit.plural(spec)
    if label:
        return _("%(count)s %(records)s, sorted by %(field)s", count=count, records=plural, field=label)
    return _("%(count)s %(records)s", count=count, records=plural)


def _empty(visit: Visit, spec: ObjectSpec, asked: Asked, base: str, *, refused: bool) -> Empty:
    plural = visit.plural(spec)
    if refused:
        text, clear = _("Correct the expression or clear the filter."), asked.address(base, q="", sort=None, find=None)
        return Empty("refused", _("The filter cannot be used"), text, "alert", "orange", _("Clear filters"), clear)
    if asked.find or asked.q or asked.saved_filter:
        clear = asked.address(base, q="", find=None)
        text = _("No record fits the filters shown above.")
        return Empty("no_match", _("Nothing matches"), text, "filter", "grey", _("Clear filters"), clear)
    new = f"{base}/new" if spec.master is None and visit.may(spec.name, Verb.CREATE) else ""
    text = object_summary(visit.snapshot, visit.locale, spec) or _("What you enter or import appears here.")
    return Empty(
        "nothing_yet", _("No %(records)s yet", records=visit.inside(plural)), text, spec.definition.icon,
        spec.definition.hue, _("New %(record)s", record=visit.label_inside(spec)) if new else "", new,
    )  # fmt: skip
