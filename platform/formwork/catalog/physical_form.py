"""What an expression computes, told by tables and columns: the same before and after a rename."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from formwork.catalog.object import ListKind, ObjectSpec
from formwork.expressions import Expression, FieldPath, ListPath, parse
from formwork.expressions.ast import Ast, Path, children
from formwork.expressions.paths import Hop


def physical_form(expression: Expression, objects: Mapping[str, ObjectSpec]) -> str:
    """A text two expressions share only if they compute the same from the same columns."""
    return repr(_form(expression.root, objects))


def physical_text(expression: Expression, spec: ObjectSpec) -> str:
    """The text of an expression over the record's own fields, with renamed ones under their first names.

    It is the text as written where no field in it was renamed.
    """
    names = {path.field for path in expression.paths if not path.hops}
    return with_names(expression.text, {name: spec.fields[name].physical for name in names})


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text of an expression with other names for fields of the record itself; raises ExpressionError.

    Everything else stays as it was written.
    """
    renamed = {name: other for name, other in names.items() if other != name}
    lines = text.split("\n")
    places = [one for one in _paths(parse(text)) if one.names[0] in renamed] if renamed else []
    for one in sorted(places, key=lambda path: (path.at.line, path.at.column), reverse=True):
        line, start = lines[one.at.line - 1], one.at.column - 1
        lines[one.at.line - 1] = line[:start] + renamed[one.names[0]] + line[start + len(one.names[0]) :]
    return "\n".join(lines)


def _paths(ast: Ast) -> list[Path]:
    own = [ast] if isinstance(ast, Path) else []
    return own + [path for child in children(ast) for path in _paths(child)]


def _form(value: Any, objects: Mapping[str, ObjectSpec]) -> Any:
    """A tree with its paths by their physical names and without the types, which follow from them."""
    match value:
        case FieldPath():
            field = objects[value.owner].fields[value.field].physical
            return (value.base.value, objects[value.object].table, _hops(value.hops, objects), field, value.part)
        case ListPath():
            spec = objects[value.owner]
            item = spec.lists[value.list]
            via = (spec if item.kind is ListKind.MEMBERS else objects[item.object]).fields[item.via].physical
            own = (value.base.value, objects[value.object].table, _hops(value.hops, objects))
            return (*own, item.kind.value, objects[item.object].table, via)
        case tuple():
            return tuple(_form(one, objects) for one in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = (getattr(value, part.name) for part in dataclasses.fields(value) if part.name != "type")
            return (type(value).__name__, *(_form(part, objects) for part in parts))
    return value


def _hops(hops: tuple[Hop, ...], objects: Mapping[str, ObjectSpec]) -> tuple[tuple[str, str], ...]:
    return tuple((objects[hop.object].table, objects[hop.object].fields[hop.field].physical) for hop in hops)
