"""The SQL form of a value while a statement is being built."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from formwork.storage.compile.binder import Getter


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in SQL. A blank is NULL; text is never ''.

    Numbers come in three forms. On PostgreSQL `sql` is numeric, or bigint where `scale` is 0 and
    `whole` is set. On SQLite `scale` says how many decimals a scaled integer has, None marks wide
    text (see wide.py), and `bound` is the largest size the integer can have. A number that arrives as
    a parameter has a `getter` for its Decimal and takes the form of whatever it meets.

    `fold` is the stored fold key beside a text column. `null` marks the constant blank. Of a link that can
    read as blank although it is stored, `sql` is what it reads as, `link` its column, which an index serves,
    and `there` TRUE where the two are the same.
    """

    sql: ColumnElement[Any]
    scale: int | None = None
    bound: int = 0
    whole: bool = False
    getter: Getter | None = None
    fold: ColumnElement[Any] | None = None
    null: bool = False
    link: ColumnElement[Any] | None = None
    there: ColumnElement[bool] | None = None
