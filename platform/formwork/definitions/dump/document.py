"""Any definition back to (kind, plain value); `parse_document` of both gives the definition again."""

from typing import Any

from formwork.definitions.dump.layout import dump_layout
from formwork.definitions.dump.object import dump_extension, dump_object
from formwork.definitions.dump.package import (
    dump_navigation,
    dump_package,
    dump_package_test,
    dump_permissions,
    dump_translation,
)
from formwork.definitions.dump.work import (
    dump_conversion,
    dump_dashboard,
    dump_hooks,
    dump_import,
    dump_mapping,
    dump_report,
    dump_seed,
)
from formwork.definitions.import_mapping import ImportDef
from formwork.definitions.layout import LayoutDef
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

_DUMPERS: dict[type, tuple[str, Any]] = {
    PackageTestDef: ("package_test", dump_package_test),
    PackageDef: ("package", dump_package),
    ObjectDef: ("object", dump_object),
    ObjectExtension: ("object", dump_extension),
    LayoutDef: ("layout", dump_layout),
    PermissionsDef: ("permissions", dump_permissions),
    NavigationDef: ("navigation", dump_navigation),
    TranslationDef: ("translation", dump_translation),
    SeedDef: ("seed", dump_seed),
    MappingDef: ("mapping", dump_mapping),
    ConversionDef: ("conversion", dump_conversion),
    ImportDef: ("import", dump_import),
    ReportDef: ("report", dump_report),
    DashboardDef: ("dashboard", dump_dashboard),
    WorkflowDef: ("workflow", lambda workflow: dict(workflow.body)),
    WorkflowTestDef: ("workflow_test", lambda test: dict(test.body)),
}


def dump_document(definition: Any) -> tuple[str, dict[str, Any]]:
    """The kind and the JSON-ready mapping of a definition; a tuple of hooks is the kind `hooks`.

    Raises KeyError for what is no definition.
    """
    if isinstance(definition, tuple):
        return "hooks", dump_hooks(definition)
    kind, dump = _DUMPERS[type(definition)]
    return kind, dump(definition)
