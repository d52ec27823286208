"""The objects by package: where each comes from, whether something was added here, what is not live yet."""

from flask import Flask, Response, request

from formwork.definitions.layer import TENANT
from formwork.definitions.model import ObjectDef
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.changes import changed_fields, object_of
from formwork.web.views.listing import Empty, Tab
from formwork.web.views.studio import ObjectGroup, ObjectLine, ObjectsView

_LONGEST = 100


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(OBJECTS)
    def studio_objects() -> Response:
        find, show = request.args.get("find", "")[:_LONGEST].strip(), request.args.get("show", "")
        with door.reading() as visit:
            return door.page(visit, "pages/studio_objects.html", _view(bench_of(door.runtime, visit), find, show))


def _view(bench: Bench, find: str, show: str) -> ObjectsView:
    pending = unpublished(bench)
    extended = {extension.extends for one in bench.drafted.packages.values() if one.name == TENANT
                for extension in one.extensions}  # fmt: skip
    every = [_line(bench, one, pending, extended) for one in bench.composition.objects.values()]
    kinds = {
        "": every, "unpublished": [one for one in every if one.unpublished], "own": [one for one in every if one.own],
        "extended": [one for one in every if one.extended],
    }  # fmt: skip
    words = {
        "": _("All"), "unpublished": _("Unpublished"), "own": _("Made here"), "extended": _("Extended here"),
    }  # fmt: skip
    show = show if show in kinds else ""
    tabs = tuple(
        Tab(words[key], f"{OBJECTS}?show={key}" if key else OBJECTS, key == show, str(len(lines)))
        for key, lines in kinds.items()
    )
    chosen = [one for one in kinds[show] if _holds(bench, one, find)]
    count = say_count("%(num)d object", "%(num)d objects", len(chosen))
    if chosen:
        empty = None
    elif show == "own" and not find:
        what = _("An object is a kind of record: a vehicle, a visit, a contract.")
        empty = Empty("nothing_yet", _("Nothing is made here yet"), what, "object",
                      action=_("New object"), action_href=f"{OBJECTS}/new")  # fmt: skip
    else:
        why = _("Neither an object nor a field is called so here.")
        empty = Empty("no_match", _("No object is found"), why, "search",
                      action=_("Show all objects"), action_href=OBJECTS)  # fmt: skip
    return ObjectsView(tabs, _groups(bench, chosen), count, find, show, empty)


def unpublished(bench: Bench) -> dict[str, str]:
    """Objects with changes that are not live, and how many in words."""
    found: dict[str, str] = {}
    for one in bench.draft.documents:
        about = object_of(one.path, one.text if one.text is not None else bench.draft.published.get(one.path))
        if not about:
            continue
        if (
            one.path not in bench.draft.published
            and one.path.startswith("objects/")
            and bench.composition.objects.get(about)
            in [made for layer in bench.drafted.packages.values() if layer.name == TENANT for made in layer.objects]
        ):
            found[about] = _("New")
        elif about not in found:
            count = len(changed_fields(bench.draft, one.path)) or 1
            found[about] = say_count("%(num)d changed", "%(num)d changed", count)
    return found


def _line(bench: Bench, one: ObjectDef, pending: dict[str, str], extended: set[str]) -> ObjectLine:
    layout = bench.composition.layouts.get(one.name)
    return ObjectLine(
        one.name, bench.label(one), f"{OBJECTS}/{one.name}", one.icon, one.hue,
        bench.package_label(one.package), one.name in extended, one.package == TENANT, len(bench.fields(one)),
        len(one.record_types), len(layout.views) if layout is not None else 0, pending.get(one.name, ""),
    )  # fmt: skip


def _holds(bench: Bench, line: ObjectLine, find: str) -> bool:
    if not find:
        return True
    wanted = find.casefold()
    if wanted in line.label.casefold() or wanted in line.name:
        return True
    fields = bench.fields(bench.composition.objects[line.name])
    return any(wanted in name or wanted in one.label.casefold() for name, one in fields.items())


def _groups(bench: Bench, lines: list[ObjectLine]) -> tuple[ObjectGroup, ...]:
    by_package: dict[str, list[ObjectLine]] = {}
    for line in lines:
        by_package.setdefault(bench.composition.objects[line.name].package, []).append(line)
    order = sorted(by_package, key=lambda name: (name == TENANT, bench.package_label(name).casefold()))
    return tuple(
        ObjectGroup(
            _("Made here") if name == TENANT else bench.package_label(name),
            say_count("%(num)d object", "%(num)d objects", len(by_package[name])),
            tuple(sorted(by_package[name], key=lambda line: line.label.casefold())),
        )
        for name in order
    )
