"""What a workspace folder holds, package by package."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formwork.definitions.finding import Finding
from formwork.definitions.hook import HookDef
from formwork.definitions.import_mapping import ImportDef
from formwork.definitions.layout import LayoutDef
from formwork.definitions.lost import Lost
from formwork.definitions.mapping import ConversionDef, MappingDef
from formwork.definitions.navigation import NavigationDef
from formwork.definitions.object import ObjectDef, ObjectExtension
from formwork.definitions.package import PackageDef
from formwork.definitions.package_test import PackageTestDef
from formwork.definitions.permissions import PermissionsDef
from formwork.definitions.report import DashboardDef, ReportDef
from formwork.definitions.seed import SeedDef
from formwork.definitions.translation import TranslationDef
from formwork.definitions.workflow import WorkflowDef, WorkflowTestDef

SLOTS = (
    "objects", "extensions", "layouts", "permissions", "navigation", "translations", "mappings", "conversions",
    "imports", "workflows", "workflow_tests", "reports", "dashboards",
    "tests",
)  # fmt: skip
"""The parts of a package that hold documents of their own, as its content names them; seeds are data."""


@dataclass(frozen=True, slots=True)
class PackageContent:
    """Everything one package brings, in the order of its file names. Restored from a database, objects and layouts
    are `Documents`."""

    manifest: PackageDef
    objects: Sequence[ObjectDef] = ()
    extensions: tuple[ObjectExtension, ...] = ()
    layouts: Sequence[LayoutDef] = ()
    permissions: tuple[PermissionsDef, ...] = ()
    navigation: tuple[NavigationDef, ...] = ()
    translations: tuple[TranslationDef, ...] = ()
    seeds: tuple[SeedDef, ...] = ()
    mappings: tuple[MappingDef, ...] = ()
    conversions: tuple[ConversionDef, ...] = ()
    imports: tuple[ImportDef, ...] = ()
    workflows: tuple[WorkflowDef, ...] = ()
    workflow_tests: tuple[WorkflowTestDef, ...] = ()
    hooks: tuple[HookDef, ...] = ()
    reports: tuple[ReportDef, ...] = ()
    dashboards: tuple[DashboardDef, ...] = ()
    tests: tuple[PackageTestDef, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """The files it was read from, where they are kept: those of the tenant's own package, comments and all."""

    @property
    def name(self) -> str:
        """The package's name, which is also its folder on every shelf."""
        return self.manifest.name


@dataclass(frozen=True, slots=True)
class Workspace:
    """The packages of a folder by name (sorted), and every problem found while reading them.

    With findings the packages hold what was sound. `lost` are names that are written but could not be
    read; linking takes them so that it does not complain of their absence as well.
    """

    packages: Mapping[str, PackageContent] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    lost: frozenset[Lost] = frozenset()
