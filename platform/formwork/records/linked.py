"""What a link is ordered by and shown as: the title of the record it points at."""

from formwork.access import decide_beyond
from formwork.catalog.reading import field_expression, written_expression
from formwork.expressions import Expression, ExpressionError, Kind
from formwork.expressions.nodes import Read
from formwork.storage import Work

_LONGEST_WAY = 3
"""Titles that are links themselves are followed this far."""


def title_expression(work: Work, object: str, expression: Expression) -> Expression | None:
    """The title of what a link points at, None for anything else and where the title is not for this reader."""
    found = expression
    for _ in range(_LONGEST_WAY):
        target = _target(found)
        if target is None:
            break
        decision = decide_beyond(work.snapshot, work.context.actor, target)
        title = work.object(target).title
        if title == "id" or title not in decision.readable:
            break
        try:
            found = written_expression(work.snapshot, object, f"{found.text}.{title}")
        except ExpressionError:
            return None
    return None if found is expression or found.type.kind is Kind.RECORD else found


def told_title(work: Work, object: str) -> Expression | None:
    """What records of an object are called: their title, or the title behind a link that is one.

    None where neither is for this reader.
    """
    title = work.object(object).title
    if title == "id" or title not in decide_beyond(work.snapshot, work.context.actor, object).readable:
        return None
    own = field_expression(work.snapshot, object, title)
    behind = title_expression(work, object, own)
    return own if behind is None and not work.object(object).fields[title].targets else behind


def _target(expression: Expression) -> str | None:
    """The object a link points at, None when it is no link to one object."""
    if expression.type.kind is not Kind.RECORD or len(expression.type.objects) != 1:
        return None
    root = expression.root
    return expression.type.objects[0] if isinstance(root, Read) and root.path.field != "id" else None
