"""What reads well and makes no sense."""

from pathlib import Path

import pytest

from formwork.definitions import load_workspace, parse_document
from formwork.definitions.reserved import ROUTED, TAKEN_COLUMNS


def codes(**data: object) -> list[str]:
    _, findings = parse_document("object", {"object": "book", "fields": {}, **data}, "library")
    return [finding.code for finding in findings]


@pytest.mark.parametrize("name", "and or not in me this id owner version archived external_id".split())
def test_reserved_names(name: str) -> None:
    assert codes(fields={name: {"type": "text"}}) == ["reserved_name"]


@pytest.mark.parametrize("name", [*sorted(ROUTED), "fw_audit", "sqlite_master", "pg_class", "shelf__mark"])
def test_names_no_object_can_have(name: str) -> None:
    """Addresses of the API would hide its records; no database takes the others."""
    assert codes(object=name) == ["reserved_name"]
    assert codes(fields={"a": {"type": "lookup", "to": "book", "inverse": "a__b"}}) == ["reserved_name"]


@pytest.mark.parametrize("name", [*sorted(TAKEN_COLUMNS), "home__city"])
def test_names_no_field_can_have(name: str) -> None:
    assert codes(fields={name: {"type": "text"}}) == ["reserved_name"]
    assert codes(master={"field": name, "to": "shelf", "inverse": "books"}) == ["reserved_name"]


def test_a_taken_name_is_told_with_its_line_and_a_mend(tmp_path: Path) -> None:
    (tmp_path / "metadata/library").mkdir(parents=True)
    (tmp_path / "objects/library").mkdir(parents=True)
    (tmp_path / "metadata/library/package.yaml").write_text("package: library\nversion: 1.0.0\nlabel: Library\n")
    (tmp_path / "objects/library/files.yaml").write_text("object: files\nfields:\n  xmin: {type: text}\n")
    found = [(one.file, one.line, one.code, one.mend) for one in load_workspace(tmp_path).findings]
    assert found == [
        ("objects/library/files.yaml", 1, "reserved_name", "Choose another name."),
        ("objects/library/files.yaml", 3, "reserved_name", "Choose another name."),
    ]


@pytest.mark.parametrize("name", "select from order group table where user count sum now label".split())
def test_words_of_sql_are_names(name: str) -> None:
    assert codes(fields={name: {"type": "text"}}) == []


@pytest.mark.parametrize("name", ["", "A", "a-b", "a b", 'a"b', "a" * 42, "_a", "1a", "ä", "a.b", "a\x00"])
def test_other_names_are_refused(name: str) -> None:
    assert codes(fields={name: {"type": "text"}}) == ["bad_name"]
    assert codes(object=name) != []


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"type": "integer", "min": 3, "max": 2}, "empty_range"),
        ({"type": "text", "pattern": "(a+)+"}, "bad_pattern"),
        ({"type": "text", "pattern": "("}, "bad_pattern"),
        ({"type": "auto_number", "format": "A-{000}", "gapless": True}, "missing_key"),
        ({"type": "rollup", "of": "copy.book", "latest": "state"}, "missing_key"),
        ({"type": "formula", "gives": "select", "expression": "a"}, "missing_key"),
        ({"type": "secret", "searchable": True}, "contradiction"),
        ({"type": "text", "encrypted": True, "unique": True}, "contradiction"),
        ({"type": "tags", "unique": True}, "contradiction"),
        ({"type": "formula", "gives": "text", "expression": "a", "required": True}, "contradiction"),
    ],
)
def test_contradictions(field: dict[str, object], code: str) -> None:
    assert codes(fields={"a": field}) == [code]


def test_one_default_record_type() -> None:
    assert codes(record_types={"a": {"label": "A", "default": True}, "b": {"label": "B", "default": True}}) == [
        "two_defaults"
    ]


def test_the_master_field_has_a_name_of_its_own() -> None:
    master = {"field": "owner", "to": "shelf", "inverse": "books"}
    assert codes(master=master) == ["reserved_name"]
    assert codes(master={**master, "field": "a"}, fields={"a": {"type": "text"}}) == ["reserved_name"]
