"""Where values lie: a table or column that two definitions claim, and renames that lead back to themselves.

A rename keeps the table or column under its first name, so a new definition of that name needs another one.
"""

from collections.abc import Iterable, Mapping

from formwork.catalog.findings import Findings
from formwork.definitions.model import FieldDef, ObjectDef
from formwork.definitions.reserved import why_no_field, why_no_table


def check_names(
    objects: Mapping[str, ObjectDef], fields: Mapping[str, Mapping[str, FieldDef]], findings: Findings
) -> None:
    """Report every name in the database that is taken or impossible."""
    _Names("table", "object", findings).check(objects.values())
    for name in objects:
        _Names("column", "field", findings).check(one for one in fields[name].values() if not one.system)


class _Names:
    """Looks over definitions of one `kind`, each with a name in the database that the property `key` can set."""

    def __init__(self, key: str, kind: str, findings: Findings) -> None:
        self._key = key
        self._kind = kind
        self._findings = findings

    def check(self, definitions: Iterable[ObjectDef | FieldDef]) -> None:
        holders: dict[str, ObjectDef | FieldDef] = {}
        for one in definitions:
            if one.name in one.renamed_from:
                mend = f"Take it out of `renamed_from`; a {self._kind} that got its first name back needs none."
                self._report(one, "renamed_from", "rename_cycle", f"`{one.name}` is among its own former names.", mend)
            why = why_no_table(one.physical) if self._kind == "object" else why_no_field(one.physical)
            if one.physical != one.name and why is not None:
                self._report(one, self._key, "reserved_name", f"`{one.physical}` is {why}.", "Choose another name.")
            other = holders.setdefault(one.physical, one)
            if other is not one:
                self._taken(other, one)

    def _taken(self, first: ObjectDef | FieldDef, second: ObjectDef | FieldDef) -> None:
        """Two definitions with one place: the one that was not renamed is told to move."""
        settled = [one for one in (first, second) if one.renamed_from and getattr(one, self._key) is None]
        holder = settled[0] if settled else first
        new = second if holder is first else first
        free = f"{holder.physical}_2"
        renamed = f", which was renamed from `{holder.physical}`" if holder.renamed_from else ""
        self._report(
            new, self._key, f"{self._key}_taken",
            f"The values of `{new.name}` would lie in {self._key} `{holder.physical}`, where those of `{holder.name}` "
            f"are{renamed}.",
            f"If `{new.name}` is a new {self._kind}, write `{self._key}: {free}` in it; otherwise correct "
            f"`renamed_from` of `{holder.name}`.",
        )  # fmt: skip

    def _report(self, one: ObjectDef | FieldDef, key: str, code: str, message: str, mend: str) -> None:
        path = key if self._kind == "object" else f"fields.{one.name}.{key}"
        self._findings.at(one.source.at(key), code, path, message, mend)
