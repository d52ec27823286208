"""Mappings, conversions, import mappings."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.import_mapping import ColumnMapping, ImportDef, Transform
from formwork.definitions.labels import label_of
from formwork.definitions.mapping import ConversionDef, ConversionStep, DetailMapping, MappingDef
from formwork.definitions.source import Source


def parse_mapping(data: Mapping[str, Any], package: str, source: Source) -> MappingDef:
    """The mapping of a checked document."""
    return MappingDef(
        name=data["mapping"],
        package=package,
        from_object=data["from"],
        to=data["to"],
        label=data.get("label") or label_of(data["mapping"]),
        fields=_expressions(data.get("fields", {})),
        details={
            key: DetailMapping(
                key, one["to"], _expressions(one["fields"]), one.get("when"), source.below("details", key)
            )
            for key, one in data.get("details", {}).items()
        },
        reuse_when=data.get("reuse_when"),
        with_package=data.get("with"),
        source=source,
    )


def parse_conversion(data: Mapping[str, Any], package: str, source: Source) -> ConversionDef:
    """The conversion of a checked document."""
    return ConversionDef(
        name=data["conversion"],
        package=package,
        from_object=data["from"],
        label=data.get("label") or label_of(data["conversion"]),
        creates=tuple(
            ConversionStep(one["mapping"], one["as"], one.get("link"), source.below("creates", index))
            for index, one in enumerate(data["creates"])
        ),
        set=_expressions(data.get("set", {})),
        when=data.get("when"),
        with_package=data.get("with"),
        source=source,
    )


def parse_import(data: Mapping[str, Any], package: str, source: Source) -> ImportDef:
    """The import mapping of a checked document."""
    return ImportDef(
        name=data["import"],
        package=package,
        object=data["object"],
        label=data.get("label") or label_of(data["import"]),
        format=data.get("format", "csv"),
        match=tuple(data.get("match", ())),
        columns={
            header: _column(header, one, source.below("columns", header)) for header, one in data["columns"].items()
        },
        set=_expressions(data.get("set", {})),
        with_package=data.get("with"),
        source=source,
    )


def _column(header: str, written: Any, source: Source) -> ColumnMapping:
    data: Mapping[str, Any] = {"field": written} if isinstance(written, str) else written
    return ColumnMapping(
        header=header,
        field=data["field"],
        by=data.get("by"),
        transform=tuple(_transform(one) for one in data.get("transform", ())),
        values={str(key): _word(value) for key, value in data.get("values", {}).items()},
        create_options=data.get("create_options", False),
        skip=tuple(data.get("skip", ())),
        source=source,
    )


def _transform(written: Any) -> Transform:
    if isinstance(written, str):
        return Transform(written)
    kind, argument = next(iter(written.items()))
    return Transform(kind, argument)


def _expressions(data: Mapping[str, Any]) -> dict[str, str]:
    return {key: _word(value) for key, value in data.items()}


def _word(value: Any) -> str:
    """A YAML scalar as the expression language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
