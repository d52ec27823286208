"""The type checker: untyped tree and Scope to a typed tree, with the first error named in full."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from formwork.expressions.arithmetic import calculate, negate
from formwork.expressions.ast import Ast, Call, In, Logical, Number, Operation, Path, Text, Unary, Word
from formwork.expressions.coerce import bad_type, fit, is_blank_word
from formwork.expressions.comparison import compare, is_blank, match, member
from formwork.expressions.errors import ExpressionError, Position
from formwork.expressions.expression import Expression
from formwork.expressions.functions.function import Function
from formwork.expressions.functions.library import FUNCTIONS
from formwork.expressions.functions.text import as_text
from formwork.expressions.limits import FORMULA, Limits
from formwork.expressions.nodes import And, ArithmeticOp, CompareOp, Join, Literal, MatchOp, Node, Not, Or
from formwork.expressions.parse import parse
from formwork.expressions.paths import ListPath
from formwork.expressions.resolve import decimals, resolve, resolve_field, resolve_list
from formwork.expressions.scope import FieldHandle, Scope
from formwork.expressions.suggest import did_you_mean, nearest
from formwork.expressions.summary import summarise
from formwork.expressions.types import BLANK, BOOLEAN, TEXT, Kind, Type, number
from formwork.expressions.unparse import unparse

MAX_LIST_DEPTH = 2
"""An aggregate may hold one more aggregate, not two."""


def check(
    source: Ast | str,
    scope: Scope,
    expect: Type | None = None,
    limits: Limits = FORMULA,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Expression:
    """Check an expression against what `scope` knows.

    `expect` is the type it must give: numbers are then rounded half-up to its scale. Raises
    ExpressionError with code `bad_expression`, `unknown_name`, `bad_type` or `expression_limit`.
    """
    ast = parse(source, limits) if isinstance(source, str) else source
    root = Checker(scope, limits, functions).check(ast)
    if expect is not None:
        root = fit(root, expect, ast.at)
    elif is_blank_word(root):
        raise bad_type("The expression is always blank.", ast.at)
    text = source if isinstance(source, str) else unparse(source)
    return summarise(text, scope.object, root, functions)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks trees at one scope. `depth` counts the aggregates around."""

    scope: Scope
    limits: Limits
    functions: Mapping[str, Function]
    depth: int = 0

    def check(self, ast: Ast) -> Node:
        """The typed node of `ast`; raises ExpressionError."""
        match ast:
            case Number(value=value):
                return Literal(value, number(decimals(value)))
            case Text(value=value):
                return Literal(value or None, TEXT)
            case Word(value=value):
                return Literal(value, BLANK if value is None else BOOLEAN)
            case Path():
                return resolve(ast, self.scope, self.limits.hops)
            case Call():
                return self.call(ast)
            case Unary():
                return self.unary(ast)
            case Operation(left=left, right=right):
                return operate(ast.operator, self.check(left), self.check(right), ast.at)
            case Logical():
                return self.logical(ast)
            case In(item=item, choices=choices):
                found = member(self.check(item), [self.check(choice) for choice in choices], ast.at)
                return Not(found) if ast.negated else found

    def unary(self, ast: Unary) -> Node:
        """`not`, minus, `is blank`, `is not blank`."""
        operand = self.check(ast.operand)
        if ast.operator == "-":
            return negate(operand, ast.at)
        if ast.operator == "not":
            return Not(self.condition(operand, "not", ast.operand))
        handle = self._field(ast.operand) if operand.type.kind is Kind.PARTS else None
        found = is_blank(operand, handle.parts if handle else (), ast.at)
        return Not(found) if ast.operator == "is not blank" else found

    def _field(self, ast: Ast) -> FieldHandle | None:
        """The handle behind a path that ends in a field."""
        if not isinstance(ast, Path):
            return None
        scope = self.scope
        for name in ast.names[:-1]:
            handle = None if name == "this" else scope.field(name)
            if name == "this" and scope.this is not None:
                scope = scope.this
            elif handle is not None:
                scope = scope.enter(handle.type.objects[0])
        return scope.field(ast.names[-1])

    def logical(self, ast: Logical) -> Node:
        """`and`, `or` and `&`."""
        nodes = [self.check(term) for term in ast.terms]
        if ast.operator == "&":
            return Join(tuple(_joinable(node, term.at) for node, term in zip(nodes, ast.terms, strict=True)))
        terms = tuple(self.condition(node, ast.operator, term) for node, term in zip(nodes, ast.terms, strict=True))
        return And(terms) if ast.operator == "and" else Or(terms)

    def condition(self, node: Node, operator: str, ast: Ast) -> Node:
        """The node when it is yes/no; raises ExpressionError `bad_type` otherwise."""
        if node.type.kind is not Kind.BOOLEAN:
            raise bad_type(f"`{operator}` joins conditions, but {node.type} is given; write a comparison.", ast.at)
        return node

    def call(self, ast: Call) -> Node:
        """A function call."""
        function = self.functions.get(str(ast.callee))
        if function is None:
            suggestion = nearest(str(ast.callee), self.functions)
            raise ExpressionError(
                f"There is no function `{ast.callee}`{did_you_mean(suggestion)}",
                at=ast.at,
                code="unknown_name",
                suggestion=suggestion,
            )
        return function.build(Site(self, function.name, ast.arguments, ast.at))


