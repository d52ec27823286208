"""Controls of a form: one field with its raw value, its problems and what its input needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from formwork import records
from formwork.access import Verb
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.field_kind import PRINCIPALS
from formwork.catalog.labels import field_placeholder, option_label, plural_label
from formwork.expressions import Base, Row
from formwork.fieldtypes.attachments import FileType
from formwork.fieldtypes.file_kind import FILE_KINDS
from formwork.forms import FieldView
from formwork.kernel import parse_id
from formwork.records.attachments import readable_files
from formwork.web.currencies import code_of_row, code_path
from formwork.web.inputs import FILES, LISTS, LOOKUPS, UNRESOLVED, Raw
from formwork.web.language import say as _
from formwork.web.present import Presenter, file_line, shown_type
from formwork.web.titles import called
from formwork.web.views.form import Control
from formwork.web.views.shown import Option, Shown
from formwork.web.visit import Visit, object_address

_WIDE = frozenset({"long_text", "rich_text", "json", "address", "signature"})
_WIDGETS = {"principal": "lookup", "user": "lookup", "user_list": "many_to_many"}


def control_id(name: str) -> str:
    """The id a control of this name has on the page of its form, for addresses that lead to it."""
    return f"f-{name.replace('.', '-')}"


@dataclass
class Controls:
    """Makes the controls of one form. Titles of chosen records are read together by `learn`."""

    visit: Visit
    spec: ObjectSpec
    record_type: str | None
    present: Presenter
    row: Row | None = None
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    files: dict[str, Shown] = field(default_factory=dict)

    def learn(self, pairs: Sequence[tuple[FieldSpec, Raw]]) -> None:
        """Read the titles of the records these raw values name."""
        wanted: dict[str, set[UUID]] = {}
        self._learn_files(pairs)
        for one, raw in pairs:
            for object, id in _named(one, raw):
                found = parse_id(id)
                if found is not None and self.visit.may(object, Verb.READ):
                    wanted.setdefault(object, set()).add(found)
        for object, ids in wanted.items():
            for id, title in records.titles(self.visit.work, object, sorted(ids)).items():
                self.titles[(object, id)] = called(self.visit, self.visit.snapshot.objects[object], id, title)

    def _learn_files(self, pairs: Sequence[tuple[FieldSpec, Raw]]) -> None:
        ids = {id for one, raw in pairs if one.definition.type in FILES for id in raw}
        found = readable_files(self.visit.work, (known for id in ids if (known := parse_id(id)) is not None))
        self.files |= {str(id): file_line(file.shown(), self.visit.formats) for id, file in found.items()}

    def control(
        self, item: FieldView, raw: Raw, name: str, value: Any, errors: Sequence[str] = (), *, auto: bool = False,
        cell: bool = False,
    ) -> Control:  # fmt: skip
        """The control of a field. `value` is the JSON value shown when it cannot be written.

        Files in the cell of a grid are shown; they are changed on the detail's own form.
        """
        one = item.spec
        common = Control(
            name, control_id(name), item.label, required=item.required, help=item.help, auto=auto,
            errors=tuple(errors),
            placeholder=field_placeholder(self.visit.snapshot, self.visit.locale, one),
            wide=one.definition.type in _WIDE or item.span > 1,
        )  # fmt: skip
        if item.readonly or (cell and one.definition.type in FILES):
            return self._read_only(common, item, value)
        return self._typed(common, one, raw)

    def _read_only(self, common: Control, item: FieldView, value: Any) -> Control:
        money = shown_type(item.spec) == "money"
        shown = self.present.show(item.spec, value, (self._currency(item.spec) or None) if money else None)
        why = {
            "computed": _("calculated"),
            "no_right": _("read only"),
            "management": _("only who manages the organisation changes this"),
        }.get(item.reason, "")
        return replace(common, widget="read_only", output=shown, why=why, required=False)

    def _typed(self, common: Control, one: FieldSpec, raw: Raw) -> Control:
        kind = one.definition.type
        widget = _WIDGETS.get(one.field_type.widget, one.field_type.widget)
        common = replace(common, widget=widget, unit=self._unit(one), max_length=one.definition.settings.get("max")
                       if kind in ("text", "long_text") else None)  # fmt: skip
        if kind in FILES:
            return self._files(common, one, raw)
        if kind in LISTS and isinstance(raw, list):
            return self._several(common, one, raw)
        if kind in LOOKUPS or kind == "polymorphic_lookup":
            return self._lookup(common, one, raw)
        if isinstance(raw, dict):
            return replace(common, parts=tuple(_part(common, one, part, text) for part, text in raw.items()))
        text = raw if isinstance(raw, str) else ""
        if kind == "rating":
            most = int(one.definition.settings.get("max", 5))
            return replace(common, value=text, options=tuple(Option(str(n), str(n)) for n in range(1, most + 1)))
        if one.options:
            return replace(common, value=text, options=self._options(one, text))
        return replace(common, value=text)

    def _files(self, common: Control, one: FieldSpec, raw: Raw) -> Control:
        settings, type_ = one.definition.settings, one.field_type
        words = type_.accepted(settings) if isinstance(type_, FileType) else ()
        kinds = [] if len(words) == len(FILE_KINDS) else [FILE_KINDS[word] for word in words]
        accept = [name for kind in kinds for name in (kind.media, f".{kind.word}", *(f".{a}" for a in kind.aliases))]
        size = settings.get("max_size")
        hint = [", ".join(kind.word.upper() for kind in kinds)] if kinds else []
        hint += [_("up to %(size)s MB", size=size)] if size else []
        return replace(
            common, files=tuple(self.files[id] for id in raw if id in self.files), accept=",".join(accept),
            multiple=bool(settings.get("multiple")), unit=" · ".join(hint),
            lookup=f"{object_address(one.object)}/files?field={one.name}",
        )  # fmt: skip

    def _unit(self, one: FieldSpec) -> str:
        if one.definition.type == "money":
            currency = self._currency(one)
            return self.visit.formats.currency_sign(currency) if currency else ""
        return {"percent": "%", "duration": _("h:mm")}.get(one.definition.type, "")

    def _currency(self, one: FieldSpec) -> str:
        """The code of the currency an amount is in as the record stands; none of a detail's: its column has it."""
        code = code_path(self.visit, one.object, one.name)
        if not code:
            return self.visit.formats.currency
        return code_of_row(self.visit, one.object, self.row, code) if one.object == self.spec.name else ""

    def _options(self, one: FieldSpec, *chosen: str) -> tuple[Option, ...]:
        types = self.spec.definition.record_types
        allowed = types[self.record_type].options if self._is_typed(one) and self.record_type else {}
        codes = [
            code for code, option in one.options.items()
            if code in chosen or (option.active and (one.name not in allowed or code in allowed[one.name]))
        ]  # fmt: skip
        return tuple(Option(code, option_label(self.visit.snapshot, self.visit.locale, one, code)) for code in codes)

    def _is_typed(self, one: FieldSpec) -> bool:
        """True for a field of the record itself while it is of a record type."""
        return one.object == self.spec.name and self.record_type in self.spec.definition.record_types

    def _several(self, common: Control, one: FieldSpec, raw: list[str]) -> Control:
        if one.definition.type == "multi_select":
            return replace(common, values=tuple(raw), options=self._options(one, *raw))
        target = one.targets[0]
        chosen = tuple(Option(id, self.titles.get((target, id), id[:8])) for id in raw)
        return replace(common, chosen=chosen, lookup=lookup_address(one))

    def _lookup(self, common: Control, one: FieldSpec, raw: Raw) -> Control:
        chosen = raw["object"] if isinstance(raw, dict) else ""
        id = raw["id"] if isinstance(raw, dict) else raw if isinstance(raw, str) else ""
        shown = next((title for (_object, key), title in self.titles.items() if key == id), "")
        if id.startswith(UNRESOLVED):
            shown, id = id.removeprefix(UNRESOLVED), ""
        source = lookup_address(one)
        options: tuple[Option, ...] = ()
        if one.definition.type == "polymorphic_lookup":
            usable = [name for name in one.targets if self.visit.may(name, Verb.READ)]
            chosen = chosen or (usable[0] if usable else "")
            options = tuple(
                Option(
                    name,
                    plural_label(self.visit.snapshot, self.visit.locale, self.visit.snapshot.objects[name]),
                    name == chosen,
                )
                for name in usable
            )
            source = f"{source}&object={chosen}"
        return replace(common, value=id, shown=shown, lookup=source, needs=" ".join(filter_needs(one)), options=options)


