"""The shell around a page: navigation from metadata, what may be created, the person and their look."""

from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import group_label, part_label
from formwork.web.language import LANGUAGES, tag_of
from formwork.web.language import say as _
from formwork.web.views.shell import NavGroup, NavItem, Notice, Person, ShellView
from formwork.web.views.shown import Option, hue_of, initials_of
from formwork.web.visit import Visit, object_address, record_address

_MOST_CREATE = 12


def build_shell(visit: Visit, path: str, notices: tuple[Notice, ...] = ()) -> ShellView:
    """The frame of a page at `path`."""
    actor = visit.actor
    home = NavItem(_("Home"), "/", "home", path == "/")
    return ShellView(
        tenant=visit.tenant_label,
        lang=tag_of(visit.locale),
        person=Person(actor.name, initials_of(actor.name), hue_of(actor.name), record_address("user", actor.user)),
        groups=(NavGroup("", (home,)), *_groups(visit, path)),
        create=_creatable(visit),
        links=(NavItem(_("API"), "/api/v1/docs", "code"),),
        languages=tuple(Option(code, name, code == visit.locale) for code, name in LANGUAGES.items()),
        look=visit.look,
        notices=notices,
    )


def listed_objects(visit: Visit) -> list[ObjectSpec]:
    """The objects of the navigation the reader may see, in its order."""
    names = [item.object for group in visit.snapshot.navigation for item in group.items]
    return [visit.snapshot.objects[name] for name in dict.fromkeys(names) if visit.may(name, Verb.READ)]


def _groups(visit: Visit, path: str) -> list[NavGroup]:
    found = []
    for group in visit.snapshot.navigation:
        items = tuple(
            _item(visit, item.object, item.views, path) for item in group.items if visit.may(item.object, Verb.READ)
        )
        if items:
            label = group_label(visit.snapshot, visit.locale, group.key, group.label or group.key.capitalize())
            found.append(NavGroup(label, items))
    return found


def _item(visit: Visit, object: str, views: tuple[str, ...], path: str) -> NavItem:
    spec = visit.snapshot.objects[object]
    address = object_address(object)
    current = path == address or path.startswith(f"{address}/")
    sub = tuple(_view(visit, spec, name) for name in views if _is_list(spec, name)) if current else ()
    return NavItem(visit.plural(spec), address, spec.definition.icon, current, sub)


def _is_list(spec: ObjectSpec, view: str) -> bool:
    return spec.layout is not None and view in spec.layout.views and spec.layout.views[view].type == "list"


def _view(visit: Visit, spec: ObjectSpec, name: str) -> NavItem:
    written = spec.layout.views[name].label if spec.layout is not None else name
    label = part_label(visit.snapshot, visit.locale, spec, "views", name, written)
    return NavItem(label, f"{object_address(spec.name)}?view={name}")


def _creatable(visit: Visit) -> tuple[NavItem, ...]:
    found = [
        NavItem(visit.label(spec), f"{object_address(spec.name)}/new", spec.definition.icon)
        for spec in listed_objects(visit)
        if spec.master is None and visit.may(spec.name, Verb.CREATE)
    ]
    return tuple(found[:_MOST_CREATE])
