"""What an expression may name. The catalog implements `Scope`; access may wrap it to hide fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from formwork.expressions.types import Type


@dataclass(frozen=True, slots=True)
class OptionHandle:
    """One option of a select: its code, its label in the package's language and its further attributes."""

    code: str
    label: str
    attributes: tuple[tuple[str, str | Decimal | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldHandle:
    """A field as expressions see it. `options` are set for selects, `parts` for addresses and places.

    The currency of a money type is told from the field's own record.
    """

    name: str
    type: Type
    options: tuple[OptionHandle, ...] = ()
    parts: tuple[tuple[str, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class ListHandle:
    """A list as expressions see it: the inverse of a look-up or master field, or a many-to-many field.

    `via` is the field by which each of its records points back, None for a many-to-many field.
    """

    name: str
    target: str
    via: str | None = None


class Scope(Protocol):
    """The names that are known at one object. Lookups answer None for what is not there (or not to be seen)."""

    @property
    def object(self) -> str:
        """API name of the object."""

    @property
    def this(self) -> "Scope | None":
        """The scope of `this` (the record that asks), None where the word has no meaning."""

    def field(self, name: str) -> FieldHandle | None:
        """The field of that name, system fields included."""

    def list(self, name: str) -> ListHandle | None:
        """The list of that name."""

    def enter(self, target: str) -> "Scope":
        """The scope of another object, with the same `this` and actor."""

    def names(self) -> Iterable[str]:
        """Names of all fields and lists, for suggestions."""

    def actor(self, name: str) -> Type | None:
        """The type of `me.<name>`."""

    def actor_names(self) -> Iterable[str]:
        """Every `<name>` that `actor` knows, for suggestions."""
