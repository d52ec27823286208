"""A layout with what the tenant's layer says of it: forms, tabs, sections, placements, related lists, views, prints."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from formwork.catalog.findings import Findings
from formwork.catalog.layer.form import FormLayer
from formwork.catalog.layer.parts import Said, is_sound, lay, lay_names, named
from formwork.definitions.dump.field import thaw
from formwork.definitions.dump.layout import dump_print, dump_view
from formwork.definitions.layer import TENANT
from formwork.definitions.model import LayoutDef, PackageContent, PrintDef, Source, ViewDef
from formwork.definitions.parse.layout import parse_assignments, parse_print, parse_view


def lay_layout(base: LayoutDef | None, extension: LayoutDef, findings: Findings) -> LayoutDef:
    """The layout under the layer; what the layer says alone where no package has one."""
    before = base or LayoutDef(extension.object, extension.package, source=extension.source)
    layer = _LayoutLayer(before, extension.source, findings)
    forms = dict(extension.layer.get("forms", {}))
    assigned = parse_assignments(forms.pop("assign", ()), extension.source)
    kept = lay(before.forms, named(forms, extension.source.below("forms")), layer.form, findings)
    gone = before.forms.keys() - kept.keys()
    return replace(
        before,
        forms=kept,
        assign=(*assigned, *(one for one in before.assign if one.form not in gone)),
        views=layer.views(extension.layer.get("views", {})),
        prints=layer.prints(extension.layer.get("prints", {})),
        quick=lay_names(before.quick, extension.layer.get("quick", ()), extension.source.below("quick"), findings),
    )


def hidden_views(layouts: Sequence[LayoutDef]) -> dict[str, frozenset[str]]:
    """The views a layer hides, by object: menus of packages go on naming them."""
    return {
        one.object: frozenset(name for name, said in one.layer.get("views", {}).items() if said.get("hidden"))
        for one in layouts
        if one.layer.get("views")
    }


def layouts_of_layer(packages: Sequence[PackageContent]) -> list[LayoutDef]:
    """What the layer among the packages says of layouts."""
    return [layout for package in packages if package.name == TENANT for layout in package.layouts]


class _LayoutLayer:
    def __init__(self, base: LayoutDef, source: Source, findings: Findings) -> None:
        self._base = base
        self._source = source
        self._findings = findings

    def form(self, known: Any, one: Said) -> Any:
        """One form changed, or a new one."""
        return FormLayer(known, one, self._findings).form()

    def views(self, written: Mapping[str, Any]) -> dict[str, ViewDef]:
        """Views by name."""
        return lay(self._base.views, named(written, self._source.below("views")), self._view, self._findings)

    def _view(self, known: ViewDef | None, one: Said) -> ViewDef | None:
        properties = one.properties
        for key in ("columns", "card"):
            if key in properties:
                before = () if known is None else getattr(known, key)
                properties[key] = lay_names(before, properties[key], one.source.below(key), self._findings)
        changes_type = known is not None and properties.get("type", known.type) != known.type
        kept = {} if known is None else _shared(known) if changes_type else dump_view(known)
        data = thaw({**kept, **properties})
        if not is_sound(self._findings, "layout", "view", data, one.source):
            return known
        return parse_view(one.key, data, one.source)

    def prints(self, written: Mapping[str, Any]) -> dict[str, PrintDef]:
        """Prints by name."""
        return lay(self._base.prints, named(written, self._source.below("prints")), self._print, self._findings)

    def _print(self, known: PrintDef | None, one: Said) -> PrintDef | None:
        data = {**({} if known is None else dump_print(known)), **one.properties}
        if not is_sound(self._findings, "layout", "print", data, one.source):
            return known
        return parse_print(one.key, data, one.source)


def _shared(view: ViewDef) -> dict[str, Any]:
    """What a view keeps when it becomes one of another type."""
    keys = ("label", "filter", "columns", "sort", "roles")
    return {key: value for key, value in dump_view(view).items() if key in keys}
