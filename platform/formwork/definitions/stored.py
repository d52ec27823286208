"""Packages as JSON documents that can be kept, their hash, and back without checking them again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from formwork.definitions.documents import Documents
from formwork.definitions.dump.document import dump_document
from formwork.definitions.model import PackageContent
from formwork.definitions.parse import restore_document
from formwork.definitions.workspace import SLOTS

_WAITING = {"objects": "object", "layouts": "layout"}
"""Slots whose documents are kept as texts of their own, and the kind of each: they are read when they are used."""
FORMAT = 2


def dump_packages(packages: Mapping[str, PackageContent]) -> dict[str, Any]:
    """The packages as JSON-ready documents. Seed records are data, not metadata, and stay out."""
    return {"format": FORMAT, "packages": {name: _dump(package) for name, package in sorted(packages.items())}}


def documents_hash(documents: Mapping[str, Any]) -> str:
    """A hash of everything dumped packages say, the same on every machine."""
    return hashlib.sha256(_text(documents["packages"]).encode()).hexdigest()


def restore_packages(stored: Mapping[str, Any]) -> dict[str, PackageContent]:
    """The packages of stored documents; objects and layouts are made when they are asked for."""
    return {name: _restore(name, document) for name, document in stored["packages"].items()}


def _dump(package: PackageContent) -> dict[str, Any]:
    document: dict[str, Any] = {"manifest": dump_document(package.manifest)[1]}
    for slot in SLOTS:
        entries = []
        for definition in getattr(package, slot):
            kind, data = dump_document(definition)
            if slot in _WAITING:
                about = definition.name if kind == "object" else definition.object
                entries.append({"about": about, "text": _text(data)})
                continue
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
    if package.texts:
        document["texts"] = dict(sorted(package.texts.items()))
    return document


def _restore(name: str, document: Mapping[str, Any]) -> PackageContent:
    slots: dict[str, Any] = {
        slot: tuple(
            restore_document(entry["kind"], entry["data"], name, locale=entry.get("locale", ""))
            for entry in document.get(slot, ())
        )
        for slot in SLOTS
        if slot not in _WAITING or not _waits(document.get(slot, ()))
    }
    for slot, kind in _WAITING.items():
        if slot not in slots:
            slots[slot] = _documents(name, kind, document[slot])
    hooks = document.get("hooks")
    if hooks is not None:
        slots["hooks"] = restore_document("hooks", hooks["data"], name, scripts=hooks["scripts"])
    slots["texts"] = document.get("texts", {})
    return PackageContent(restore_document("package", document["manifest"], name), **slots)


def _waits(entries: Sequence[Mapping[str, Any]]) -> bool:
    return bool(entries) and "text" in entries[0]


def _documents(package: str, kind: str, entries: Sequence[Mapping[str, Any]]) -> Documents[Any]:
    texts = [entry["text"] for entry in entries]
    return Documents(
        [entry["about"] for entry in entries], lambda at: restore_document(kind, json.loads(texts[at]), package)
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
