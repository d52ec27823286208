"""One object: its fields with type, rules and origin, and the documents behind it."""

from flask import Flask, Response, request

from formwork.definitions.edit.objects import document_of
from formwork.definitions.layer import TENANT
from formwork.definitions.model import FieldDef, ObjectDef
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.changes import changed_fields
from formwork.web.pages.studio.field_types import type_icon, type_label
from formwork.web.views.listing import Tab
from formwork.web.views.studio import FieldLine, FieldsView, ObjectHead, YamlView
from formwork.web.visit import object_address

_LONGEST = 100


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(f"{OBJECTS}/<object>")
    def studio_object(object: str) -> Response:
        find = request.args.get("find", "")[:_LONGEST].strip()
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            definition = bench.object(object)
            view = FieldsView(
                object_head(bench, definition, "fields"), field_lines(bench, definition, find),
                f"{OBJECTS}/{object}/fields/new", find,
            )  # fmt: skip
            return door.page(visit, "pages/studio_object.html", view)

    @app.get(f"{OBJECTS}/<object>/yaml")
    def studio_object_yaml(object: str) -> Response:
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            definition = bench.object(object)
            files = bench.files
            paths = dict.fromkeys([document_of(files, object), f"layouts/{TENANT}/{object}.yaml"])
            documents = tuple((path, files[path]) for path in paths if path in files)
            view = YamlView(object_head(bench, definition, "yaml"), documents)
            return door.page(visit, "pages/studio_yaml.html", view)


def object_head(bench: Bench, definition: ObjectDef, tab: str) -> ObjectHead:
    """What stands above every page of an object."""
    name, own = definition.name, definition.package == TENANT
    address = f"{OBJECTS}/{name}"
    tabs = (
        Tab(_("Fields"), address, tab == "fields", str(len(bench.fields(definition)))),
        Tab(_("Validation"), f"{address}/rules", tab == "rules", str(len(definition.validations) or "")),
        Tab(_("Rights"), f"{address}/rights", tab == "rights"),
        Tab(_("Names and looks"), f"{address}/settings", tab == "settings"),
        Tab(_("YAML"), f"{address}/yaml", tab == "yaml"),
    )
    extended = not own and document_of(bench.files, name) in bench.files
    live = name in bench.visit.snapshot.objects
    return ObjectHead(
        name, bench.label(definition), definition.icon, definition.hue,
        _("Made here") if own else bench.package_label(definition.package), own, extended, tabs,
        object_address(name) if live else "", len(bench.draft.documents),
    )  # fmt: skip


def field_lines(bench: Bench, definition: ObjectDef, find: str = "") -> tuple[FieldLine, ...]:
    """The fields of an object whose name or label holds `find`."""
    name, wanted = definition.name, find.casefold()
    changed = changed_fields(bench.draft, document_of(bench.files, name))
    lines = []
    for field in bench.fields(definition).values():
        label = bench.field_label(name, field)
        if wanted and wanted not in label.casefold() and wanted not in field.name:
            continue
        if field.twin_of is not None:
            continue
        origin = bench.origin(name, field.name)
        lines.append(FieldLine(
            field.name, label, f"{OBJECTS}/{name}/fields/{field.name}", type_icon(field.type),
            type_label(field.type), _rules(definition, field),
            "" if origin == definition.package else bench.package_label(origin), origin == TENANT,
            _state(bench, name, field.name) if field.name in changed else "",
        ))  # fmt: skip
    return tuple(lines)


def _state(bench: Bench, object: str, field: str) -> str:
    live = bench.visit.snapshot.objects.get(object)
    if live is None or field not in live.fields:
        return _("New")
    return _("Hidden") if bench.fields(bench.object(object))[field].hidden else _("Changed")


def _rules(definition: ObjectDef, field: FieldDef) -> str:
    words = (
        (field.hidden, _("Hidden")), (definition.title == field.name, _("Title")), (field.required, _("Required")),
        (field.required_when is not None, _("Required at times")), (field.unique, _("Unique")),
        (field.history, _("History")), (field.searchable, _("Searchable")), (field.restricted, _("Restricted")),
        (field.personal, _("Personal data")), (bool(field.settings.get("stored")), _("Stored")),
    )  # fmt: skip
    return ", ".join(word for holds, word in words if holds)
