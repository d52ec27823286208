"""The linked metadata of a tenant and the reads asked of it."""

from formwork.catalog.derivation import Derivation, Direction, Input, Step
from formwork.catalog.field import ColumnSpec, FieldSpec, RollupSpec
from formwork.catalog.index import Index, dump_index, restore_index
from formwork.catalog.link import Linked, link
from formwork.catalog.link_stored import link_stored
from formwork.catalog.object import (
    IndexSpec,
    ListKind,
    ListSpec,
    MasterSpec,
    ObjectSpec,
    UniqueSpec,
    ValidationSpec,
)
from formwork.catalog.query import AggregateQuery, Lifecycle, Measure, MeasureKind, Query, Selected, Sort
from formwork.catalog.restricted import (
    BEYOND,
    EVERYTHING,
    NOTHING,
    Masks,
    RestrictedQuery,
    RowRule,
    Shared,
    TypeMask,
    unite,
)
from formwork.catalog.rights import Grant, Rights, SharingRule, VerbRight
from formwork.catalog.scope import ObjectScope, Vocabulary
from formwork.catalog.snapshot import Snapshot

__all__ = [
    "BEYOND",
    "EVERYTHING",
    "NOTHING",
    "AggregateQuery",
    "ColumnSpec",
    "Derivation",
    "Direction",
    "FieldSpec",
    "Grant",
    "Index",
    "IndexSpec",
    "Input",
    "Lifecycle",
    "Linked",
    "ListKind",
    "ListSpec",
    "Masks",
    "MasterSpec",
    "Measure",
    "MeasureKind",
    "ObjectScope",
    "ObjectSpec",
    "Query",
    "RestrictedQuery",
    "Rights",
    "RollupSpec",
    "RowRule",
    "Selected",
    "Shared",
    "SharingRule",
    "Snapshot",
    "Sort",
    "Step",
    "TypeMask",
    "UniqueSpec",
    "ValidationSpec",
    "VerbRight",
    "Vocabulary",
    "dump_index",
    "link",
    "link_stored",
    "restore_index",
    "unite",
]
