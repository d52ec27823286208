"""How long records are kept: the date it is counted from, the condition, and whether there is anybody to anonymise."""

from collections.abc import Mapping

from formwork.catalog.checker import Checker
from formwork.catalog.field import FieldSpec
from formwork.catalog.findings import Findings
from formwork.definitions.model import ObjectDef
from formwork.expressions.types import BOOLEAN

DATES = frozenset({"date", "datetime"})


def check_retention(
    definition: ObjectDef, fields: Mapping[str, FieldSpec], checker: Checker, findings: Findings
) -> None:
    """Report what is wrong with the retention of an object."""
    kept = definition.retention
    if kept is None:
        return
    since = fields.get(kept.since)
    if since is None or since.value_type.name not in DATES or not since.columns:
        dates = {name: one for name, one in fields.items() if one.value_type.name in DATES and one.columns}
        findings.at(
            kept.source.at("from"), "unknown_field", "retention.from",
            f"`{definition.name}` keeps no date `{kept.since}`.",
            findings.choice(kept.since, dates, f"Name a stored date of `{definition.name}`."),
        )  # fmt: skip
    if kept.when:
        checker.check(kept.when, definition.name, kept.source, ("when",), expect=BOOLEAN, sql=True)
    if kept.act == "anonymise" and not any(one.definition.personal for one in fields.values()):
        findings.at(
            kept.source.at("do"), "nothing_personal", "retention.do",
            f"`{definition.name}` has no personal fields.",
            "Say `personal: true` at the fields that hold a person's data, or let the records be deleted.",
        )  # fmt: skip
    if definition.master is not None:
        findings.at(
            kept.source.at(), "retention_of_detail", "retention", "Details are kept as long as their master.",
            "Say `retention` at the master.",
        )  # fmt: skip
