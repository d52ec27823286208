"""What linking finds out only by looking at every object, kept beside the stored documents.

With it the objects of a Snapshot can be linked one by one, each when it is first used; see `link_stored`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.catalog.derivation import Derivation, Direction, Input, Step
from formwork.catalog.object import ListKind, ListSpec, ObjectSpec
from formwork.definitions.model import ObjectDef

POINTING = frozenset({"lookup", "master_detail", "user"})
"""Field types that keep the id of one record."""
FORMAT = 1
"""Another number when linking finds out other things; documents with another index are linked as a whole."""


@dataclass(frozen=True, slots=True)
class Index:
    """`order` of the packages, objects by feature, lists and fields with twins by object, derivations in order.

    `bearers` are the objects with a currency, `pointers` the (object, field) of every look-up and master
    field by the object it may point at.
    """

    order: tuple[str, ...] = ()
    features: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, ListSpec]] = field(default_factory=dict)
    twins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bearers: tuple[str, ...] = ()
    pointers: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    derivations: tuple[Derivation, ...] = ()


def features_of(objects: Mapping[str, ObjectDef]) -> dict[str, tuple[str, ...]]:
    """Which objects switch on each feature, sorted."""
    found: dict[str, list[str]] = {}
    for name in sorted(objects):
        for feature in objects[name].features:
            found.setdefault(feature, []).append(name)
    return {feature: tuple(names) for feature, names in sorted(found.items())}


def pointers_of(objects: Mapping[str, ObjectSpec]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The look-up and master fields by the object they may point at, in the order of objects and fields."""
    found: dict[str, list[tuple[str, str]]] = {}
    for spec in objects.values():
        for one in spec.fields.values():
            if one.definition.type in POINTING:
                for target in one.targets:
                    found.setdefault(target, []).append((spec.name, one.name))
    return {target: tuple(places) for target, places in found.items()}


def readers_of(derivations: Iterable[Derivation]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Who reads each (object, field): places in the order of evaluation."""
    readers: dict[tuple[str, str], dict[int, None]] = {}
    for at, derivation in enumerate(derivations):
        for item in derivation.inputs:
            readers.setdefault((item.object, item.field), {})[at] = None
    return {key: tuple(places) for key, places in readers.items()}


def dump_index(index: Index) -> dict[str, Any]:
    """The index as JSON-ready values."""
    return {
        "format": FORMAT,
        "order": index.order,
        "features": index.features,
        "lists": {
            name: [[one.name, one.object, one.via, one.kind.value] for one in lists.values()]
            for name, lists in index.lists.items()
            if lists
        },
        "twins": index.twins,
        "bearers": index.bearers,
        "pointers": index.pointers,
        "derivations": [
            [
                one.object,
                one.field,
                [
                    [read.object, read.field, [[s.direction.value, s.object, s.field] for s in read.route]]
                    for read in one.inputs
                ],
            ]
            for one in index.derivations
        ],
    }


def restore_index(data: Mapping[str, Any] | None) -> Index | None:
    """The index of stored values; None when there is none that this version of the product wrote."""
    if data is None or data["format"] != FORMAT:
        return None
    return Index(
        order=tuple(data["order"]),
        features={name: tuple(objects) for name, objects in data["features"].items()},
        lists={
            name: {one[0]: ListSpec(one[0], one[1], one[2], ListKind(one[3])) for one in lists}
            for name, lists in data["lists"].items()
        },
        twins={name: tuple(fields) for name, fields in data["twins"].items()},
        bearers=tuple(data["bearers"]),
        pointers={name: tuple((one[0], one[1]) for one in found) for name, found in data["pointers"].items()},
        derivations=tuple(_derivation(*one) for one in data["derivations"]),
    )


def _derivation(object: str, name: str, inputs: list[Any]) -> Derivation:
    return Derivation(
        object,
        name,
        tuple(
            Input(one[0], one[1], tuple(Step(Direction(step[0]), step[1], step[2]) for step in one[2]))
            for one in inputs
        ),
    )
