"""The published schemas are current, sound, and agree in both validators."""

import re
from functools import cache

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from formwork.definitions import SCHEMAS
from formwork.definitions.layer_kinds import LAYER_KINDS
from formwork.definitions.parse import KINDS
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.definitions.schemas.text import schema_files
from formwork.fieldtypes.registry import WRITTEN_TYPES
from tests.definitions.workspaces import ROOT


@cache
def validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(SCHEMAS[kind])


@pytest.mark.parametrize("name", schema_files())
def test_the_published_schema_is_current(name: str) -> None:
    published = (ROOT / "docs/schemas" / name).read_text(encoding="utf-8")
    assert published == schema_files()[name], "Run `cli.py schema docs/schemas` and commit what it wrote."


def test_nothing_else_is_published() -> None:
    assert {path.name for path in (ROOT / "docs/schemas").iterdir()} == set(schema_files())


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_is_one(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    for reference in re.findall(r"'\$ref': '#/\$defs/([\w/]+)'", str(SCHEMAS[kind])):
        here: object = SCHEMAS[kind]["$defs"]
        for step in reference.split("/"):
            here = here[step]  # type: ignore[index]


def test_every_kind_has_a_schema_and_a_parser() -> None:
    assert set(SCHEMAS) == {*KINDS, *LAYER_KINDS}


def test_every_type_has_its_shape() -> None:
    assert {f"{one.name}_field" for one in WRITTEN_TYPES} <= set(SCHEMAS["object"]["$defs"])


@pytest.mark.parametrize("shelf", ["objects", "layouts", "metadata", "workflows", "seed", "plugins"])
def test_shipped_files_name_a_schema_that_accepts_them(shelf: str) -> None:
    """What an editor does: reads the first line and checks with its own validator."""
    for path in sorted((ROOT / shelf).rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert named, f"{path.relative_to(ROOT)} names no schema in its first line"
        schema = (path.parent / named.group(1)).resolve()
        assert schema.parent == ROOT / "docs/schemas", path
        data = read_yaml(text.encode(), path.name).data
        assert validator(schema.stem).is_valid(data), path.relative_to(ROOT)
