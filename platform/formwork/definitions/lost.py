"""Names that are written but could not be read, so that nothing complains of their absence as well."""

import re
from dataclasses import dataclass

from formwork.definitions.finding import Finding

_QUOTED = re.compile(r"`([^`]+)`")
_ABSENCES = ("unknown_", "missing_package", "bad_expression", "bad_rollup", "bad_field")


@dataclass(frozen=True, slots=True, order=True)
class Lost:
    """A name whose definition has a fault of its own. `owner` is the object it belongs to, "" for whatever
    belongs to none (objects, roles, mappings) and where the object is not known."""

    name: str
    owner: str = ""

    def explains(self, finding: Finding) -> bool:
        """Whether a finding of a later check only says that this name is missing."""
        if not finding.code.startswith(_ABSENCES):
            return False
        said = _QUOTED.findall(finding.message)
        if f"{self.owner}.{self.name}" in said:
            return True
        if self.owner:
            return self.name in said and self.owner in said
        return bool(said) and said[0].split(".")[0] == self.name
