"""Words for people: labels of objects, fields, options and the rest, in the reader's language.

A missing translation falls back to the text the package was written in.
"""

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec, ValidationSpec
from formwork.catalog.snapshot import Snapshot
from formwork.catalog.system_labels import BASE_WORD, SYSTEM_LABELS


def object_label(snapshot: Snapshot, locale: str, spec: ObjectSpec) -> str:
    """One record: "Order"."""
    return snapshot.text(locale, spec.name, "label", default=spec.definition.label)


def plural_label(snapshot: Snapshot, locale: str, spec: ObjectSpec) -> str:
    """Several records: "Orders"."""
    return snapshot.text(locale, spec.name, "plural", default=spec.definition.plural)


def object_summary(snapshot: Snapshot, locale: str, spec: ObjectSpec) -> str:
    """What records of it are, in a sentence; nothing when the metadata does not say."""
    return snapshot.text(locale, spec.name, "summary", default=spec.definition.summary)


def field_label(snapshot: Snapshot, locale: str, field: FieldSpec) -> str:
    """The label of a field. System fields are translated under the object name `_system`.

    A twin has the label of its money field and the word for the organisation's currency behind it.
    """
    if field.twin_of is not None:
        base = BASE_WORD.get(locale, BASE_WORD["en"])
        return f"{field_label(snapshot, locale, snapshot.objects[field.object].fields[field.twin_of])} ({base})"
    if not field.system:
        return snapshot.text(locale, field.object, "fields", field.name, "label", default=field.definition.label)
    default = SYSTEM_LABELS.get(locale, {}).get(field.name, field.definition.label)
    return snapshot.text(locale, "_system", "fields", field.name, "label", default=default)


def field_help(snapshot: Snapshot, locale: str, field: FieldSpec) -> str:
    """What to put in, or nothing."""
    return snapshot.text(locale, field.object, "fields", field.name, "help", default=field.definition.help)


def field_placeholder(snapshot: Snapshot, locale: str, field: FieldSpec) -> str:
    """An example of what to put in, or nothing."""
    default = field.definition.placeholder
    return snapshot.text(locale, field.object, "fields", field.name, "placeholder", default=default)


def option_label(snapshot: Snapshot, locale: str, field: FieldSpec, code: str) -> str:
    """The label of a choice; the code itself for one the metadata no longer has."""
    option = field.options.get(code)
    default = option.label if option is not None else code
    return snapshot.text(locale, field.object, "fields", field.name, "options", code, default=default)


def record_type_label(snapshot: Snapshot, locale: str, spec: ObjectSpec, code: str) -> str:
    """The label of a record type."""
    known = spec.definition.record_types.get(code)
    return snapshot.text(locale, spec.name, "record_types", code, default=known.label if known else code)


def part_label(snapshot: Snapshot, locale: str, spec: ObjectSpec, kind: str, key: str, default: str) -> str:
    """The label of a view, tab, section or related list (`kind` is views, tabs, sections or related)."""
    return snapshot.text(locale, spec.name, kind, key, default=default)


def rule_message(snapshot: Snapshot, locale: str, object: str, rule: ValidationSpec) -> str:
    """The message of a validation rule."""
    return snapshot.text(locale, object, "validations", rule.rule, default=rule.message)


def group_label(snapshot: Snapshot, locale: str, key: str, default: str) -> str:
    """The label of a navigation group."""
    return snapshot.text(locale, "navigation", key, default=default)


def mapping_label(snapshot: Snapshot, locale: str, name: str, default: str) -> str:
    """The label of a mapping: what its button says."""
    return snapshot.text(locale, "mappings", name, default=default)


def conversion_label(snapshot: Snapshot, locale: str, name: str, default: str) -> str:
    """The label of a conversion: what its button says."""
    return snapshot.text(locale, "conversions", name, default=default)


def rule_label(snapshot: Snapshot, locale: str, rule: str) -> str:
    """The label of a sharing rule, its name when it has none."""
    known = snapshot.rights.rules.get(rule)
    default = known.label if known is not None else ""
    return snapshot.text(locale, "sharing_rules", rule, default=default or rule)


def role_label(snapshot: Snapshot, locale: str, role: str) -> str:
    """The label of a role."""
    known = snapshot.rights.roles.get(role)
    return snapshot.text(locale, "roles", role, default=known.label if known else role)


def role_summary(snapshot: Snapshot, locale: str, role: str) -> str:
    """What a role is for, in a sentence."""
    known = snapshot.rights.roles.get(role)
    return snapshot.text(locale, "role_summaries", role, default=known.summary if known else "")
