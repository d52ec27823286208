"""What a person asks for in words of the expression language, checked with that person's rights.

An unknown name and one the person may not see get the same answer, which names the person's own word and no other.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from formwork.access import HiddenFields, Verb, decide, require_readable
from formwork.catalog import Selected, Snapshot, Sort
from formwork.catalog.reading import written_expression
from formwork.expressions import FILTER, Expression, ExpressionError, Kind, Type, check
from formwork.expressions.limits import count_conditions
from formwork.expressions.parse import parse
from formwork.expressions.types import BOOLEAN
from formwork.kernel import Malformed, Problem
from formwork.records.linked import title_expression
from formwork.storage import Work

_WORD = re.compile(r"\w+(?:\.\w+)*")
_NAMED = re.compile(r"`([^`]+)`")
_NEAR = 40
"""Characters of what somebody wrote that an error repeats."""


def require_modest(texts: Iterable[str]) -> None:
    """Refuse a question whose texts together are more than one of them may be; raises Malformed `query_limit`.

    A text that cannot be read is left to whoever asks for it, and so are the limits each has on its own.
    """
    said = [text.removeprefix("-") for text in texts]
    if sum(map(len, said)) > FILTER.characters:
        message = f"The question has more than {FILTER.characters:,} characters in all; make it smaller."
        raise Malformed(message, code="query_limit")
    conditions = 0
    for text in said:
        if _WORD.fullmatch(text):
            continue
        try:
            conditions += count_conditions(parse(text, FILTER))
        except ExpressionError:
            continue
        if conditions > FILTER.conditions:
            message = f"The question has more than {FILTER.conditions} conditions in all; make it smaller or split it."
            raise Malformed(message, code="query_limit")


def ask_expression(
    work: Work, object: str, text: str, expect: Type | None = None, this: str | None = None, part: str = ""
) -> Expression:
    """A path or condition somebody wrote; raises Malformed `bad_query` with line and column.

    `part` is the part of the question it stands in (`filter`, `sort`), for the person to find it again.
    """
    try:
        expression = written_expression(work.snapshot, object, text, this, expect)
    except ExpressionError as error:
        raise _bad_query(_seen(work, object, text, expect, this) or error, text, part) from error
    try:
        require_readable(work.snapshot, work.context.actor, [expression])
    except Malformed as refused:
        mistake = _seen(work, object, text, expect, this)
        raise (refused if mistake is None else _bad_query(mistake, text, part)) from refused
    if not expression.has_sql:
        raise refusal(work, expression, "changed() and prior() have no meaning in a query.")
    return expression


def ask_filter(work: Work, object: str, text: str, this: str | None = None) -> Expression:
    """A condition somebody wrote."""
    return ask_expression(work, object, text, BOOLEAN, this, "filter")


def ask_fields(work: Work, object: str, names: Sequence[str]) -> tuple[Selected, ...]:
    """The values to select: the named paths, or every field the reader may see."""
    if not names:
        decision = decide(work.snapshot, work.context.actor, object, Verb.READ).require()
        return _all_fields(work.snapshot, object, decision.readable)
    return tuple(
        Selected(name, ask_expression(work, object, name, part="fields")) for name in dict.fromkeys(["id", *names])
    )


@lru_cache(maxsize=4_096)
def _all_fields(snapshot: Snapshot, object: str, readable: frozenset[str]) -> tuple[Selected, ...]:
    fields = snapshot.object(object).fields
    names = ["id", *(name for name in fields if name in readable and name not in ("id", "deleted_at"))]
    return tuple(Selected(name, written_expression(snapshot, object, name, None, None)) for name in names)


def ask_sort(work: Work, object: str, keys: Sequence[str]) -> tuple[Sort, ...]:
    """Sort keys: a path, with `-` before it for descending. A link is sorted by the title of what it points at."""
    sorts: list[Sort] = []
    for key in keys:
        name = key.removeprefix("-")
        expression = ask_expression(work, object, name, part="sort")
        require_comparable(work, expression, "sorted by")
        sorts.append(Sort(title_expression(work, object, expression) or expression, key.startswith("-")))
    return tuple(sorts)


def require_comparable(work: Work, expression: Expression, what: str) -> None:
    """Refuse values that have no order and no equality: files, JSON, sealed fields, lists, whole addresses."""
    if expression.type.kind in (Kind.OPAQUE, Kind.PARTS, Kind.LIST):
        raise refusal(work, expression, f"`{expression.text}` cannot be {what}.")


def refusal(work: Work, expression: Expression, message: str) -> Malformed:
    """What to raise about an expression; about one that is not for the person's eyes nothing else is said."""
    require_readable(work.snapshot, work.context.actor, [expression])
    return Malformed(message, code="bad_query")


def _seen(work: Work, object: str, text: str, expect: Type | None, this: str | None) -> ExpressionError | None:
    """The mistake as the person may hear of it: the text read again without what is hidden from them."""
    hidden = HiddenFields(work.snapshot, work.context.actor)
    try:
        check(text, work.snapshot.scope(object, this=this, hidden=hidden), expect, FILTER)
    except ExpressionError as error:
        return error
    return None


def _bad_query(error: ExpressionError, text: str, part: str) -> Malformed:
    if error.code == "unknown_name":
        word = _WORD.match(text.split("\n")[error.line - 1], error.column - 1)
        name = word[0] if word is not None else text
        message = f"`{name}` does not exist or you may not see it."
        problem = Problem(f"/{part}" if part else "", "bad_query", message, {"name": name})
        return Malformed(message, code="bad_query", problems=[problem])
    code = "query_limit" if error.code == "expression_limit" else "bad_query"
    extra = {"line": error.line, "column": error.column, "near": _near(text, error)}
    return Malformed(
        error.message, code=code, extra={**extra, "suggestion": error.suggestion} if error.suggestion else extra
    )


def _near(text: str, error: ExpressionError) -> str:
    """The word an error names, else the one it stands at, as it was written; at the end of the text what precedes."""
    named = next((one for one in _NAMED.findall(error.sentence) if one in text), "")
    if named:
        return str(named)[:_NEAR]
    line = text.split("\n")[error.line - 1] if text else ""
    word = _WORD.match(line, error.column - 1)
    return (word[0] if word else line[error.column - 1 :].split(" ")[0] or line[-_NEAR:].strip())[:_NEAR]