def _part(common: Control, one: FieldSpec, part: str, text: str) -> Control:
    words = {
        "street": _("Street"), "line2": _("Second line"), "city": _("City"), "province": _("Province or state"),
        "postcode": _("Postcode"), "country": _("Country code"), "lat": _("Latitude"), "lon": _("Longitude"),
    }  # fmt: skip
    return Control(f"{common.name}.{part}", f"{common.id}-{part}", words[part], value=text)


def _named(one: FieldSpec, raw: Raw) -> list[tuple[str, str]]:
    if isinstance(raw, dict):
        return [(raw["object"], raw["id"])] if raw.get("object") in one.targets and raw.get("id") else []
    if one.definition.type in LOOKUPS and isinstance(raw, str):
        return [(target, raw) for target in targets_of(one)] if raw else []
    if one.definition.type in LISTS - {"multi_select"} and isinstance(raw, list):
        return [(one.targets[0], id) for id in raw]
    return []


def targets_of(one: FieldSpec) -> Sequence[str]:
    """The objects whose records may be chosen; an owner is a person, a group or a queue."""
    return PRINCIPALS if one.definition.type == "principal" else one.targets


def lookup_address(one: FieldSpec) -> str:
    """Where the suggestions of a look-up field come from."""
    return f"{object_address(one.object)}/lookup?field={one.name}"


def filter_needs(one: FieldSpec) -> list[str]:
    """The fields of the asking record that a look-up's filter reads."""
    if one.filter is None:
        return []
    asked = [path for path in one.filter.paths if path.base is Base.THIS]
    return sorted({path.hops[0].field if path.hops else path.field for path in asked})
