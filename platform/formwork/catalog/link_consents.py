"""Consents: the fields that hold their moment and their source."""

from collections.abc import Mapping

from formwork.catalog.field import FieldSpec
from formwork.catalog.findings import Findings
from formwork.definitions.model import ObjectDef

_SOURCES = frozenset({"text", "select"})


def check_consents(definition: ObjectDef, fields: Mapping[str, FieldSpec], findings: Findings) -> None:
    """Report consents whose moment is no datetime of the system, or whose source is no text or select."""
    for field in fields.values():
        kept = field.definition.settings.get("consent")
        if not kept:
            continue
        for part, fits, mend in (
            ("at", _is_moment, "Name a field `{type: datetime, read_only: true}` of the same object."),
            ("source", _is_source, "Name a text or select field of the same object."),
        ):
            other = fields.get(kept[part])
            if other is None or not fits(other):
                findings.at(
                    field.definition.source.at("consent"), "bad_consent", f"fields.{field.name}.consent.{part}",
                    f"`{definition.name}` has no such field `{kept[part]}` to note the consent in.", mend,
                )  # fmt: skip


def _is_moment(field: FieldSpec) -> bool:
    return field.definition.type == "datetime" and field.definition.read_only


def _is_source(field: FieldSpec) -> bool:
    return field.definition.type in _SOURCES
