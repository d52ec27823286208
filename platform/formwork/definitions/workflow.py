"""Workflows as written: checked against their schema here, understood by the rooms that run them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from formwork.definitions.source import NOWHERE, Source

WORKFLOW_KINDS = ("approval", "process", "automation", "stage_flow")


@dataclass(frozen=True, slots=True)
class WorkflowDef:
    """workflows/<package>/<workflow>.yaml. `body` is the whole document as written."""

    name: str
    package: str
    kind: str
    object: str
    label: str
    body: Mapping[str, Any]
    with_package: str | None = None
    source: Source = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class WorkflowTestDef:
    """workflows/<package>/tests/<name>.yaml: a record, what people do, and the path expected."""

    name: str
    package: str
    workflow: str
    body: Mapping[str, Any]
    source: Source = field(default=NOWHERE, compare=False, repr=False)
