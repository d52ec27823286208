"""Mappings, conversions, imports, workflows, hooks, reports, dashboards and seeds as they are written."""

from collections.abc import Sequence
from typing import Any

from formwork.definitions.dump.field import thaw
from formwork.definitions.dump.object import filled
from formwork.definitions.hook import HookDef
from formwork.definitions.import_mapping import ColumnMapping, ImportDef, Transform
from formwork.definitions.mapping import ConversionDef, MappingDef
from formwork.definitions.report import DashboardDef, ReportDef
from formwork.definitions.seed import SeedDef


def dump_mapping(mapping: MappingDef) -> dict[str, Any]:
    """The document that gives this mapping when parsed."""
    return _waiting(mapping.with_package) | filled(
        mapping=mapping.name,
        label=mapping.label,
        **{"from": mapping.from_object},
        to=mapping.to,
        fields=mapping.fields,
        details={
            key: {"to": one.to, "fields": thaw(one.fields), **filled(when=one.when)}
            for key, one in mapping.details.items()
        },
        reuse_when=mapping.reuse_when,
    )


def dump_conversion(conversion: ConversionDef) -> dict[str, Any]:
    """The document that gives this conversion when parsed."""
    return _waiting(conversion.with_package) | filled(
        conversion=conversion.name,
        label=conversion.label,
        **{"from": conversion.from_object},
        creates=[{"mapping": one.mapping, "as": one.name, **filled(link=one.link)} for one in conversion.creates],
        set=conversion.set,
        when=conversion.when,
    )


def dump_import(mapping: ImportDef) -> dict[str, Any]:
    """The document that gives this import mapping when parsed."""
    return _waiting(mapping.with_package) | filled(
        **{"import": mapping.name},
        object=mapping.object,
        label=mapping.label,
        format=mapping.format,
        match=mapping.match,
        columns={header: _column(column) for header, column in mapping.columns.items()},
        set=mapping.set,
    )


def _column(column: ColumnMapping) -> dict[str, Any]:
    return filled(
        field=column.field,
        by=column.by,
        transform=[_transform(one) for one in column.transform],
        values=column.values,
        create_options=column.create_options,
        skip=column.skip,
    )


def _transform(transform: Transform) -> Any:
    return transform.kind if transform.argument is None else {transform.kind: transform.argument}


def dump_hooks(hooks: Sequence[HookDef]) -> dict[str, Any]:
    """The document that gives these hooks when parsed beside their scripts."""
    return {
        "hooks": [
            filled(
                hook=one.name, object=one.object, events=one.events, script=one.script, when=one.when, label=one.label
            )
            for one in hooks
        ]
    }


def dump_report(report: ReportDef) -> dict[str, Any]:
    """The document that gives this report when parsed."""
    return _waiting(report.with_package) | filled(
        report=report.name,
        object=report.object,
        label=report.label,
        where=report.where,
        rows=report.rows,
        columns=report.columns,
        measures=[{one.function: one.expression, "id": one.key, **filled(label=one.label)} for one in report.measures],
        chart=report.chart,
        roles=report.roles,
    )


def dump_dashboard(dashboard: DashboardDef) -> dict[str, Any]:
    """The document that gives this dashboard when parsed."""
    return _waiting(dashboard.with_package) | filled(
        dashboard=dashboard.name, label=dashboard.label, tiles=dashboard.tiles, roles=dashboard.roles
    )


def dump_seed(seed: SeedDef) -> dict[str, Any]:
    """The document that gives these records when parsed."""
    return filled(object=seed.object, demo=seed.demo) | {"records": thaw(seed.records)}


def _waiting(package: str | None) -> dict[str, Any]:
    return {"with": package} if package else {}
