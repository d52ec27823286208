"""What is changed and not live yet, by document and in words, with the page where one goes on with it."""

from collections.abc import Collection, Mapping
from typing import Any

from formwork.definitions.layer import TENANT
from formwork.definitions.model import Finding
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.publishing.draft import Draft, DraftDocument
from formwork.web.language import say as _
from formwork.web.pages.setup.person_choice import name_of_person
from formwork.web.pages.studio.bench import ADDRESS, OBJECTS, Bench
from formwork.web.views.studio import Changed, Trouble

_MOST_PARTS = 6


def changed_documents(bench: Bench, chosen: Collection[str] | None = None) -> tuple[Changed, ...]:
    """Every changed document; `chosen` are those that are ticked, None for all."""
    return tuple(_changed(bench, one, chosen) for one in bench.draft.documents)


def changed_fields(draft: Draft, path: str) -> frozenset[str]:
    """The names of fields a document changes, removed ones too."""
    before, after = _data(draft.published.get(path)).get("fields"), _data(draft.text(path)).get("fields")
    old, new = _mapping(before), _mapping(after)
    return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def object_of(path: str, text: str | None) -> str:
    """The object a document is about, blank for one about none."""
    data = _data(text)
    name = data.get("object") or data.get("extends")
    shelf, _rest, stem = path.partition(f"/{TENANT}/")
    if name is None and shelf in ("objects", "layouts"):
        name = stem.removesuffix(".yaml")
    return str(name or "")


def _changed(bench: Bench, one: DraftDocument, chosen: Collection[str] | None) -> Changed:
    published = bench.draft.published.get(one.path)
    about = object_of(one.path, one.text if one.text is not None else published)
    definition = bench.composition.objects.get(about) if about else None
    visit = bench.visit
    label, icon, hue, href = _words(one.path), "file", "grey", yaml_address(one.path)
    if definition is not None:
        label, icon, hue = bench.label(definition), definition.icon, definition.hue
        href = f"{OBJECTS}/{about}"
        if one.path.startswith("layouts/"):
            label = _("Forms and lists of %(object)s", object=label)
    is_new = definition is not None and about not in visit.snapshot.objects
    mark = _("Removed") if one.text is None else _("New") if is_new else _("Changed")
    return Changed(
        one.path, label, href, icon, hue, mark, _parts(bench, about, published, one.text),
        (name_of_person(visit, one.by) if one.by is not None else "") or "", visit.formats.moment(one.at), one.version,
        yaml_address(one.path), bench.draft.is_behind(one), chosen is None or one.path in chosen,
    )  # fmt: skip


def yaml_address(path: str) -> str:
    """The page that shows a document as it is written."""
    return f"{ADDRESS}/yaml/{path}"


def _words(path: str) -> str:
    match path.split("/"):
        case ["metadata", _package, "permissions.yaml"]:
            return _("Roles and rights")
        case ["metadata", _package, "navigation.yaml"]:
            return _("Menu")
        case ["metadata", _package, "package.yaml"]:
            return _("About the package")
    return path


def _parts(bench: Bench, about: str, before: str | None, after: str | None) -> tuple[str, ...]:
    old, new = _data(before), _data(after)
    if after is None or about == "":
        return ()
    was, now = _mapping(old.get("fields")), _mapping(new.get("fields"))
    told = []
    for name in dict.fromkeys([*now, *was]):
        label = _label(bench, about, name, now.get(name) or was.get(name))
        if name not in was:
            is_whole = isinstance(now[name], dict) and "type" in now[name]
            told.append(_("new field %(field)s", field=label) if is_whole else _("field %(field)s", field=label))
        elif name not in now:
            told.append(_("without field %(field)s", field=label))
        elif was[name] != now[name]:
            told.append(_("field %(field)s", field=label))
    if before is not None and {k: v for k, v in old.items() if k != "fields"} != {
        k: v for k, v in new.items() if k != "fields"
    }:
        told.append(_("the object itself"))
    if len(told) > _MOST_PARTS:
        more = _("%(count)s more", count=len(told) - _MOST_PARTS)
        return (*told[:_MOST_PARTS], more)
    return tuple(told)


def _label(bench: Bench, about: str, name: str, written: Any) -> str:
    if isinstance(written, dict) and isinstance(written.get("label"), str):
        return str(written["label"])
    definition = bench.composition.objects.get(about)
    found = definition.fields.get(name) if definition is not None else None
    return bench.field_label(about, found) if found is not None else name


def troubles(bench: Bench, findings: Collection[Finding]) -> tuple[Trouble, ...]:
    """Problems with the page where each is mended."""
    return tuple(
        Trouble(one.message, one.mend, f"{one.file}:{one.line}" if one.file else "", _place(bench, one),
                one.severity == "error")
        for one in sorted(findings, key=lambda one: (one.severity != "error", one))
    )  # fmt: skip


def _place(bench: Bench, one: Finding) -> str:
    text = bench.files.get(one.file)
    about = object_of(one.file, text)
    if about not in bench.composition.objects:
        return yaml_address(one.file) if text is not None else ""
    field, _key = part_of(text or "", one)
    fields = bench.composition.objects[about].fields
    if field in fields and one.file.startswith("objects/"):
        return f"{OBJECTS}/{about}/fields/{field}"
    return f"{OBJECTS}/{about}"


def part_of(text: str, one: Finding) -> tuple[str, str]:
    """The field of a document a finding is about, by its place, and the property of it; blank for neither."""
    places = read_yaml(text.encode("utf-8", "surrogatepass"), one.file).source.positions
    before = [(place, path) for path, place in places.items() if place <= (one.line, one.column)]
    path = max(before, key=lambda found: found[0])[1] if before else ()
    if len(path) < 2 or path[0] != "fields":
        return "", ""
    return str(path[1]), str(path[2]) if len(path) > 2 else ""


def _data(text: str | None) -> Mapping[str, Any]:
    data = None if text is None else read_yaml(text.encode("utf-8", "surrogatepass"), "").data
    return data if isinstance(data, dict) else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