@dataclass(frozen=True, slots=True)
class Site:
    """A call being checked: see functions.function.CallSite."""

    checker: Checker
    name: str
    arguments: tuple[Ast, ...]
    at: Position

    @property
    def object(self) -> str:
        """See CallSite."""
        return self.checker.scope.object

    @property
    def is_inside_list(self) -> bool:
        """See CallSite."""
        return self.checker.depth > 0

    def check(self, argument: Ast) -> Node:
        """See CallSite."""
        return self.checker.check(argument)

    def field(self, argument: Ast) -> FieldHandle | None:
        """See CallSite."""
        return resolve_field(argument, self.checker.scope) if isinstance(argument, Path) else None

    def list(self, argument: Ast) -> ListPath | None:
        """See CallSite."""
        if not isinstance(argument, Path):
            return None
        return resolve_list(argument, self.checker.scope, self.checker.limits.hops)

    def inside(self, path: ListPath, argument: Ast) -> Node:
        """See CallSite."""
        if self.checker.depth >= MAX_LIST_DEPTH:
            raise ExpressionError(
                f"At most {MAX_LIST_DEPTH} lists can be inside each other.",
                at=argument.at,
                code="expression_limit",
                extra={"limit": "lists", "allowed": MAX_LIST_DEPTH},
            )
        scope = self.checker.scope.enter(path.target)
        return replace(self.checker, scope=scope, depth=self.checker.depth + 1).check(argument)


_ARITHMETIC = {op.value: op for op in ArithmeticOp}
_COMPARE = {op.value: op for op in CompareOp}
_MATCH = {op.value: op for op in MatchOp}


def operate(operator: str, left: Node, right: Node, at: Position) -> Node:
    """The node of an operation between two values; raises ExpressionError `bad_type`."""
    if operator in _ARITHMETIC:
        return calculate(_ARITHMETIC[operator], left, right, at)
    if operator in _COMPARE:
        return compare(_COMPARE[operator], left, right, at)
    return match(_MATCH[operator], left, right, at)


def _joinable(node: Node, at: Position) -> Node:
    if is_blank_word(node):
        return Literal(None, TEXT)
    if node.type.kind in (Kind.RECORD, Kind.LIST, Kind.PARTS, Kind.OPAQUE, Kind.DURATION):
        raise bad_type(f"`&` joins texts, but {node.type} is given.", at)
    return as_text(node)
