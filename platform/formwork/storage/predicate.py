"""The condition of a partial unique index, from the `when` of its rule.

An index condition may hold no parameter, subquery or function, so only plain comparisons of the
record's own fields with constants are possible.
"""

from collections.abc import Mapping

from sqlalchemy import Boolean, Column, ColumnElement, and_, false, literal, not_, or_

from formwork.expressions import Base, Expression, Kind
from formwork.expressions.nodes import And, Compare, CompareOp, IsBlank, Literal, Member, Node, Not, Or, Read
from formwork.kernel import Invalid

_OPERATORS = {
    CompareOp.LT: "__lt__",
    CompareOp.LE: "__le__",
    CompareOp.GT: "__gt__",
    CompareOp.GE: "__ge__",
}


def predicate(expression: Expression, columns: Mapping[str, Column[object]]) -> ColumnElement[bool]:
    """The condition over `columns` (by field); raises Invalid when the expression needs more than that.

    Every part is true or false and never NULL, so `not` is exact.
    """
    return _Compiler(expression, columns).boolean(expression.root)


class _Compiler:
    def __init__(self, expression: Expression, columns: Mapping[str, Column[object]]) -> None:
        self._text = expression.text
        self._columns = columns

    def boolean(self, node: Node) -> ColumnElement[bool]:
        match node:
            case And(terms):
                return and_(*(self.boolean(term) for term in terms))
            case Or(terms):
                return or_(*(self.boolean(term) for term in terms))
            case Not(operand):
                return not_(self.boolean(operand))
            case IsBlank(operand):
                return self._column(operand).is_(None)
            case Read() if node.type.kind is Kind.BOOLEAN:
                column = self._column(node)
                return and_(column.is_not(None), column == literal(True, Boolean()))
            case Compare(op, left, right):
                return self._compare(op, self._column(left), self._constant(right))
            case Member(item, choices):
                column = self._column(item)
                return or_(false(), *(self._compare(CompareOp.EQ, column, self._constant(one)) for one in choices))
        raise self._refusal()

    def _compare(self, op: CompareOp, column: Column[object], value: object) -> ColumnElement[bool]:
        if op is CompareOp.NE:
            return not_(self._compare(CompareOp.EQ, column, value))
        if value is None:
            return false()
        constant = literal(value, column.type)
        compared = column == constant if op is CompareOp.EQ else getattr(column, _OPERATORS[op])(constant)
        return and_(column.is_not(None), compared)

    def _column(self, node: Node) -> Column[object]:
        if isinstance(node, Read) and node.path.base is Base.ROW and not node.path.hops and node.path.part is None:
            column = self._columns.get(node.path.field)
            if column is not None:
                return column
        raise self._refusal()

    def _constant(self, node: Node) -> object:
        if isinstance(node, Literal):
            return node.value
        raise self._refusal()

    def _refusal(self) -> Invalid:
        return Invalid(
            f"`when: {self._text}` of a unique rule may only compare stored fields of the record with constants.",
            code="bad_unique_condition",
        )
