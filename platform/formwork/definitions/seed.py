"""Records a package brings along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class SeedDef:
    """seed/<package>/…: records of `object`, each with its `external_id`.

    Values are as written: look-ups hold external ids of their target (users: logins), a text
    starting with `=` is an expression, details stand under the master's inverse name. `demo` records
    are loaded only by `demo`. With `written` the records come from a CSV file: every value is text as a
    person writes it (`load_text`), parts of an address stand in a mapping.
    """

    object: str
    package: str
    records: tuple[Mapping[str, Any], ...]
    demo: bool = False
    written: bool = False
    source: Source = field(default=NOWHERE, compare=False, repr=False)
