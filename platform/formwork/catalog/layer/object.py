"""An object with what the tenant's layer says of it: properties, features, fields, record types and rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from formwork.catalog.findings import Findings
from formwork.catalog.layer.parts import Said, is_sound, lay, listed, named, switched
from formwork.definitions.dump.object import dump_record_type, dump_unique, dump_validation
from formwork.definitions.model import (
    SYSTEM_FIELDS,
    FieldChange,
    FieldDef,
    IndexRule,
    ObjectDef,
    ObjectExtension,
    RecordType,
    Source,
    UniqueRule,
    ValidationRule,
)
from formwork.definitions.parse import apply_change
from formwork.definitions.parse.object import parse_record_type, parse_unique, parse_validation

_PLAIN = ("label", "plural", "icon", "hue", "title", "summary")


def lay_object(base: ObjectDef, extension: ObjectExtension, findings: Findings) -> ObjectDef:
    """The object under the layer; its fields have been changed before."""
    said, source = extension.layer, extension.source
    layer = _ObjectLayer(base, source, findings)
    _check_hidden(base, str(said.get("title", base.title)), source, findings)
    return replace(
        base,
        **{key: said[key] for key in _PLAIN if key in said and layer.fits(key, said[key])},
        **layer.sharing(said.get("sharing")),
        features=switched(base.features, said.get("features", ())),
        record_types=layer.record_types(said.get("record_types", {})),
        validations=layer.validations(said.get("validations", ())),
        unique=layer.unique(said.get("unique", ())),
        indexes=layer.indexes(said.get("indexes", ())),
    )


def _check_hidden(base: ObjectDef, title: str, source: Source, findings: Findings) -> None:
    """Records have to be named and made without the fields that are hidden."""
    for name, field in base.fields.items():
        if field.hidden and name == title:
            message, mend = (
                f"`{name}` is what records of `{base.name}` are called by.",
                "Name another field as `title:`.",
            )
        elif field.hidden and field.required and field.default is None:
            message, mend = (
                f"`{name}` has to be filled.",
                "Say `required: false` or a `default:` beside `hidden: true`.",
            )
        else:
            continue
        findings.at(source.at("fields", name), "hidden_needed", f"fields.{name}.hidden", message, mend)


def lay_field(field: FieldDef, change: FieldChange, findings: Findings) -> FieldDef:
    """A field under the layer, its options changed, moved and switched off by their codes."""
    options = change.properties.get("options", {})
    plain = {code: _without_after(one) for code, one in options.items()}
    properties = {**change.properties, **({"options": plain} if plain else {})}
    after = replace(apply_change(field, replace(change, properties=properties)), source=change.source)
    if plain and "options" in after.settings:
        said = named(options, change.source.below("options"))
        ordered = lay(after.settings["options"], said, lambda known, _: known, findings)
        after = replace(after, settings={**after.settings, "options": ordered})
    return after


def _without_after(written: Any) -> Any:
    return written if isinstance(written, str) else {key: one for key, one in written.items() if key != "after"}


class _ObjectLayer:
    def __init__(self, base: ObjectDef, source: Source, findings: Findings) -> None:
        self._base = base
        self._source = source
        self._findings = findings

    def fits(self, key: str, value: str) -> bool:
        """Whether a property can be said; a title names a field that is there."""
        fields = self._base.fields
        if key != "title" or value in fields or value in SYSTEM_FIELDS:
            return True
        message = f"There is no field `{value}` on `{self._base.name}`."
        mend = self._findings.choice(value, fields, f"Name a field of `{self._base.name}`.")
        self._findings.at(self._source.at("title"), "unknown_field", "title", message, mend)
        return False

    def sharing(self, written: Any) -> dict[str, Any]:
        """The baseline said, unless a master has the say."""
        if written is None:
            return {}
        if self._base.master is not None:
            message = f"The records of `{self._base.name}` follow their master, so they have no sharing of their own."
            self._findings.at(self._source.at("sharing"), "follows_master", "sharing", message, "Remove `sharing`.")
            return {}
        if isinstance(written, Mapping):
            return {"sharing": "parent", "parent": written["parent"]}
        return {"sharing": written, "parent": None}

    def record_types(self, written: Mapping[str, Any]) -> dict[str, RecordType]:
        """Record types changed and added; one that is hidden stays for the records that have it."""
        if not written:
            return dict(self._base.record_types)
        said = named(written, self._source.below("record_types"))
        types = lay(self._base.record_types, said, self._record_type, self._findings, hide=_hidden)
        default = next((one.key for one in said if one.body.get("default")), None)
        if default is not None:
            types = {code: replace(one, default=code == default) for code, one in types.items()}
        if all(one.hidden for one in types.values()):
            self._findings.at(
                self._source.at("record_types"), "no_record_type", "record_types",
                f"No record type of `{self._base.name}` is left.", "Leave one of them that is not hidden.",
            )  # fmt: skip
        return types

    def _record_type(self, known: RecordType | None, one: Said) -> RecordType | None:
        before = {} if known is None else dump_record_type(known)
        options = {**before.get("options", {}), **one.properties.get("options", {})}
        written = {**before, **one.properties} | ({"options": options} if options else {})
        if not is_sound(self._findings, "object", "record_type", written, one.source):
            return None
        return parse_record_type(one.key, written, one.source)

    def validations(self, written: Sequence[Any]) -> tuple[ValidationRule, ...]:
        """Validation rules by name."""
        known = {rule.name: rule for rule in self._base.validations}
        said = listed(written, self._source.below("validations"), "rule")
        return tuple(lay(known, said, self._validation, self._findings).values())

    def _validation(self, known: ValidationRule | None, one: Said) -> ValidationRule | None:
        written = {**({} if known is None else dump_validation(known)), **one.properties}
        if not is_sound(self._findings, "object", "validation", written, one.source):
            return None
        return parse_validation(written, one.source)

    def unique(self, written: Sequence[Any]) -> tuple[UniqueRule, ...]:
        """Unique rules by their fields."""
        known = {_key(rule.fields): rule for rule in self._base.unique}
        return tuple(lay(known, self._by_fields("unique", written), _unique, self._findings).values())

    def indexes(self, written: Sequence[Any]) -> tuple[IndexRule, ...]:
        """Indexes by their fields."""
        known = {_key(rule.fields): rule for rule in self._base.indexes}
        return tuple(lay(known, self._by_fields("indexes", written), _index, self._findings).values())

    def _by_fields(self, part: str, written: Sequence[Any]) -> list[Said]:
        bodies = [one if isinstance(one, Mapping) else {"fields": one} for one in written]
        return [Said(_key(body["fields"]), body, self._source.below(part, index)) for index, body in enumerate(bodies)]


def _key(fields: Sequence[str]) -> str:
    return ", ".join(fields)


def _hidden(one: RecordType) -> RecordType:
    return replace(one, hidden=True)


def _unique(known: UniqueRule | None, one: Said) -> UniqueRule:
    return parse_unique({**({} if known is None else dump_unique(known)), **one.properties}, one.source)


def _index(_known: IndexRule | None, one: Said) -> IndexRule:
    return IndexRule(tuple(one.body["fields"]), one.source)
