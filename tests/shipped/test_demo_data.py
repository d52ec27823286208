"""The demo data is what its generator writes, and every value of it fits the objects it is for."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from formwork.catalog.field import FieldSpec
from formwork.catalog.object import ObjectSpec
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.model import SeedDef
from formwork.fieldtypes.base import LoadContext
from tests.support import tenants

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "docs" / "howto" / "demo-data"
COUNTS = {"user": 13, "department": 3, "account": 60, "contact": 140, "lead": 120, "opportunity": 80, "sales_order": 68}


@cache
def shipped() -> tuple[Snapshot, tuple[SeedDef, ...]]:
    packages = tenants.shipped().values()
    return tenants.shipped_snapshot(), tuple(seed for package in packages for seed in package.seeds if seed.demo)


def records(spec: ObjectSpec, rows: tuple[Mapping[str, Any], ...]) -> Iterator[tuple[ObjectSpec, Mapping[str, Any]]]:
    """Records with the details nested in them."""
    details = {item.name: item.object for item in spec.details}
    for row in rows:
        yield spec, row
        for name in details.keys() & row.keys():
            yield from records(shipped()[0].object(details[name]), tuple(row[name]))


def everything() -> Iterator[tuple[ObjectSpec, Mapping[str, Any]]]:
    snapshot, seeds = shipped()
    for seed in seeds:
        yield from records(snapshot.object(seed.object), seed.records)


@cache
def names() -> frozenset[tuple[str, str]]:
    """Every (object, external id), users by their login."""
    found = {(spec.name, str(row["external_id"])) for spec, row in everything()}
    return frozenset(found | {("user", str(row["login"])) for spec, row in everything() if spec.name == "user"})


def test_the_files_are_what_the_generator_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(GENERATOR))
    before = set(sys.modules)
    monkeypatch.setattr(importlib.import_module("writing"), "ROOT", tmp_path)
    importlib.import_module("generate").main()
    for name in set(sys.modules) - before:
        del sys.modules[name]
    made = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.yaml")}
    kept = {file.relative_to(ROOT): file.read_bytes() for file in (ROOT / "seed").glob("*/demo/*.yaml")}
    assert made == kept, "Run docs/howto/demo-data/generate.py and commit what it writes."


def test_the_story_has_the_promised_size() -> None:
    found = {object: {key for name, key in names() if name == object} for object in COUNTS}
    found["user"] = {key for key in found["user"] if key.startswith("usr-")}
    assert {object: len(keys) for object, keys in found.items()} == COUNTS


def test_every_value_can_be_loaded() -> None:
    where = LoadContext()
    for spec, row in everything():
        for name, value in row.items():
            if name in {item.name for item in spec.details} or (isinstance(value, str) and value.startswith("=")):
                continue
            if spec.name == "user" and name == "roles":
                assert set(value) <= set(shipped()[0].rights.roles), f"{row['external_id']}: {value}"
                continue
            field = spec.fields[name]
            assert not field.computed, f"{spec.name} {row['external_id']}: {name} is computed"
            if field.targets:
                missing = [one for one in _targets(field, value) if not any(pair in names() for pair in one)]
                assert not missing, f"{spec.name} {row['external_id']}: {name} points at {value}"
            else:
                field.field_type.load(value, field.definition.settings, where)


def _targets(field: FieldSpec, value: Any) -> list[list[tuple[str, str]]]:
    """For each reference of a value the pairs one of which must be there."""
    if isinstance(value, Mapping):
        return [[(value["object"], value["id"])]]
    each = value if isinstance(value, list) else [value]
    return [[(target, str(one)) for target in (*field.targets, "user")] for one in each]


def test_nothing_real_is_named() -> None:
    for spec, row in everything():
        for name, value in row.items():
            if name in ("email", "website", "to", "from") and isinstance(value, str):
                assert value.rstrip("/").endswith("example.com"), f"{spec.name} {row['external_id']}: {value}"
