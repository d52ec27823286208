"""The manifest of a package."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.definitions.layer import TENANT
from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class PackageDef:
    """metadata/<package>/package.yaml. `requires` maps a package to a version range such as `^1.0`."""

    name: str
    version: str
    label: str
    summary: str = ""
    requires: Mapping[str, str] = field(default_factory=dict)
    enhances: tuple[str, ...] = ()
    locales: tuple[str, ...] = ("en",)
    source: Source = field(default=NOWHERE, compare=False, repr=False)


LAYER = PackageDef(TENANT, "1.0.0", "Made here")
"""The manifest of a tenant's layer that has none written."""
