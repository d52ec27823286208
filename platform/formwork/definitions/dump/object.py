"""Objects and extensions as they are written."""

from typing import Any

from formwork.definitions.dump.field import dump_field, thaw
from formwork.definitions.object import Master, ObjectDef, ObjectExtension, RecordType
from formwork.definitions.retention import dump_retention
from formwork.definitions.rule import UniqueRule, ValidationRule


def dump_object(definition: ObjectDef) -> dict[str, Any]:
    """The mapping that gives this object when parsed."""
    written: dict[str, Any] = {"object": definition.name, "label": definition.label, "plural": definition.plural}
    written |= filled(
        icon=definition.icon,
        hue=definition.hue,
        title=definition.title,
        summary=definition.summary,
        renamed_from=definition.renamed_from,
        table=definition.table,
        system=definition.system,
    )
    if definition.master is None:
        written["sharing"] = {"parent": definition.parent} if definition.parent else definition.sharing
    else:
        written["master"] = _master(definition.master)
    written["fields"] = {name: dump_field(field) for name, field in definition.fields.items()}
    return written | _shared(definition)


def dump_extension(definition: ObjectExtension) -> dict[str, Any]:
    """The mapping that gives this extension when parsed."""
    fields: dict[str, Any] = {name: dump_field(field) for name, field in definition.fields.items()}
    fields |= {name: thaw(change.properties) for name, change in definition.changes.items()}
    head = {"extends": definition.extends} | filled(fields=fields)
    if definition.with_package:
        head["with"] = definition.with_package
    return head | _shared(definition) | {key: thaw(one) for key, one in definition.layer.items()}


def filled(**values: Any) -> dict[str, Any]:
    """The values that are not blank, tuples as lists."""
    return {key: thaw(value) for key, value in values.items() if value or (value == 0 and value is not False)}


def _shared(definition: ObjectDef | ObjectExtension) -> dict[str, Any]:
    return filled(
        features=definition.features,
        record_types={code: dump_record_type(one) for code, one in definition.record_types.items()},
        validations=[dump_validation(rule) for rule in definition.validations],
        unique=[dump_unique(rule) for rule in definition.unique],
        indexes=[rule.fields for rule in definition.indexes],
        retention=dump_retention(definition.retention),
    )


def _master(master: Master) -> dict[str, Any]:
    return filled(
        field=master.field, to=master.to, inverse=master.inverse, order_by=master.order_by, label=master.label,
        renamed_from=master.renamed_from, column=master.column,
    )  # fmt: skip


def dump_record_type(record_type: RecordType) -> dict[str, Any]:
    """The mapping that gives this record type when parsed."""
    return filled(label=record_type.label, options=record_type.options, default=record_type.default)


def dump_validation(rule: ValidationRule) -> dict[str, Any]:
    """The mapping that gives this rule when parsed."""
    return filled(
        rule=rule.name, error_when=rule.error_when, message=rule.message, at=rule.at, when_changed=rule.when_changed
    )


def dump_unique(rule: UniqueRule) -> dict[str, Any]:
    """The mapping that gives this rule when parsed."""
    return filled(fields=rule.fields, when=rule.when, message=rule.message)
