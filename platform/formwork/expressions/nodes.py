"""The typed tree: what the checker makes of a text, and what both back ends compile.

Every node is a frozen value with its `type`. Semantics, the same in Python, SQLite and PostgreSQL:

- A boolean node is never blank. A comparison with a blank side is false, except `!=`, which is true
  when exactly one side is blank. A blank yes/no field reads as false. `''` is blank.
- Arithmetic with a blank operand is blank, so is a division by zero. After `*` and `/` the result
  is rounded half-up to 10 decimals; a result of 10**18 or more in size is an `overflow`.
- Text is compared by code point; `Match` compares `fold()` of both sides.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from formwork.expressions.paths import FieldPath, ListPath
from formwork.expressions.types import BOOLEAN, DATE, DATETIME, TEXT, USER, Type, Value


class CompareOp(StrEnum):
    """Comparisons. Both sides have the same kind, or both are numeric, or they are select and text."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


class ArithmeticOp(StrEnum):
    """Sums and products of numbers; `+` and `-` also of two durations."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class MatchOp(StrEnum):
    """Text searches that fold case and accents."""

    CONTAINS = "contains"
    STARTS = "starts with"


class AggregateOp(StrEnum):
    """Over the records of a list; blank values are left out. `sum` and `count` of nothing are 0, the others blank."""

    SUM = "sum"
    COUNT = "count"
    MIN = "min"
    MAX = "max"
    AVG = "avg"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant in its type; None is blank. Text is NFC and never empty."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a field. A record that is missing, deleted or invisible on the way makes it blank."""

    path: FieldPath
    type: Type


@dataclass(frozen=True, slots=True)
class Me:
    """The user id of the actor; blank for the system."""

    type: Type = USER


@dataclass(frozen=True, slots=True)
class ActorRead:
    """`me.<name>`: a value of the actor, the same for the whole query."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class HasRole:
    """`me.has_role('<role>')`: the same for the whole query."""

    role: str
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Today:
    """The calendar day in the tenant's time zone."""

    type: Type = DATE


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of the request."""

    type: Type = DATETIME


@dataclass(frozen=True, slots=True)
class BaseCurrency:
    """The code of the tenant's currency: the same for the whole tenant, as its time zone is."""

    type: Type = TEXT


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of the chosen option (`stage.category`): a look-up in `values`, blank for a code that has none."""

    source: "Node"
    name: str
    values: tuple[tuple[str, Value], ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Not:
    """The exact opposite."""

    operand: "Node"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class And:
    """True when every term is; two terms or more."""

    terms: "tuple[Node, ...]"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Or:
    """True when some term is; two terms or more."""

    terms: "tuple[Node, ...]"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`, see the module's text on blanks. Booleans only with `=` and `!=`."""

    op: CompareOp
    left: "Node"
    right: "Node"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Match:
    """`text contains part` or `text starts with part`, both folded; false when a side is blank."""

    op: MatchOp
    text: "Node"
    part: "Node"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Member:
    """`item in (choices)`: true when the item is filled and equals a filled choice. `not in` is Not of it."""

    item: "Node"
    choices: "tuple[Node, ...]"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class MemberOf:
    """`item in list`, or `list contains item`: `list` is a Read, Prior or ActorRead of list type."""

    item: "Node"
    list: "Node"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class IsBlank:
    """True when the operand is blank; a list is blank when it is empty. Never of a boolean or of parts."""

    operand: "Node"
    type: Type = BOOLEAN


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right` on numbers (or two durations with + and -)."""

    op: ArithmeticOp
    left: "Node"
    right: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Negate:
    """The number or duration with the other sign."""

    operand: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Join:
    """`&` and `concat`: the texts one after the other, a blank one as ''; blank when all are."""

    parts: "tuple[Node, ...]"
    type: Type = TEXT


@dataclass(frozen=True, slots=True)
class Choice:
    """`if` and `switch`: the value of the first branch whose condition is true, else `otherwise`."""

    branches: "tuple[tuple[Node, Node], ...]"
    otherwise: "Node"
    type: Type


@dataclass(frozen=True, slots=True)
class Coalesce:
    """The first filled value, blank when there is none."""

    parts: "tuple[Node, ...]"
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to its arguments; `name` is a key of `functions.library.FUNCTIONS` or of `dates.OPERATORS`."""

    name: str
    arguments: "tuple[Node, ...]"
    type: Type


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`op` over the records of `source` for which `condition` is true (None: all).

    `value` and `condition` are rooted in the list's records; `value` is None for count and exists.
    `avg` is sum / count rounded as a division is.
    """

    op: AggregateOp
    source: ListPath
    value: "Node | None"
    condition: "Node | None"
    type: Type


@dataclass(frozen=True, slots=True)
class Prior:
    """The value before this save; on a new record blank. Python only."""

    path: FieldPath
    type: Type


@dataclass(frozen=True, slots=True)
class Changed:
    """Whether this save changes the field, whose type is `of`; on a new record, whether it is filled. Python only."""

    path: FieldPath
    of: Type
    type: Type = BOOLEAN


Node: TypeAlias = (
    Literal | Read | Me | ActorRead | HasRole | Today | Now | BaseCurrency | Attribute | Not | And | Or | Compare
    | Match | Member | MemberOf | IsBlank | Arithmetic | Negate | Join | Choice | Coalesce | Call | Aggregate | Prior
    | Changed
)  # fmt: skip
