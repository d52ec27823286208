"""Core statements that are asked again and again: rendered once, run by the driver itself.

A statement is prepared by its identity, so whoever calls keeps the one it made (a module constant or an
`lru_cache`). SQLAlchemy renders it and says how values go in and come out; running it costs no more
than the driver does. Statements with an expanding IN are not for here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from formwork.storage.compile.tables import SCHEMA_MARK
from formwork.storage.driver import LOG, DriverCursor
from formwork.storage.schema.tables import quoted
from formwork.storage.schema.types import DecimalType
from formwork.storage.work import Work

Convert: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """`text` carries the mark of the schema. `names` are the parameters, in order where the driver counts them."""

    text: str
    mark: str
    positional: bool
    names: tuple[tuple[str, Convert | None], ...]
    constants: Mapping[str, Any]
    decode: tuple[tuple[int, Convert], ...]

    def text_for(self, work: Work) -> str:
        """The SQL text for a tenant."""
        schema = work.place.schema
        if schema is None:
            return self.text
        return self.text.replace(self.mark, work.place.engine.dialect.identifier_preparer.quote(quoted(schema)))

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The driver's parameters; raises KeyError for a value that is missing (a bug)."""
        found: dict[str, Any] = {}
        for name, convert in self.names:
            value = values[name] if name in values else self.constants[name]
            found[name] = value if convert is None else convert(value)
        return [found[name] for name, _ in self.names] if self.positional else found

    def rows(self, raw: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Python values of the driver's rows."""
        decode = self.decode
        if not decode or not raw:
            return raw
        found = []
        for row in raw:
            cells = list(row)
            for place, convert in decode:
                cells[place] = convert(cells[place])
            found.append(tuple(cells))
        return found


def fetch(work: Work, statement: ClauseElement, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """The rows of a SELECT, or of a writing statement with RETURNING; raises kernel errors only."""
    prepared = _prepare(statement, work.place.engine.dialect)
    text = prepared.text_for(work)
    LOG.debug("%s", text)
    with DriverCursor(work.connection) as cursor:
        cursor.execute(text, prepared.parameters(values))
        return prepared.rows(cursor.fetchall())


def execute(work: Work, statement: ClauseElement, values: Mapping[str, Any]) -> int:
    """Run a statement that writes; gives how many rows it met. Raises kernel errors only."""
    prepared = _prepare(statement, work.place.engine.dialect)
    text = prepared.text_for(work)
    LOG.debug("%s", text)
    with DriverCursor(work.writer) as cursor:
        cursor.execute(text, prepared.parameters(values))
        return int(cursor.rowcount)


@lru_cache(maxsize=8_192)
def _prepare(statement: ClauseElement, dialect: Dialect) -> Prepared:
    options: dict[str, Any] = {}
    if dialect.name == "postgresql":
        options = {"schema_translate_map": {None: SCHEMA_MARK}, "render_schema_translate": True}
    compiled = statement.compile(dialect=dialect, **options)
    assert isinstance(compiled, SQLCompiler)
    converts: Mapping[str, Any] = compiled._bind_processors
    order = compiled.positiontup
    names = tuple(compiled.params) if order is None else tuple(order)
    return Prepared(
        text=str(compiled),
        mark=dialect.identifier_preparer.quote(quoted(SCHEMA_MARK)),
        positional=order is not None,
        names=tuple((name, converts.get(name)) for name in names),
        constants={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        decode=_decoders(compiled, dialect),
    )


def _decoders(compiled: SQLCompiler, dialect: Dialect) -> tuple[tuple[int, Convert], ...]:
    found: list[tuple[int, Convert]] = []
    for place, entry in enumerate(compiled._result_columns):
        if isinstance(entry.type, DecimalType) and dialect.name == "postgresql":
            continue  # psycopg gives decimals, and SQLAlchemy asks for a type number that only a result has
        convert = entry.type._cached_result_processor(dialect, None)
        if convert is not None:
            found.append((place, convert))
    return tuple(found)
