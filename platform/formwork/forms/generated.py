"""The form and list an object gets when nobody wrote a layout: useful from the object alone."""

from formwork.catalog import FieldSpec, ListKind, ObjectSpec, Snapshot
from formwork.definitions.model import DetailSection, FieldPlacement, FieldSection, Form, RelatedList, Tab

_WIDE = frozenset({"long_text", "rich_text", "address", "json"})
_MOST_COLUMNS = 7
_MOST_GRID_COLUMNS = 8


def generated_form(snapshot: Snapshot, spec: ObjectSpec) -> Form:
    """One tab with what people fill in, what is computed, and the details; another with related lists."""
    own = [field for field in spec.fields.values() if not (field.system or field.twin_of or _is_master(spec, field))]
    filled = [field for field in own if not field.computed and field.definition.type not in _WIDE]
    wide = [field for field in own if field.definition.type in _WIDE]
    computed = [field for field in own if field.computed]
    sections: list[FieldSection | DetailSection] = [FieldSection("main", spec.definition.label, _placed(filled))]
    if wide:
        sections.append(FieldSection("more", "More", _placed(wide), columns=1))
    if computed:
        sections.append(FieldSection("computed", "Computed", _placed(computed)))
    for item in spec.details:
        names = generated_columns(snapshot.objects[item.object], _MOST_GRID_COLUMNS)
        placed = tuple(FieldPlacement(name) for name in names)
        sections.append(DetailSection(item.name, item.object, placed, snapshot.objects[item.object].definition.plural))
    tabs = [Tab("details", "Details", tuple(sections))]
    related = tuple(
        RelatedList(item.object, item.via, snapshot.objects[item.object].definition.plural)
        for item in spec.lists.values()
        if item.kind is ListKind.LOOKUP
    )
    if related:
        tabs.append(Tab("related", "Related", (), related))
    header = tuple(field.name for field in own if field.name != spec.title)[:5]
    return Form("generated", header, tuple(tabs))


def generated_columns(spec: ObjectSpec, most: int = _MOST_COLUMNS) -> tuple[str, ...]:
    """The fields a list shows: the title, then the first short fields of the object."""
    short = [
        field.name
        for field in spec.fields.values()
        if not field.system
        and field.twin_of is None
        and not _is_master(spec, field)
        and field.name != spec.title
        and field.definition.type not in _WIDE | {"file", "image", "signature", "secret"}
        and field.side_table is None
    ]
    title = [spec.title] if spec.title != "id" and not _is_master(spec, spec.fields[spec.title]) else []
    return tuple([*title, *short][:most]) or ("id",)


def _is_master(spec: ObjectSpec, field: FieldSpec) -> bool:
    return spec.master is not None and field.name == spec.master.field


def _placed(fields: list[FieldSpec]) -> tuple[FieldPlacement, ...]:
    return tuple(FieldPlacement(field.name) for field in fields)
