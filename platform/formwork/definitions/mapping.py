"""Mappings (one record makes another) and conversions (several mappings in a row)."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class DetailMapping:
    """How each detail of one list of the source becomes a detail of object `to`."""

    list: str
    to: str
    fields: Mapping[str, str]
    when: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MappingDef:
    """Makes a record of `to` from one of `from_object`. `fields` maps target field to expression.

    `reuse_when` is asked of records of `to` with `this` as the source record: a hit is updated
    instead of a new one made. With `with_package` it waits for a package that may be absent.
    """

    name: str
    package: str
    from_object: str
    to: str
    label: str = ""
    fields: Mapping[str, str] = attribute(default_factory=dict)
    details: Mapping[str, DetailMapping] = attribute(default_factory=dict)
    reuse_when: str | None = None
    with_package: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConversionStep:
    """One record a conversion makes: later steps reach it as `name`, the source keeps it in `link`."""

    mapping: str
    name: str
    link: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ConversionDef:
    """Turns a record of `from_object` into several others, then `set`s fields of the source.

    With `with_package` it waits for a package that may be absent.
    """

    name: str
    package: str
    from_object: str
    label: str
    creates: tuple[ConversionStep, ...]
    set: Mapping[str, str] = attribute(default_factory=dict)
    when: str | None = None
    with_package: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)
