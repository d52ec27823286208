"""Packages in memory back to files on their shelves, as an integrator would keep them."""

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from formwork.definitions import dump_document
from formwork.definitions.model import PackageContent

_SHELVES = {
    "objects": "objects/{0}/{1}.json",
    "extensions": "objects/{0}/more_{1}.json",
    "layouts": "layouts/{0}/{1}.json",
    "permissions": "metadata/{0}/permissions.json",
    "navigation": "metadata/{0}/navigation.json",
    "translations": "metadata/{0}/translations/{2}.json",
    "seeds": "seed/{0}/{3}{1}.json",
    "mappings": "workflows/{0}/mappings/{1}.json",
    "conversions": "workflows/{0}/mappings/whole_{1}.json",
    "imports": "metadata/{0}/imports/{1}.json",
}


def write_workspace(folder: Path, packages: Mapping[str, PackageContent]) -> Path:
    """The folder with the packages in it."""
    for package in packages.values():
        _write(folder / f"metadata/{package.name}/package.json", package.manifest)
        for slot in (one.name for one in fields(package) if one.name in _SHELVES):
            for place, one in enumerate(getattr(package, slot)):
                demo = "demo/" if getattr(one, "demo", False) else ""
                name = _SHELVES[slot].format(package.name, f"d{place}", getattr(one, "locale", ""), demo)
                assert not (folder / name).exists(), name
                _write(folder / name, one)
    return folder


def _write(path: Path, definition: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dump_document(definition)[1], ensure_ascii=False), encoding="utf-8")
