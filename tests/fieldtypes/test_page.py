"""docs/language/field-types.md says all there is to say of every type, and what it says is true."""

import json
import re
from pathlib import Path

import pytest

from formwork.definitions import parse_document
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import JSON_INPUT, FieldType
from formwork.fieldtypes.registry import WRITTEN_TYPES

PAGE = (Path(__file__).parents[2] / "docs/language/field-types.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
ROWS = [
    pytest.param(name, sent, answer, id=f"{name} {sent[:40]}")
    for name, section in SECTIONS.items()
    for sent, answer in re.findall(r"^\| `(.+?)` \| (.+?) \|$", section, re.MULTILINE)
]


def settings_of(name: str) -> dict[str, object]:
    example = re.search(r"```yaml\nexample: (.+?)\n```", SECTIONS[name], re.DOTALL)
    assert example, f"{name} has no example"
    data = read_yaml(b"object: example\nfields:\n  example: " + example.group(1).encode(), "page").data
    definition, findings = parse_document("object", data, "library")
    assert not findings
    return dict(definition.fields["example"].settings)


@pytest.mark.parametrize("field_type", WRITTEN_TYPES, ids=lambda one: one.name)
def test_every_type_has_a_full_section(field_type: FieldType) -> None:
    section = SECTIONS[field_type.name]
    options, column, operators, widget = re.findall(
        r"^- \*\*(?:Options|Column|Operators|Widget)\*\*: (.+)$", section, re.MULTILINE
    )
    assert set(field_type.schema()) <= set(re.findall(r"`(\w+)`", options))
    assert all(f"`{operator}`" in operators for operator in field_type.operators)
    assert f"`{field_type.widget}`" in widget
    settings = settings_of(field_type.name)
    if not field_type.computed:
        assert all(one.kind.value in column and one.suffix in column for one in field_type.columns(settings))
        assert "refused" in section


def test_the_page_knows_no_other_types() -> None:
    assert list(SECTIONS) == [one.name for one in WRITTEN_TYPES]


@pytest.mark.parametrize(("name", "sent", "answer"), ROWS)
def test_what_the_tables_say_is_true(name: str, sent: str, answer: str) -> None:
    field_type = next(one for one in WRITTEN_TYPES if one.name == name)
    settings = settings_of(name)
    raw = json.loads(sent)
    if refused := re.fullmatch(r"refused: `(\w+)`", answer):
        with pytest.raises(BadValue) as caught:
            field_type.load(raw, settings, JSON_INPUT)
        assert caught.value.code == refused.group(1)
        assert caught.value.message.endswith(".")
        return
    value = field_type.load(raw, settings, JSON_INPUT)
    assert field_type.dump(value) == json.loads(answer.strip("`"))
    assert field_type.from_cells(field_type.to_cells(value, settings), settings) == value
    if name != "secret":
        assert field_type.load(field_type.dump(value), settings, JSON_INPUT) == value


def test_every_code_of_a_bad_value_is_listed() -> None:
    listed = (Path(__file__).parents[2] / "docs/api/errors.md").read_text(encoding="utf-8")
    room = Path(__file__).parents[2] / "platform/formwork/fieldtypes"
    codes = {
        code for file in room.glob("*.py") for code in re.findall(r'BadValue\(\s*"(\w+)"', file.read_text("utf-8"))
    }
    assert len(codes) > 30
    assert not {code for code in codes if f"`{code}`" not in listed}
