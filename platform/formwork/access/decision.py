"""The one answer of access: may it, which fields, which rows, and the reasons."""

from dataclasses import dataclass
from enum import StrEnum

from formwork.catalog import NOTHING, Masks, RowRule
from formwork.kernel import Denied


class Verb(StrEnum):
    """What somebody may want to do with records of an object."""

    CREATE = "create"
    READ = "read"
    EDIT = "edit"
    DELETE = "delete"
    EXPORT = "export"
    IMPORT = "import"
    TRANSFER = "transfer"
    SHARE = "share"
    MERGE = "merge"
    BULK_EDIT = "bulk_edit"
    CONVERT = "convert"
    SUBMIT = "submit"
    PRINT = "print"

    @property
    def words(self) -> str:
        """As a sentence says it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Decision:
    """What one actor may do with one object for one verb.

    `readable` and `writable` are field names. `rule` says which rows the verb reaches. `reasons`
    name the grants that led here, for explanations. `masks` and `locks` narrow the first two to records of some
    types; records are never made with, or turned into or from, the types that are `barred`.
    """

    object: str
    verb: Verb
    allowed: bool
    readable: frozenset[str] = frozenset()
    writable: frozenset[str] = frozenset()
    rule: RowRule = NOTHING
    actions: frozenset[str] = frozenset()
    reasons: tuple[str, ...] = ()
    masks: Masks = ()
    locks: Masks = ()
    barred: frozenset[str] = frozenset()

    @property
    def open(self) -> frozenset[str]:
        """The fields that may be read on every record the rule reaches."""
        return self.readable - {name for name, _ in self.masks} if self.masks else self.readable

    def readable_on(self, record_type: str | None) -> frozenset[str]:
        """The fields that may be read on records of that type."""
        return _but(self.readable, self.masks, record_type)

    def writable_on(self, record_type: str | None) -> frozenset[str]:
        """The fields that may be written on records of that type."""
        return _but(self.writable, self.locks, record_type)

    def require(self) -> "Decision":
        """Itself when allowed; raises Denied with the verb otherwise."""
        if not self.allowed:
            raise Denied(
                f"You have no right to {self.verb.words} records of this kind. Ask an administrator for it.",
                code="denied",
                extra={"verb": self.verb.value},
            )
        return self


def _but(names: frozenset[str], masks: Masks, record_type: str | None) -> frozenset[str]:
    return names - {name for name, mask in masks if not mask.opens(record_type)} if masks else names
