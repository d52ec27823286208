"""A linked object: its fields, its master, its details and the rules its records obey."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.catalog.field import FieldSpec
from formwork.definitions import LayoutDefinition, ObjectDefinition
from formwork.expressions import Expression


@dataclass(frozen=True, slots=True)
class ListSpec:
    """The records of `object` whose `via` field points here, under a name of this object."""

    name: str
    object: str
    via: str
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class MasterSpec:
    """The master of a detail object: the field that points at it and the name details have there."""

    field: str
    object: str
    inverse: str
    order_by: str | None = None


@dataclass(frozen=True, slots=True)
class ValidationSpec:
    """One rule: records for which `error_when` is true are refused with `message` at field `at`."""

    rule: str
    error_when: Expression
    message: str
    at: str | None = None


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
    definition: ObjectDefinition
    table: str
    fields: Mapping[str, FieldSpec]
    title: str
    package: str = ""
    master: MasterSpec | None = None
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    validations: tuple[ValidationSpec, ...] = ()
    uniques: tuple[UniqueSpec, ...] = ()
    indexes: tuple[IndexSpec, ...] = ()
    layout: LayoutDefinition | None = None

    @property
    def details(self) -> tuple[ListSpec, ...]:
        """The lists whose records live and are saved with this object's."""
        return tuple(item for item in self.lists.values() if item.is_detail)

    def has(self, feature: str) -> bool:
        """True when the object's metadata switches the feature on."""
        return feature in self.definition.features
