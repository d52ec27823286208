"""Objects and extensions of objects, as written."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from formwork.definitions.field import FieldChange, FieldDef
from formwork.definitions.retention import Retention
from formwork.definitions.rule import IndexRule, UniqueRule, ValidationRule
from formwork.definitions.source import NOWHERE, Source

SHARING = ("private", "read", "edit", "parent")
"""What everybody may do with every record, before any grant of rows."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A flavour of an object. `options` narrows select fields to these codes.

    One that the tenant's layer has `hidden` stays on the records that have it and is not given to others.
    """

    code: str
    label: str
    options: Mapping[str, tuple[str, ...]] = attribute(default_factory=dict)
    default: bool = False
    hidden: bool = False
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Master:
    """Makes an object a detail: `field` looks up to object `to`, whose list of details is `inverse`."""

    field: str
    to: str
    inverse: str
    order_by: str | None = None
    label: str = ""
    renamed_from: tuple[str, ...] = ()
    column: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ObjectDef:
    """objects/<package>/<object>.yaml. System fields are not among `fields` (see system_fields.py).

    A detail's `sharing` is `parent`; of another object `parent` then names the look-up whose record it follows.
    `title` is None when the object names no field for it. `renamed_from` are former names, oldest first.
    """

    name: str
    package: str
    label: str
    plural: str
    icon: str = "database"
    hue: str = "grey"
    title: str | None = None
    summary: str = ""
    sharing: str = "private"
    parent: str | None = None
    features: tuple[str, ...] = ()
    record_types: Mapping[str, RecordType] = attribute(default_factory=dict)
    master: Master | None = None
    fields: Mapping[str, FieldDef] = attribute(default_factory=dict)
    validations: tuple[ValidationRule, ...] = ()
    unique: tuple[UniqueRule, ...] = ()
    indexes: tuple[IndexRule, ...] = ()
    retention: Retention | None = None
    renamed_from: tuple[str, ...] = ()
    table: str | None = None
    system: bool = False
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)

    @property
    def physical(self) -> str:
        """The name of the table: `table`, or the first name the object ever had."""
        return self.table or (self.renamed_from[0] if self.renamed_from else self.name)


@dataclass(frozen=True, slots=True)
class ObjectExtension:
    """An `extends` file: adds to object `extends`, once package `with_package` (if any) is there too.

    `fields` are new ones, `changes` touch fields of the extended object. `retention` takes the place of the object's.
    `layer` is what only the tenant's own layer says, as written: properties of the object, and its rules and record
    types by their keys, for which the parts of their names stay empty here.
    """

    extends: str
    package: str
    with_package: str | None = None
    fields: Mapping[str, FieldDef] = attribute(default_factory=dict)
    changes: Mapping[str, FieldChange] = attribute(default_factory=dict)
    validations: tuple[ValidationRule, ...] = ()
    unique: tuple[UniqueRule, ...] = ()
    indexes: tuple[IndexRule, ...] = ()
    record_types: Mapping[str, RecordType] = attribute(default_factory=dict)
    features: tuple[str, ...] = ()
    retention: Retention | None = None
    layer: Mapping[str, Any] = attribute(default_factory=dict)
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)
