"""What the compilers of single node families need of the whole: a way back into the tree."""

from typing import Any, Protocol

from sqlalchemy import ColumnElement

from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.expressions.paths import FieldPath, ListPath
from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Getter
from formwork.storage.compile.frame import Frame, Site, Source
from formwork.storage.compile.operand import Operand
from formwork.storage.compile.slots import Slot


class Walker(Protocol):
    """The compiler of one statement. Predicates are two-valued in effect: NULL counts as not true."""

    snapshot: Snapshot
    backend: Backend
    binder: Binder

    def true(self, site: Site, node: Any) -> ColumnElement[bool]:
        """A predicate that is TRUE exactly when the boolean node is true; it may be NULL when it is false."""

    def false(self, site: Site, node: Any) -> ColumnElement[bool]:
        """A predicate that is TRUE exactly when the boolean node is false; it may be NULL when it is true."""

    def value(self, site: Site, node: Any) -> Operand:
        """The value of a node; of a boolean node never NULL."""

    def reach(self, site: Site, path: FieldPath | ListPath) -> Source:
        """The source a path's hops lead to, joined where it was not yet."""

    def frame_of(self, spec: ObjectSpec, outer: Frame) -> Frame:
        """A new SELECT over an object, inside another."""

    def visible(self, frame: Frame, source: Source) -> ColumnElement[bool] | None:
        """TRUE for rows of a source the reader may see, None when there is nothing to test."""

    def shown(self, source: Source, field: FieldSpec) -> ColumnElement[bool] | None:
        """TRUE for records of a source on which the reader sees the field, None when that is on all of them."""

    def unrestricted(self) -> "Walker":
        """The same statement, reading on without row rules."""

    def field(self, site: Site, source: Source, field: FieldSpec, part: str | None = None) -> Operand:
        """The value of a field of a source."""

    def stored(self, source: Source, field: FieldSpec, part: str | None = None) -> Operand:
        """The column of a field of a source, as it is stored."""

    def members(self, frame: Frame, owner: ColumnElement[Any], path: ListPath) -> tuple[Frame, ColumnElement[bool]]:
        """The SELECT over the records of a list: its frame and what ties it to the record with the id `owner`."""

    def alias(self) -> str:
        """A table alias that is new in the statement."""

    def getter(self, site: Site, slot: Slot) -> Getter:
        """How a slot finds its Python value; the same function for the same slot."""
