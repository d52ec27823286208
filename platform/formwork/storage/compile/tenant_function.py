"""Functions that live in the tenant's schema on PostgreSQL; postgres_functions.py makes them."""

from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, func

from formwork.storage.compile.tables import SCHEMA_MARK


def text_function(name: str, *arguments: ColumnElement[Any]) -> ColumnElement[Any]:
    """A call that gives text."""
    return getattr(getattr(func, SCHEMA_MARK), name)(*arguments, type_=Text())  # type: ignore[no-any-return]


def number_function(name: str, *arguments: ColumnElement[Any]) -> ColumnElement[Any]:
    """A call that gives a number."""
    return getattr(getattr(func, SCHEMA_MARK), name)(*arguments, type_=Numeric())  # type: ignore[no-any-return]
