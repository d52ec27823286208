"""Reports and dashboards as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a report: `function` (sum, count, avg, min, max) of `expression` (`*` for count)."""

    key: str
    function: str
    expression: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class ReportDef:
    """metadata/<package>/reports/<report>.yaml. `rows` and `columns` are grouping expressions."""

    name: str
    package: str
    object: str
    label: str
    where: str | None = None
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    chart: Mapping[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    with_package: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DashboardDef:
    """metadata/<package>/dashboards/<dashboard>.yaml: tiles, each naming a report."""

    name: str
    package: str
    label: str
    tiles: tuple[Mapping[str, Any], ...] = ()
    roles: tuple[str, ...] = ()
    with_package: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)
