"""Every kind of document with its schema."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from formwork.definitions.schemas.hook import HOOKS
from formwork.definitions.schemas.import_mapping import IMPORT
from formwork.definitions.schemas.layer import LAYER_LAYOUT, LAYER_NAVIGATION, LAYER_OBJECT, LAYER_PERMISSIONS
from formwork.definitions.schemas.layout import LAYOUT
from formwork.definitions.schemas.mapping import CONVERSION, MAPPING
from formwork.definitions.schemas.navigation import NAVIGATION
from formwork.definitions.schemas.object import OBJECT
from formwork.definitions.schemas.package import PACKAGE, PACKAGE_TEST
from formwork.definitions.schemas.permissions import PERMISSIONS
from formwork.definitions.schemas.report import DASHBOARD, REPORT
from formwork.definitions.schemas.seed import SEED
from formwork.definitions.schemas.translation import TRANSLATION
from formwork.definitions.schemas.workflow import WORKFLOW, WORKFLOW_TEST

SCHEMAS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "package": PACKAGE,
        "package_test": PACKAGE_TEST,
        "object": OBJECT,
        "layout": LAYOUT,
        "permissions": PERMISSIONS,
        "navigation": NAVIGATION,
        "translation": TRANSLATION,
        "seed": SEED,
        "mapping": MAPPING,
        "conversion": CONVERSION,
        "import": IMPORT,
        "workflow": WORKFLOW,
        "workflow_test": WORKFLOW_TEST,
        "hooks": HOOKS,
        "report": REPORT,
        "dashboard": DASHBOARD,
        "layer_object": LAYER_OBJECT,
        "layer_layout": LAYER_LAYOUT,
        "layer_permissions": LAYER_PERMISSIONS,
        "layer_navigation": LAYER_NAVIGATION,
    }
)
"""By kind, in the order of the documentation. `cli.py schema` writes them to docs/schemas/<kind>.json."""
