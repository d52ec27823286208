"""Workflows, their tests, hooks, reports and dashboards, seeds."""

from collections.abc import Callable, Mapping
from typing import Any

from formwork.definitions.hook import HookDef
from formwork.definitions.labels import label_of
from formwork.definitions.parse.field import freeze
from formwork.definitions.report import DashboardDef, Measure, ReportDef
from formwork.definitions.schemas.report import FUNCTIONS
from formwork.definitions.seed import SeedDef
from formwork.definitions.source import Source
from formwork.definitions.workflow import WorkflowDef, WorkflowTestDef


def parse_workflow(data: Mapping[str, Any], package: str, source: Source) -> WorkflowDef:
    """The frame of a workflow; its body stays as written."""
    name: str = data["workflow"]
    label = data.get("label") or label_of(name)
    return WorkflowDef(name, package, data["kind"], data["object"], label, dict(data), data.get("with"), source)


def parse_workflow_test(data: Mapping[str, Any], package: str, source: Source) -> WorkflowTestDef:
    """The frame of a workflow test."""
    return WorkflowTestDef(data["test"], package, data["workflow"], dict(data), source)


def parse_hooks(
    data: Mapping[str, Any], package: str, source: Source, code_of: Callable[[str], str]
) -> tuple[HookDef, ...]:
    """The hooks of a checked document; `code_of` gives the text of a script file."""
    return tuple(
        HookDef(
            name=one["hook"],
            package=package,
            object=one["object"],
            events=tuple(one["events"]),
            script=one["script"],
            code=code_of(one["script"]),
            when=one.get("when"),
            label=one.get("label") or label_of(one["hook"]),
            source=source.below("hooks", index),
        )
        for index, one in enumerate(data["hooks"])
    )


def parse_report(data: Mapping[str, Any], package: str, source: Source) -> ReportDef:
    """The report of a checked document; a measure's key is its `id` or its place (`m1`)."""
    return ReportDef(
        name=data["report"],
        package=package,
        object=data["object"],
        label=data.get("label") or label_of(data["report"]),
        where=data.get("where"),
        rows=tuple(data.get("rows", ())),
        columns=tuple(data.get("columns", ())),
        measures=tuple(_measure(index, one) for index, one in enumerate(data["measures"], 1)),
        chart=freeze(data.get("chart", {})),
        roles=tuple(data.get("roles", ())),
        with_package=data.get("with"),
        source=source,
    )


def _measure(index: int, data: Mapping[str, Any]) -> Measure:
    function = next(one for one in FUNCTIONS if one in data)
    return Measure(data.get("id") or f"m{index}", function, data[function], data.get("label", ""))


def parse_dashboard(data: Mapping[str, Any], package: str, source: Source) -> DashboardDef:
    """The dashboard of a checked document."""
    return DashboardDef(
        name=data["dashboard"],
        package=package,
        label=data.get("label") or label_of(data["dashboard"]),
        tiles=tuple(freeze(one) for one in data["tiles"]),
        roles=tuple(data.get("roles", ())),
        with_package=data.get("with"),
        source=source,
    )


def parse_seed(data: Mapping[str, Any], package: str, source: Source) -> SeedDef:
    """The seed records of a checked document."""
    return SeedDef(data["object"], package, tuple(data["records"]), data.get("demo", False), source=source)
