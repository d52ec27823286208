"""References of forms, views, quick create and the menu."""

from collections.abc import Iterator

from formwork.catalog.object import ObjectSpec
from formwork.catalog.usage.use import Reader, Reference, Thing, Use
from formwork.definitions.model import DetailSection, Tab, ViewDef


def of_layout(reader: Reader, spec: ObjectSpec) -> Iterator[Reference]:
    """Everything the layout of an object refers to."""
    layout, name = spec.layout, spec.name
    if layout is None:
        return
    for form in layout.forms.values():
        place = f"{name}.forms.{form.name}"
        yield from _each({(name, one) for one in form.header}, Use("layout", name, f"{place}.header"))
        for tab in form.tabs:
            yield from _of_tab(reader, spec, tab, f"{place}.{tab.id}")
    for view in layout.views.values():
        yield from _each(_of_view(reader, name, view), Use("view", name, f"{name}.views.{view.name}"))
    yield from _each({(name, one) for one in layout.quick}, Use("layout", name, f"{name}.quick"))


def of_navigation(reader: Reader) -> Iterator[Reference]:
    """The objects the menu leads to."""
    for group in reader.snapshot.navigation:
        for item in group.items:
            yield (item.object, ""), Use("navigation", item.object, f"navigation.{group.key}")


def _of_tab(reader: Reader, spec: ObjectSpec, tab: Tab, place: str) -> Iterator[Reference]:
    name = spec.name
    yield from _each(reader.text(tab.visible_when, name), Use("layout", name, place))
    for section in tab.sections:
        use = Use("layout", name, f"{place}.{section.id}")
        target = section.detail if isinstance(section, DetailSection) else name
        things = reader.text(section.visible_when, name)
        if target != name:
            things.add((target, ""))
        for one in section.fields:
            things |= {(target, one.field)} | reader.text(one.visible_when, target)
            things |= reader.text(one.required_when, target)
        yield from _each(things, use)
    for related in tab.related:
        things = {(related.object, ""), (related.object, related.field)}
        for path in (*related.columns, *related.sort):
            things |= reader.path(path, related.object)
        yield from _each(things, Use("layout", name, f"{place}.{related.list}"))


def _of_view(reader: Reader, object: str, view: ViewDef) -> set[Thing]:
    single = (view.group, view.by, view.sum, view.start, view.end, view.title, view.location)
    things = reader.text(view.filter, object)
    for path in (*view.columns, *view.sort, *view.card, *(one for one in single if one)):
        things |= reader.path(path, object)
    return things


def _each(things: set[Thing], use: Use) -> Iterator[Reference]:
    return ((thing, use) for thing in things)
