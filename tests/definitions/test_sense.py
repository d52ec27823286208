"""What reads well and makes no sense."""

import pytest

from formwork.definitions import parse_document


def codes(**data: object) -> list[str]:
    _, findings = parse_document("object", {"object": "book", "fields": {}, **data}, "library")
    return [finding.code for finding in findings]


@pytest.mark.parametrize("name", "and or not in me this id owner version archived external_id".split())
def test_reserved_names(name: str) -> None:
    assert codes(fields={name: {"type": "text"}}) == ["reserved_name"]


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
