"""A shipped import mapping: columns of a foreign file onto fields of an object."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as attribute

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class Transform:
    """One step of cleaning a cell: trim, date, decimal or scale, with its argument."""

    kind: str
    argument: str | int | float | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the file. `by` is the field of the look-up's target that the cell holds.

    `values` maps texts of cells, a blank one as "", to others; rows with a text of `skip` are left out.
    """

    header: str
    field: str
    by: str | None = None
    transform: tuple[Transform, ...] = ()
    values: Mapping[str, str] = attribute(default_factory=dict)
    create_options: bool = False
    skip: tuple[str, ...] = ()
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ImportDef:
    """metadata/<package>/imports/<name>.yaml. `match` is the key that decides update or create.

    `set` maps further fields to expressions over the record as the columns filled it, for example
    `login: "lower(replace(full_name, ' ', '.'))"`; they are computed before `match` is asked.
    """

    name: str
    package: str
    object: str
    label: str
    format: str = "csv"
    match: tuple[str, ...] = ()
    columns: Mapping[str, ColumnMapping] = attribute(default_factory=dict)
    set: Mapping[str, str] = attribute(default_factory=dict)
    with_package: str | None = None
    source: Source = attribute(default=NOWHERE, compare=False, repr=False)
