"""Mappings, conversions and shipped import mappings checked against the objects they name."""

from collections.abc import Iterable, Mapping

from formwork.catalog.compose import Composition
from formwork.catalog.findings import Findings
from formwork.catalog.scope import Vocabulary
from formwork.definitions.model import ConversionDef, ImportDef, MappingDef, Source

Mappings = tuple[dict[str, MappingDef], dict[str, ConversionDef], dict[str, ImportDef]]


def check_mappings(
    composition: Composition, fields: Mapping[str, Mapping[str, object]], vocabulary: Vocabulary, findings: Findings
) -> Mappings:
    """All mappings, conversions and import mappings by name; unknown names are reported."""
    present = set(fields)
    packages = {package.name for package in composition.packages}
    mappings: dict[str, MappingDef] = {}
    conversions: dict[str, ConversionDef] = {}
    imports: dict[str, ImportDef] = {}

    def known(
        wanted: Iterable[str], names: Iterable[str], what: str, source: Source, path: str, owner: str = ""
    ) -> bool:
        missing = [name for name in wanted if name not in names]
        for name in missing:
            findings.at(
                source.at(), f"unknown_{what}", path,
                f"There is no {what} `{name}`{f' on `{owner}`' if owner else ''}.",
                findings.choice(name, names, f"Name a {what} that is there, or remove this one."),
            )  # fmt: skip
        return not missing

    for package in composition.packages:
        for mapping in package.mappings:
            if mapping.with_package not in packages | {None}:
                continue
            if known((mapping.from_object, mapping.to), present, "object", mapping.source, mapping.name):
                known(
                    mapping.fields,
                    fields[mapping.to],
                    "field",
                    mapping.source.below("fields"),
                    mapping.name,
                    mapping.to,
                )
                mappings[mapping.name] = mapping
        for item in package.imports:
            if known((item.object,), present, "object", item.source, item.name):
                wanted = [*(column.field for column in item.columns.values()), *item.set]
                known(wanted, fields[item.object], "field", item.source.below("columns"), item.name, item.object)
                imports[item.name] = item
    for package in composition.packages:
        for conversion in package.conversions:
            if conversion.with_package not in packages | {None}:
                continue
            if known((conversion.from_object,), present, "object", conversion.source, conversion.name):
                steps = [step.mapping for step in conversion.creates]
                known(steps, mappings, "mapping", conversion.source.below("creates"), conversion.name)
                conversions[conversion.name] = conversion
    return mappings, conversions, imports
