"""What a function of the language is: type rule, Python form, documentation and examples in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from formwork.expressions.ast import Ast
from formwork.expressions.coerce import bad_type, coerce, is_blank_word, is_text_constant
from formwork.expressions.errors import Position
from formwork.expressions.nodes import Call, Literal, Node
from formwork.expressions.paths import ListPath
from formwork.expressions.scope import FieldHandle
from formwork.expressions.types import Kind, Type


class CallSite(Protocol):
    """A call being checked: what was written and the means to check parts of it."""

    @property
    def name(self) -> str:
        """The function's name."""

    @property
    def arguments(self) -> tuple[Ast, ...]:
        """What was written between the brackets."""

    @property
    def at(self) -> Position:
        """Where the call is written."""

    def check(self, argument: Ast) -> Node:
        """The typed node of an argument."""

    def list(self, argument: Ast) -> ListPath | None:
        """The list an argument names, None when it names none."""

    def field(self, argument: Ast) -> FieldHandle | None:
        """The record's own field an argument names, None when it names none."""

    def inside(self, path: ListPath, argument: Ast) -> Node:
        """The typed node of an argument that is about the records of a list."""

    @property
    def object(self) -> str:
        """The object the call is about."""

    @property
    def is_inside_list(self) -> bool:
        """Whether the call stands within an aggregate."""


Build: TypeAlias = Callable[[CallSite], Node]


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    `build` checks a call and gives its node. `run` is the Python form of a `Call` node of this name:
    it gets the arguments' values (after the Environment when `zoned`), never a blank one unless
    `total`; a blank argument of a function that is not total gives blank. `run` is None where
    `build` makes other nodes; `sql` is false when no query can hold it. `examples` are (expression,
    value as text) pairs that the tests run.
    """

    name: str
    group: str
    signature: str
    summary: str
    build: Build
    run: Callable[..., object] | None = None
    examples: tuple[tuple[str, str], ...] = ()
    zoned: bool = False
    total: bool = False
    sql: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: the kinds it may have; `default` makes it optional; `constant` asks for a literal."""

    label: str
    kinds: tuple[Kind, ...]
    default: Node | None = None
    constant: bool = False


Gives: TypeAlias = Type | Callable[[tuple[Node, ...]], Type]


def count_arguments(site: CallSite, least: int, most: int | None = None) -> None:
    """Refuse a call with too few or too many arguments; raises ExpressionError `bad_type`."""
    have = len(site.arguments)
    if have < least or (most is not None and have > most):
        expected = f"{least}" if most == least else f"at least {least}" if most is None else f"{least} to {most}"
        plural = "argument" if expected == "1" else "arguments"
        raise bad_type(
            f"`{site.name}` takes {expected} {plural}, but {have} {'is' if have == 1 else 'are'} given.", site.at
        )


def check_argument(site: CallSite, parameter: Parameter, argument: Ast) -> Node:
    """The typed node of one argument; raises ExpressionError `bad_type` when it is of another kind."""
    node = site.check(argument)
    first = parameter.kinds[0]
    if is_blank_word(node):
        return Literal(None, Type(first))
    if is_text_constant(node) and Kind.TEXT not in parameter.kinds:
        is_moment = isinstance(node, Literal) and "T" in str(node.value) and Kind.DATETIME in parameter.kinds
        node = coerce(node, Type(Kind.DATETIME if is_moment else first), argument.at)
    if node.type.kind not in parameter.kinds:
        wanted = " or ".join(kind.value for kind in parameter.kinds)
        raise bad_type(
            f"The {parameter.label} of `{site.name}` must be {wanted}, but {node.type} is given.", argument.at
        )
    if parameter.constant and not isinstance(node, Literal):
        raise bad_type(f"The {parameter.label} of `{site.name}` must be a plain value, not a formula.", argument.at)
    return node


def plain(parameters: tuple[Parameter, ...], gives: Gives) -> Build:
    """A type rule: these parameters, this result, a `Call` node."""
    least = sum(1 for parameter in parameters if parameter.default is None)

    def build(site: CallSite) -> Node:
        count_arguments(site, least, len(parameters))
        nodes = []
        for place, parameter in enumerate(parameters):
            if place < len(site.arguments):
                nodes.append(check_argument(site, parameter, site.arguments[place]))
            elif parameter.default is not None:
                nodes.append(parameter.default)
        arguments = tuple(nodes)
        return Call(site.name, arguments, gives if isinstance(gives, Type) else gives(arguments))

    return build
