"""All definitions in one place, for rooms that read many of them."""

from formwork.definitions.field import Default, FieldChange, FieldDef
from formwork.definitions.finding import Finding
from formwork.definitions.hook import HOOK_EVENTS, HookDef
from formwork.definitions.import_mapping import ColumnMapping, ImportDef, Transform
from formwork.definitions.layout import (
    Assignment,
    DetailSection,
    FieldPlacement,
    FieldSection,
    Form,
    LayoutDef,
    PrintDef,
    RelatedList,
    Tab,
    ViewDef,
)
from formwork.definitions.mapping import ConversionDef, ConversionStep, DetailMapping, MappingDef
from formwork.definitions.navigation import NavigationDef, NavigationGroup, NavigationItem
from formwork.definitions.object import SHARING, Master, ObjectDef, ObjectExtension, RecordType
from formwork.definitions.package import PackageDef
from formwork.definitions.package_test import Expectation, PackageTestDef
from formwork.definitions.permissions import (
    ACTIONS,
    SCOPES,
    VERBS,
    GrantDef,
    PermissionsDef,
    RoleDef,
    SharingRuleDef,
    TypeGrant,
    VerbGrant,
)
from formwork.definitions.report import DashboardDef, Measure, ReportDef
from formwork.definitions.retention import Retention
from formwork.definitions.rule import IndexRule, UniqueRule, ValidationRule
from formwork.definitions.seed import SeedDef
from formwork.definitions.source import NOWHERE, Path, Place, Source
from formwork.definitions.system_fields import DETAIL_LACKS, SYSTEM_FIELDS
from formwork.definitions.translation import TranslationDef
from formwork.definitions.workflow import WORKFLOW_KINDS, WorkflowDef, WorkflowTestDef
from formwork.definitions.workspace import PackageContent, Workspace
from formwork.fieldtypes.option import Option

__all__ = [
    "ACTIONS",
    "DETAIL_LACKS",
    "HOOK_EVENTS",
    "NOWHERE",
    "SCOPES",
    "SHARING",
    "SYSTEM_FIELDS",
    "VERBS",
    "WORKFLOW_KINDS",
    "Assignment",
    "ColumnMapping",
    "ConversionDef",
    "ConversionStep",
    "DashboardDef",
    "Default",
    "DetailMapping",
    "DetailSection",
    "Expectation",
    "FieldChange",
    "FieldDef",
    "FieldPlacement",
    "FieldSection",
    "Finding",
    "Form",
    "GrantDef",
    "HookDef",
    "ImportDef",
    "IndexRule",
    "LayoutDef",
    "MappingDef",
    "Master",
    "Measure",
    "NavigationDef",
    "NavigationGroup",
    "NavigationItem",
    "ObjectDef",
    "ObjectExtension",
    "Option",
    "PackageContent",
    "PackageDef",
    "PackageTestDef",
    "Path",
    "PermissionsDef",
    "Place",
    "PrintDef",
    "RecordType",
    "RelatedList",
    "ReportDef",
    "Retention",
    "RoleDef",
    "SeedDef",
    "SharingRuleDef",
    "Source",
    "Tab",
    "Transform",
    "TranslationDef",
    "TypeGrant",
    "UniqueRule",
    "ValidationRule",
    "VerbGrant",
    "ViewDef",
    "WorkflowDef",
    "WorkflowTestDef",
    "Workspace",
]
