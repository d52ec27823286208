"""From the plain value of a document to its definitions, by kind."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.check import check_document
from formwork.definitions.finding import Finding
from formwork.definitions.layer_kinds import schema_of
from formwork.definitions.parse.layout import parse_layout
from formwork.definitions.parse.manifest import (
    parse_navigation,
    parse_package,
    parse_package_test,
    parse_translation,
)
from formwork.definitions.parse.mapping import parse_conversion, parse_import, parse_mapping
from formwork.definitions.parse.object import parse_object
from formwork.definitions.parse.permissions import parse_permissions
from formwork.definitions.parse.work import (
    parse_dashboard,
    parse_hooks,
    parse_report,
    parse_seed,
    parse_workflow,
    parse_workflow_test,
)
from formwork.definitions.reading.document import Document
from formwork.definitions.sense import check_object
from formwork.definitions.source import NOWHERE, Source

_PARSERS: Mapping[str, Any] = {
    "package": parse_package,
    "package_test": parse_package_test,
    "object": parse_object,
    "layout": parse_layout,
    "permissions": parse_permissions,
    "navigation": parse_navigation,
    "seed": parse_seed,
    "mapping": parse_mapping,
    "conversion": parse_conversion,
    "import": parse_import,
    "workflow": parse_workflow,
    "workflow_test": parse_workflow_test,
    "report": parse_report,
    "dashboard": parse_dashboard,
}
KINDS: tuple[str, ...] = (*_PARSERS, "translation", "hooks")
"""Kinds of documents, the words `parse_document` takes."""


def parse_document(
    kind: str,
    data: Any,
    package: str,
    source: Source = NOWHERE,
    *,
    locale: str = "",
    scripts: Mapping[str, str] | None = None,
) -> tuple[Any, tuple[Finding, ...]]:
    """The definition of a plain value (from YAML, JSON or an API body) and its findings.

    The definition is None when there is one. `locale` is needed for translations, `scripts`
    (file name to text) for hooks. `kind` is one of KINDS; hooks give a tuple of definitions.
    """
    mistakes = check_document(schema_of(kind, data, package), Document(data, source))
    if mistakes:
        return None, tuple(mistake.finding for mistake in mistakes)
    definition, findings = parse_checked(kind, data, package, source, locale=locale, scripts=scripts or {})
    return (None if findings else definition), findings


def parse_checked(
    kind: str, data: Any, package: str, source: Source, *, locale: str, scripts: Mapping[str, str]
) -> tuple[Any, tuple[Finding, ...]]:
    """The definition of a value that has passed `check_document`, and what makes no sense in it."""
    if kind == "hooks" and (missing := _missing_scripts(data, source, scripts)):
        return None, missing
    definition = restore_document(kind, data, package, source, locale=locale, scripts=scripts)
    return definition, tuple(check_object(definition)) if kind == "object" else ()


def restore_document(
    kind: str,
    data: Any,
    package: str,
    source: Source = NOWHERE,
    *,
    locale: str = "",
    scripts: Mapping[str, str] | None = None,
) -> Any:
    """The definition of a value that was checked before it was stored; nothing is checked again."""
    if kind == "translation":
        return parse_translation(data, package, locale, source)
    if kind == "hooks":
        return parse_hooks(data, package, source, (scripts or {}).__getitem__)
    return _PARSERS[kind](data, package, source)


def _missing_scripts(data: Mapping[str, Any], source: Source, scripts: Mapping[str, str]) -> tuple[Finding, ...]:
    findings = []
    for index, one in enumerate(data["hooks"]):
        if one["script"] not in scripts:
            place = source.at("hooks", index, "script")
            findings.append(
                Finding(
                    place.file, place.line, place.column, f"hooks.{index}.script", "missing_script",
                    f"There is no file `{one['script']}` beside this one.", "Write it or correct the name.",
                )
            )  # fmt: skip
    return tuple(findings)
