"""Objects and extensions."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.field import FieldChange
from formwork.definitions.labels import label_of, plural_of
from formwork.definitions.layer import TENANT
from formwork.definitions.object import Master, ObjectDef, ObjectExtension, RecordType
from formwork.definitions.parse.field import former_names, freeze, parse_field
from formwork.definitions.retention import parse_retention
from formwork.definitions.rule import IndexRule, UniqueRule, ValidationRule
from formwork.definitions.source import Source

LAYERED = (
    "label", "plural", "icon", "hue", "title", "summary", "sharing", "features", "record_types", "validations",
    "unique", "indexes",
)  # fmt: skip
"""What an extension of the tenant's layer keeps as written."""


def parse_object(data: Mapping[str, Any], package: str, source: Source) -> ObjectDef | ObjectExtension:
    """An object, or with `extends` an extension of one."""
    return _extension(data, package, source) if "extends" in data else _object(data, package, source)


def _object(data: Mapping[str, Any], package: str, source: Source) -> ObjectDef:
    name: str = data["object"]
    label: str = data.get("label") or label_of(name)
    master = _master(data["master"], source.below("master")) if "master" in data else None
    plain = {key: data[key] for key in ("icon", "hue", "title", "summary", "table", "system") if key in data}
    return ObjectDef(
        name=name,
        package=package,
        label=label,
        plural=data.get("plural") or plural_of(label),
        sharing="parent" if master else _sharing(data),
        parent=None if master else _parent(data),
        master=master,
        renamed_from=former_names(data),
        fields={key: parse_field(key, one, source.below("fields", key)) for key, one in data["fields"].items()},
        source=source,
        **_shared(data, source),
        **plain,
    )


def _sharing(data: Mapping[str, Any]) -> str:
    written = data.get("sharing", "private")
    return written if isinstance(written, str) else "parent"


def _parent(data: Mapping[str, Any]) -> str | None:
    written = data.get("sharing")
    return written["parent"] if isinstance(written, Mapping) else None


def _extension(data: Mapping[str, Any], package: str, source: Source) -> ObjectExtension:
    fields: Mapping[str, Any] = data.get("fields", {})
    layer = {key: freeze(data[key]) for key in LAYERED if key in data} if package == TENANT else {}
    rest = {key: one for key, one in data.items() if key not in layer}
    return ObjectExtension(
        extends=data["extends"],
        package=package,
        with_package=data.get("with"),
        fields={
            key: parse_field(key, one, source.below("fields", key)) for key, one in fields.items() if "type" in one
        },
        changes={
            key: FieldChange(key, freeze(one), source.below("fields", key))
            for key, one in fields.items()
            if "type" not in one
        },
        layer=layer,
        source=source,
        **_shared(rest, source),
    )


def _shared(data: Mapping[str, Any], source: Source) -> dict[str, Any]:
    return {
        "features": tuple(data.get("features", ())),
        "record_types": {
            code: parse_record_type(code, one, source.below("record_types", code))
            for code, one in data.get("record_types", {}).items()
        },
        "validations": tuple(
            parse_validation(one, source.below("validations", index))
            for index, one in enumerate(data.get("validations", ()))
        ),
        "unique": tuple(
            parse_unique(one, source.below("unique", index)) for index, one in enumerate(data.get("unique", ()))
        ),
        "retention": parse_retention(data["retention"], source.below("retention")) if "retention" in data else None,
        "indexes": tuple(
            IndexRule(tuple(one), source.below("indexes", index)) for index, one in enumerate(data.get("indexes", ()))
        ),
    }


def _master(data: Mapping[str, Any], source: Source) -> Master:
    return Master(
        field=data["field"],
        to=data["to"],
        inverse=data["inverse"],
        order_by=data.get("order_by"),
        label=data.get("label") or label_of(data["field"]),
        renamed_from=former_names(data),
        column=data.get("column"),
        source=source,
    )


def parse_record_type(code: str, written: Any, source: Source) -> RecordType:
    """The record type of a checked value."""
    if isinstance(written, str):
        return RecordType(code, written, source=source)
    options = {field: tuple(codes) for field, codes in written.get("options", {}).items()}
    return RecordType(code, written["label"], options, written.get("default", False), source=source)


def parse_validation(data: Mapping[str, Any], source: Source) -> ValidationRule:
    """The rule of a checked mapping."""
    changed = data.get("when_changed", ())
    return ValidationRule(
        name=data["rule"],
        error_when=data["error_when"],
        message=data["message"],
        at=data.get("at"),
        when_changed=(changed,) if isinstance(changed, str) else tuple(changed),
        source=source,
    )


def parse_unique(written: Any, source: Source) -> UniqueRule:
    """The rule of a checked value."""
    if isinstance(written, list | tuple):
        return UniqueRule(tuple(written), source=source)
    return UniqueRule(tuple(written["fields"]), written.get("when"), written.get("message", ""), source)
