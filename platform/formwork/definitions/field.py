"""Fields as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class Default:
    """What a new record gets: a literal (`expression` None) or the value of an expression."""

    value: object = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class FieldDef:
    """A field of an object. `settings` are the properties only its type knows, defaults filled in.

    `label` is never empty. `settings["options"]` of select types maps code to `Option`.
    `record_types` None means all. `restricted` needs an explicit grant to be seen; `read_only` is
    written by the system and by imports acting as the system only. A field that the tenant's layer has `hidden` keeps
    its values and is shown to nobody. `twin_of` names the money field whose
    amount in the tenant's currency this is; such a field is never written in a file. `renamed_from` are former
    names, oldest first.
    """

    name: str
    type: str
    label: str
    help: str = ""
    placeholder: str = ""
    required: bool = False
    required_when: str | None = None
    unique: bool = False
    default: Default | None = None
    history: bool = False
    searchable: bool = False
    visible_when: str | None = None
    readonly_when: str | None = None
    read_only: bool = False
    encrypted: bool = False
    restricted: bool = False
    personal: bool = False
    index: bool = False
    record_types: tuple[str, ...] | None = None
    renamed_from: tuple[str, ...] = ()
    column: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    system: bool = False
    hidden: bool = False
    twin_of: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)

    @property
    def physical(self) -> str:
        """The name in the database: `column`, or the first name the field ever had."""
        return self.column or (self.renamed_from[0] if self.renamed_from else self.name)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What an `extends` file changes of a field it does not own: only the properties it names, raw."""

    name: str
    properties: Mapping[str, Any]
    source: Source = field(default=NOWHERE, compare=False, repr=False)
