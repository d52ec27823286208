"""The shell around a page: navigation from metadata, what may be created, the person and their look."""

from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import group_label, part_label
from formwork.web.areas import setup_item, studio_item
from formwork.web.language import LANGUAGES, tag_of
from formwork.web.language import say as _
from formwork.web.views.shell import NavGroup, NavItem, Notice, Person, ShellView
from formwork.web.views.shown import Option, hue_of, initials_of
from formwork.web.visit import Visit, object_address, record_address


def build_shell(visit: Visit, path: str, notices: tuple[Notice, ...] = ()) -> ShellView:
    """The frame of a page at `path`."""
    actor = visit.actor
    home = NavItem(_("Home"), "/", "home", path == "/")
    last = (NavGroup("", tuple(one for one in (studio_item(visit, path), setup_item(visit, path)) if one)),)
    return ShellView(
        tenant=visit.tenant_label,
        lang=tag_of(visit.locale),
        person=Person(actor.name, initials_of(actor.name), hue_of(actor.name), record_address("user", actor.user)),
        groups=(NavGroup("", (home,)), *_groups(visit, path), *last),
        create=_creatable(visit),
        links=(NavItem(_("API"), "/api/v1/docs", "code"),),
        languages=tuple(Option(code, name, code == visit.locale) for code, name in LANGUAGES.items()),
        look=visit.look,
        notices=notices,
    )


def listed_objects(visit: Visit) -> list[ObjectSpec]:
    """The objects of the navigation the reader may see, in its order, then those it does not place."""
    return [*_placed(visit), *_unplaced(visit)]


def _names(visit: Visit) -> dict[str, None]:
    """The objects the navigation places, in its order."""
    return dict.fromkeys(item.object for group in visit.snapshot.navigation for item in group.items)


def _placed(visit: Visit) -> list[ObjectSpec]:
    return [visit.snapshot.objects[name] for name in _names(visit) if visit.may(name, Verb.READ)]


def _unplaced(visit: Visit) -> list[ObjectSpec]:
    """The objects the reader may see that no navigation places, by name; details are found at their master."""
    placed = _names(visit)
    found = [
        spec
        for name, spec in visit.snapshot.objects.items()
        if name not in placed and spec.master is None and not spec.definition.system and visit.may(name, Verb.READ)
    ]
    return sorted(found, key=lambda spec: (visit.plural(spec), spec.name))


def _groups(visit: Visit, path: str) -> list[NavGroup]:
    found = []
    for group in visit.snapshot.navigation:
        items = tuple(
            _item(visit, item.object, item.views, path) for item in group.items if visit.may(item.object, Verb.READ)
        )
        if items:
            label = group_label(visit.snapshot, visit.locale, group.key, group.label or group.key.capitalize())
            found.append(NavGroup(label, items))
    rest = tuple(_item(visit, spec.name, (), path) for spec in _unplaced(visit))
    return [*found, NavGroup(_("More"), rest)] if rest else found


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
    """Every object the reader may make records of, in the order of the navigation; details are made at their master.

    The menu scrolls, and the palette finds what stands in it.
    """
    return (*_new(visit, _placed(visit)), *_new(visit, _unplaced(visit)))


def _new(visit: Visit, objects: list[ObjectSpec]) -> list[NavItem]:
    may = [spec for spec in objects if spec.master is None and visit.may(spec.name, Verb.CREATE)]
    return [NavItem(visit.label(spec), f"{object_address(spec.name)}/new", spec.definition.icon) for spec in may]
