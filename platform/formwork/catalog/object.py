"""A linked object: its fields, its master, its details and the rules its records obey."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from formwork.catalog.field import FieldSpec
from formwork.definitions.model import LayoutDef, ObjectDef
from formwork.expressions import Expression


class ListKind(StrEnum):
    """What makes records a list of another one."""

    DETAIL = "detail"
    """They are its details: `via` is their master field."""
    LOOKUP = "lookup"
    """They point at it with the look-up `via`."""
    MEMBERS = "members"
    """It names them in its own many-to-many field `via`."""
    MEMBER_OF = "member_of"
    """They name it in their many-to-many field `via`."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """Records of `object` reachable from a record under `name`, by way of the field `via`."""

    name: str
    object: str
    via: str
    kind: ListKind = ListKind.LOOKUP

    def via_object(self, owner: str) -> str:
        """The object whose field `via` is, the list being one of the object `owner`."""
        return owner if self.kind is ListKind.MEMBERS else self.object


@dataclass(frozen=True, slots=True)
class MasterSpec:
    """The master of a detail object: the field that points at it and the name details have there."""

    field: str
    object: str
    inverse: str
    order_by: str | None = None


@dataclass(frozen=True, slots=True)
class ValidationSpec:
    """One rule: records for which `error_when` is true are refused with `message` at field `at`.

    With `when_changed` it is asked only on create and when one of these fields changes.
    """

    rule: str
    error_when: Expression
    message: str
    at: str | None = None
    when_changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UniqueSpec:
    """Fields whose values together may occur once among live rows."""

    name: str
    fields: tuple[str, ...]
    when: Expression | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """An index asked for by metadata or needed by a rule; `columns` are physical names."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """An object of a Snapshot. `fields` holds system fields too, in the order they show."""

    name: str
    definition: ObjectDef
    table: str
    fields: Mapping[str, FieldSpec]
    title: str
    package: str = ""
    master: MasterSpec | None = None
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    validations: tuple[ValidationSpec, ...] = ()
    uniques: tuple[UniqueSpec, ...] = ()
    indexes: tuple[IndexSpec, ...] = ()
    layout: LayoutDef | None = None

    @property
    def details(self) -> tuple[ListSpec, ...]:
        """The lists whose records live and are saved with this object's."""
        return tuple(item for item in self.lists.values() if item.kind is ListKind.DETAIL)

    def has(self, feature: str) -> bool:
        """True when the object's metadata switches the feature on."""
        return feature in self.definition.features
