"""Packages as the JSON documents a tenant's database keeps, and back without checking them again."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions import dump_document
from formwork.definitions.model import PackageContent
from formwork.definitions.parse import restore_document

_SLOTS = (
    "objects", "extensions", "layouts", "permissions", "navigation", "translations", "mappings", "conversions",
    "imports", "workflows", "workflow_tests", "reports", "dashboards",
)  # fmt: skip
FORMAT = 1


def dump_packages(packages: Mapping[str, PackageContent]) -> dict[str, Any]:
    """The packages as JSON-ready documents. Seed records are data, not metadata, and stay out."""
    return {"format": FORMAT, "packages": {name: _dump(package) for name, package in sorted(packages.items())}}


def restore_packages(stored: Mapping[str, Any]) -> dict[str, PackageContent]:
    """The packages of stored documents."""
    return {name: _restore(name, document) for name, document in stored["packages"].items()}


def _dump(package: PackageContent) -> dict[str, Any]:
    document: dict[str, Any] = {"manifest": dump_document(package.manifest)[1]}
    for slot in _SLOTS:
        entries = []
        for definition in getattr(package, slot):
            kind, data = dump_document(definition)
            entry = {"kind": kind, "data": data}
            if kind == "translation":
                entry["locale"] = definition.locale
            entries.append(entry)
        if entries:
            document[slot] = entries
    if package.hooks:
        kind, data = dump_document(package.hooks)
        scripts = {hook.script: hook.code for hook in package.hooks}
        document["hooks"] = {"kind": kind, "data": data, "scripts": scripts}
    return document


def _restore(name: str, document: Mapping[str, Any]) -> PackageContent:
    slots = {
        slot: tuple(
            restore_document(entry["kind"], entry["data"], name, locale=entry.get("locale", ""))
            for entry in document.get(slot, ())
        )
        for slot in _SLOTS
    }
    hooks = document.get("hooks")
    if hooks is not None:
        slots["hooks"] = restore_document("hooks", hooks["data"], name, scripts=hooks["scripts"])
    return PackageContent(restore_document("package", document["manifest"], name), **slots)
