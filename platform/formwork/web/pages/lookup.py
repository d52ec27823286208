"""What look-ups and the palette ask for while somebody types."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request

from formwork import records
from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes import LoadContext
from formwork.forms.generated import generated_columns
from formwork.kernel import NotFound
from formwork.web.columns import column_views, resolve_paths, row_views, wanted
from formwork.web.door import Door
from formwork.web.frame import listed_objects
from formwork.web.language import say as _
from formwork.web.pages.forms.controls import targets_of
from formwork.web.pages.listing import views_of
from formwork.web.present import Presenter
from formwork.web.titles import called
from formwork.web.views.home import Block, Line, SearchView
from formwork.web.views.listing import Empty
from formwork.web.views.shown import hue_of, initials_of
from formwork.web.visit import Visit, object_address, record_address

_SHORTEST = 2
_MOST_PER_OBJECT = 5
_MOST_THIS = 20
_WHERE = LoadContext()
_BELOW = ("second", "state")
"""Roles of columns in the card of a phone that tell records of one title apart."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""
    icon: Callable[[str], str] = app.jinja_env.globals["icon_address"]  # type: ignore[assignment]

    @app.get("/o/<object>/lookup")
    def suggest(object: str) -> Response:
        with door.reading() as visit:
            field = _field(visit, object, request.args.get("field", ""))
            target = request.args.get("object") or field.targets[0]
            if target not in field.targets:
                raise NotFound("There is no such look-up.")
            text = request.args.get("q", "")
            items = _suggestions(visit, field, target, text)
            for other in [one for one in targets_of(field) if one not in field.targets]:
                items += _suggestions(visit, field, other, text) if visit.may(other, Verb.READ) else []
            return jsonify(items=items)

    @app.get("/search.json")
    def palette() -> Response:
        with door.reading() as visit:
            groups = _search(visit, request.args.get("q", ""))
            return jsonify(groups=[
                {
                    "label": group.label,
                    "items": [
                        {"title": line.title, "href": line.href, "detail": line.detail, "icon": icon(line.icon)}
                        for line in group.lines
                    ],
                }
                for group in groups
            ])  # fmt: skip

    @app.get("/search")
    def search() -> Response:
        with door.reading() as visit:
            query = request.args.get("q", "").strip()
            groups = _search(visit, query)
            empty = None
            if query and not groups:
                empty = Empty("no_match", _("Nothing matches"), _("Try fewer letters or another word."), "search")
            return door.page(visit, "pages/search.html", SearchView(query, tuple(groups), empty))


def _field(visit: Visit, object: str, name: str) -> FieldSpec:
    spec = visit.work.object(object)
    readable = decide(visit.snapshot, visit.actor, object, Verb.READ).readable
    field = spec.fields.get(name)
    if field is None or name not in readable or not field.targets:
        raise NotFound("There is no such look-up.")
    return field


def _suggestions(visit: Visit, field: FieldSpec, target: str, text: str) -> list[dict[str, Any]]:
    spec = visit.snapshot.objects[field.object]
    this = {
        name.removeprefix("this."): value
        for name, value in list(request.args.items())[:_MOST_THIS]
        if name.startswith("this.") and name.removeprefix("this.") in spec.fields and value
    }
    written = field.definition.settings.get("filter") if target == field.targets[0] else None
    values = {
        name: spec.fields[name].value_type.load(value, spec.fields[name].value_settings, _WHERE)
        for name, value in this.items()
    }
    hits = records.suggest(
        visit.work, target, text, filter=written, this=values, this_object=field.object if written else None
    )
    found = []
    for hit in hits:
        title = called(visit, visit.snapshot.objects[target], hit["id"], hit["title"])
        found.append({"id": hit["id"], "title": title, "initials": initials_of(title), "hue": hue_of(title)})
    return found


def _searched(visit: Visit) -> list[ObjectSpec]:
    """The objects with the feature `search` the reader may see: in the order of the menu, then those not in it."""
    listed = {spec.name: spec for spec in listed_objects(visit)}
    others = {n: spec for n, spec in visit.snapshot.objects.items() if n not in listed and visit.may(n, Verb.READ)}
    return [spec for spec in (listed | others).values() if spec.has("search")]


def _search(visit: Visit, query: str) -> list[Block]:
    """Records whose title or search fields hold the text, object by object; nothing below two letters."""
    if len(query.strip()) < _SHORTEST:
        return []
    groups = []
    for spec in _searched(visit):
        hits = records.suggest(visit.work, spec.name, query, limit=_MOST_PER_OBJECT)
        if not hits:
            continue
        details = _details(visit, spec, [str(hit["id"]) for hit in hits])
        lines = tuple(
            Line(
                called(visit, spec, hit["id"], hit["title"]),
                record_address(spec.name, hit["id"]),
                spec.definition.icon,
                spec.definition.hue,
                details.get(str(hit["id"]), ""),
            )
            for hit in hits
        )
        groups.append(
            Block(
                spec.name,
                visit.plural(spec),
                spec.definition.icon,
                lines,
                f"{object_address(spec.name)}?{urlencode({'find': query})}",
            )
        )
    return groups


def _details(visit: Visit, spec: ObjectSpec, ids: list[str]) -> dict[str, str]:
    """What tells hits of one title apart, by id: the columns a phone's card of the first list has below the title."""
    views = views_of(visit, spec)
    written = views[0].columns if views and views[0].columns else generated_columns(spec)
    paths = sorted(resolve_paths(visit, spec, written), key=lambda path: path.text != spec.title)
    places = {column.role: at for at, column in enumerate(column_views(visit, spec, paths)) if column.role in _BELOW}
    shown = [paths[places[role]] for role in _BELOW if role in places]
    if not shown:
        return {}
    request = records.ListRequest(
        spec.name, tuple(wanted(shown)), ("id in (" + ", ".join(f"'{id}'" for id in ids) + ")",)
    )
    page = records.list_records(visit.work, request, visit.key)
    rows = row_views(visit, spec, shown, page.records, Presenter(visit), headless=True)
    return {row.id: " · ".join(cell.text for cell in row.cells if cell.text) for row in rows}
