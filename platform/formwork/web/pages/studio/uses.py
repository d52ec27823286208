"""Who uses a field of the version in force, in words."""

from formwork.catalog.usage import Use, usage_of
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import Bench

_MOST = 30


def use_lines(bench: Bench, object: str, field: str) -> tuple[tuple[str, str], ...]:
    """Each use: what it is, and where it stands."""
    live = bench.visit.snapshot.objects.get(object)
    if live is None or field not in live.fields:
        return ()
    found = usage_of(bench.visit.snapshot).of(object, field)
    lines = list(dict.fromkeys((_kind(one), _place(bench, one)) for one in found))
    if len(lines) > _MOST:
        return (*lines[:_MOST], ("", _("%(count)s more", count=len(lines) - _MOST)))
    return tuple(lines)


def _kind(use: Use) -> str:
    words = {
        "formula": _("Formula"), "rollup": _("Roll-up"), "default": _("Default value"), "filter": _("Choice of a link"),
        "condition": _("Condition"), "lookup": _("Link"), "consent": _("Consent"), "title": _("Title"),
        "sharing": _("Sharing"), "master": _("Part of"), "validation": _("Validation"), "unique": _("Unique rule"),
        "index": _("Index"), "record_type": _("Record type"), "retention": _("Retention"), "layout": _("Form"),
        "view": _("List"), "navigation": _("Menu"), "permission": _("Rights"), "sharing_rule": _("Sharing rule"),
        "mapping": _("Mapping"), "conversion": _("Conversion"), "import": _("Import mapping"),
    }  # fmt: skip
    return words.get(use.kind, use.kind)


def _place(bench: Bench, use: Use) -> str:
    definition = bench.composition.objects.get(use.object)
    if definition is None:
        return use.place
    label = bench.label(definition)
    field = definition.fields.get(use.by)
    if field is not None:
        return f"{label}, {bench.field_label(use.object, field)}"
    return f"{label}, {use.place.removeprefix(use.object + '.')}"
