"""A compiled statement: SQL text, how its parameters are drawn, how its rows are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ClauseElement
from sqlalchemy.sql.elements import quoted_name

from formwork.storage.compile.backend import Backend
from formwork.storage.compile.binder import Binder, Getter, Inputs
from formwork.storage.compile.cell import Cell
from formwork.storage.compile.tables import SCHEMA_MARK


@dataclass(frozen=True, slots=True)
class Statement:
    """`text` carries SCHEMA_MARK where the tenant's schema goes. `order` names positional parameters."""

    text: str
    order: tuple[str, ...] | None
    getters: Mapping[str, Getter]
    cells: tuple[Cell, ...] = ()
    _texts: dict[str | None, str] = field(default_factory=dict, compare=False, repr=False)

    def text_for(self, schema: str | None, backend: Backend) -> str:
        """The SQL text for one tenant."""
        found = self._texts.get(schema)
        if found is None:
            found = self.text
            if schema is not None:
                preparer = backend.dialect.identifier_preparer
                quoted = preparer.quote(quoted_name(schema, quote=True))
                found = found.replace(preparer.quote(quoted_name(SCHEMA_MARK, quote=True)), quoted)
            self._texts[schema] = found
        return found

    def parameters(self, inputs: Inputs) -> Any:
        """The driver's parameters: a tuple where they are positional, else a dict."""
        getters = self.getters
        if self.order is not None:
            return tuple([getters[name](inputs) for name in self.order])
        return {name: getter(inputs) for name, getter in getters.items()}


def finish(backend: Backend, binder: Binder, clause: ClauseElement, cells: tuple[Cell, ...] = ()) -> Statement:
    """Render a SQLAlchemy statement once."""
    compiled = clause.compile(dialect=backend.dialect)
    getters = dict(binder.getters)
    for name, value in compiled.params.items():
        if name not in getters:
            getters[name] = _constant(value)
    order = getattr(compiled, "positiontup", None)
    text = str(compiled)
    if order is None:
        return Statement(text, None, {name: getters[name] for name in compiled.params}, cells)
    return Statement(text, tuple(order), {name: getters[name] for name in order}, cells)


def _constant(value: Any) -> Getter:
    return lambda inputs: value
