"""Checked expressions for reads the platform itself makes, and for paths people name."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from uuid import UUID

from formwork.catalog.snapshot import Snapshot
from formwork.expressions import Base, Expression, FieldPath, Kind, Type, check
from formwork.expressions.limits import FILTER
from formwork.expressions.nodes import Literal, Match, MatchOp, Member, Node, Or, Read
from formwork.expressions.types import BOOLEAN


@lru_cache(maxsize=65536)
def field_expression(snapshot: Snapshot, object: str, name: str) -> Expression:
    """The expression that reads one field of an object; raises KeyError for an unknown one (a bug)."""
    handle = snapshot.vocabulary.objects[object].fields[name]
    path = FieldPath(Base.ROW, object, (), name)
    return Expression(
        text=name,
        object=object,
        root=Read(path, handle.type),
        type=handle.type,
        volatile=False,
        uses_actor=False,
        uses_this=False,
        needs_old=False,
        python_only=False,
        paths=frozenset({path}),
        lists=frozenset(),
        reads=frozenset({(object, name)}),
    )


@lru_cache(maxsize=16384)
def written_expression(
    snapshot: Snapshot, object: str, text: str, this: str | None = None, expect: Type | None = None
) -> Expression:
    """A path or condition somebody wrote, checked under the limits of a request; raises ExpressionError."""
    return check(text, snapshot.scope(object, this=this), expect, FILTER)


def condition(snapshot: Snapshot, object: str, text: str, this: str | None = None) -> Expression:
    """A filter somebody wrote; raises ExpressionError when it is none."""
    return written_expression(snapshot, object, text, this, BOOLEAN)


def many_filter(snapshot: Snapshot, object: str, field: str, values: Iterable[UUID | str]) -> Expression:
    """The condition that a look-up or text field holds one of these values; none of them for none."""
    base = field_expression(snapshot, object, field)
    item = base.type.item if base.type.kind is Kind.LIST and base.type.item else base.type
    choices = tuple(Literal(value, item) for value in values)
    return _condition(object, f"{field} in (…)", Member(base.root, choices), [base])


def search_condition(
    snapshot: Snapshot, object: str, fields: Iterable[str], text: str, also: Sequence[Expression] = ()
) -> Expression:
    """The condition that some of these text fields, or of the texts read by `also`, contains `text`.

    The text is data and never a pattern.
    """
    reads = [*(field_expression(snapshot, object, name) for name in fields), *also]
    terms: tuple[Node, ...] = tuple(Match(MatchOp.CONTAINS, one.root, Literal(text, one.type)) for one in reads)
    return _condition(object, "search", terms[0] if len(terms) == 1 else Or(terms), reads)


def _condition(object: str, text: str, root: Node, reads: Sequence[Expression]) -> Expression:
    """A condition the platform put together from fields it reads."""
    return Expression(
        text=text,
        object=object,
        root=root,
        type=BOOLEAN,
        volatile=False,
        uses_actor=False,
        uses_this=False,
        needs_old=False,
        python_only=False,
        paths=frozenset(path for one in reads for path in one.paths),
        lists=frozenset(),
        reads=frozenset(pair for one in reads for pair in one.reads),
    )
