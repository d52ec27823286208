"""The names an expression may use at an object: the catalog's side of `expressions.Scope`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from formwork.expressions import FieldHandle, ListHandle, Type


@dataclass(frozen=True, slots=True)
class ObjectNames:
    """What one object offers to expressions."""

    fields: Mapping[str, FieldHandle]
    lists: Mapping[str, ListHandle]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What every object offers, and what `me.<name>` may name."""

    objects: Mapping[str, ObjectNames]
    actor: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ObjectScope:
    """The scope of one object. `this_object` names the object of the record that asks, if any.

    `hidden` are fields and lists by object that the reader may not see: they answer None like unknown
    names, so a filter cannot tell the two apart.
    """

    vocabulary: Vocabulary
    object: str
    this_object: str | None = None
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def this(self) -> "ObjectScope | None":
        """The scope of `this`, None where the word has no meaning."""
        return None if self.this_object is None else replace(self, object=self.this_object)

    def field(self, name: str) -> FieldHandle | None:
        """The field of that name, None when there is none to be seen."""
        if name in self.hidden.get(self.object, ()):
            return None
        return self.vocabulary.objects[self.object].fields.get(name)

    def list(self, name: str) -> ListHandle | None:
        """The list of that name, None when there is none to be seen."""
        if name in self.hidden.get(self.object, ()):
            return None
        return self.vocabulary.objects[self.object].lists.get(name)

    def enter(self, object: str) -> "ObjectScope":
        """The scope of another object with the same `this`."""
        return replace(self, object=object)

    def names(self) -> Iterable[str]:
        """Every name at this object the reader may see."""
        known = self.vocabulary.objects[self.object]
        hidden = self.hidden.get(self.object, frozenset())
        return [name for name in (*known.fields, *known.lists) if name not in hidden]

    def actor(self, name: str) -> Type | None:
        """The type of `me.<name>`."""
        return self.vocabulary.actor.get(name)

    def actor_names(self) -> Iterable[str]:
        """Every name behind `me.`."""
        return self.vocabulary.actor
