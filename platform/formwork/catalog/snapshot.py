"""The Snapshot: everything a tenant's metadata says, linked, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.catalog.derivation import Derivation
from formwork.catalog.field import FieldSpec
from formwork.catalog.index import Index
from formwork.catalog.made import Made
from formwork.catalog.object import ObjectSpec
from formwork.catalog.rights import Rights
from formwork.catalog.scope import ObjectScope, Vocabulary
from formwork.definitions.model import (
    ConversionDef,
    ImportDef,
    MappingDef,
    NavigationGroup,
    PackageDef,
    SeedDef,
)
from formwork.kernel import NotFound


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of one tenant's metadata; tenants on the same content share it.

    `version` is the hash of the content it was linked from. `derivations` lists stored derived
    fields in evaluation order. `readers` maps (object, field) to the indexes of the derivations that
    read it. `texts` maps a locale to its translations by path. `index` is what only a look at every object tells.
    """

    version: str
    packages: Mapping[str, PackageDef]
    objects: Mapping[str, ObjectSpec]
    vocabulary: Vocabulary
    rights: Rights
    derivations: tuple[Derivation, ...] = ()
    readers: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    navigation: tuple[NavigationGroup, ...] = ()
    texts: Mapping[str, Mapping[tuple[str, ...], str]] = field(default_factory=dict)
    seeds: tuple[SeedDef, ...] = ()
    mappings: Mapping[str, MappingDef] = field(default_factory=dict)
    conversions: Mapping[str, ConversionDef] = field(default_factory=dict)
    imports: Mapping[str, ImportDef] = field(default_factory=dict)
    index: Index = field(default_factory=Index)

    def __hash__(self) -> int:
        return hash(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and other.version == self.version

    def object(self, name: str) -> ObjectSpec:
        """The object of that API name; raises NotFound like a missing record."""
        spec = self.objects.get(name)
        if spec is None:
            raise NotFound("There is no such object. Check the name in the address.", code="unknown_object")
        return spec

    @property
    def linked(self) -> Mapping[str, ObjectSpec]:
        """The objects that have been linked so far; asking makes none."""
        return self.objects.made if isinstance(self.objects, Made) else self.objects

    def pointing_at(self, object: str) -> list[FieldSpec]:
        """Every look-up and master field that may point at an object."""
        return [self.objects[owner].fields[name] for owner, name in self.index.pointers.get(object, ())]

    def keeps_history(self, object: str) -> bool:
        """True when every change of an object's records is kept: it has `history`, or a master of it has."""
        seen: set[str] = set()
        while object not in seen:
            seen.add(object)
            spec = self.objects[object]
            if spec.has("history"):
                return True
            object = spec.master.object if spec.master is not None else object
        return False

    def scope(
        self, object: str, *, this: str | None = None, hidden: Mapping[str, frozenset[str]] | None = None
    ) -> ObjectScope:
        """The names expressions may use at an object; `hidden` fields answer like unknown ones."""
        return ObjectScope(self.vocabulary, object, this, hidden or {})

    def text(self, locale: str, *path: str, default: str) -> str:
        """A translated text, or the text of the package's own language."""
        return self.texts.get(locale, {}).get(path, default)
