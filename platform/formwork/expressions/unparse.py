"""Untyped tree back to text, in one canonical spelling: `parse(unparse(ast)) == ast`."""

from formwork.expressions.ast import Ast, Call, In, Logical, Number, Operation, Path, Text, Unary, Word

_OR, _AND, _NOT, _CONDITION, _JOIN, _SUM, _PRODUCT, _SIGN, _ATOM = range(9)
_LOGICAL = {"or": _OR, "and": _AND, "&": _JOIN}
_OPERATIONS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def unparse(ast: Ast) -> str:
    """The text of a tree, with brackets only where they are needed and texts in single quotes."""
    return _write(ast, _OR)


def unparse_term(ast: Ast) -> str:
    """The text of a tree fit to be joined with others by `and`: an `or` comes in brackets."""
    return _write(ast, _NOT)


def unparse_operand(ast: Ast) -> str:
    """The text of a tree fit to stand beside a comparison operator."""
    return _write(ast, _JOIN)


def quote(text: str) -> str:
    """A text as a literal of the language."""
    return "'" + text.replace("'", "''") + "'"


def _write(ast: Ast, room: int) -> str:
    """The text of `ast` where an operand of at least the binding strength `room` is needed."""
    strength, text = _spell(ast)
    return f"({text})" if strength < room else text


def _spell(ast: Ast) -> tuple[int, str]:
    match ast:
        case Number(value=value):
            return _ATOM, f"{value:f}"
        case Text(value=value):
            return _ATOM, quote(value)
        case Word(value=value):
            return _ATOM, "blank" if value is None else str(value).lower()
        case Path():
            return _ATOM, str(ast)
        case Call(callee=callee, arguments=arguments):
            return _ATOM, f"{callee}({', '.join(_write(argument, _OR) for argument in arguments)})"
        case Unary():
            return _spell_unary(ast)
        case Logical(operator=operator, terms=terms):
            strength = _LOGICAL[operator]
            return strength, f" {operator} ".join(_write(term, strength + 1) for term in terms)
        case Operation(operator=operator, left=left, right=right):
            strength = _OPERATIONS.get(operator, _CONDITION)
            first = strength if operator in _OPERATIONS else _JOIN
            return strength, f"{_write(left, first)} {operator} {_write(right, strength + 1)}"
        case In():
            return _CONDITION, _spell_in(ast)


def _spell_unary(ast: Unary) -> tuple[int, str]:
    if ast.operator == "not":
        return _NOT, f"not {_write(ast.operand, _NOT)}"
    if ast.operator == "-":
        return _SIGN, f"-{_write(ast.operand, _SIGN)}"
    return _CONDITION, f"{_write(ast.operand, _JOIN)} {ast.operator}"


def _spell_in(ast: In) -> str:
    word = "not in" if ast.negated else "in"
    if len(ast.choices) == 1 and isinstance(ast.choices[0], Path):
        choices = str(ast.choices[0])
    else:
        choices = f"({', '.join(_write(choice, _OR) for choice in ast.choices)})"
    return f"{_write(ast.item, _JOIN)} {word} {choices}"
