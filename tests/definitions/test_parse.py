"""What documents become."""

from typing import Any

import pytest

from formwork.definitions import apply_change, parse_document
from formwork.definitions.check_field import check_change
from formwork.definitions.model import Default, FieldChange, FieldDef, VerbGrant


def field(**data: object) -> FieldDef:
    definition, findings = parse_document("object", {"object": "book", "fields": {"a_b": data}}, "library")
    assert not findings
    found: FieldDef = definition.fields["a_b"]
    return found


def test_what_is_left_out_is_filled_in() -> None:
    definition, _ = parse_document("object", {"object": "book_box", "fields": {"a_b": {"type": "text"}}}, "library")
    assert (definition.label, definition.plural, definition.sharing) == ("Book box", "Book boxes", "private")
    assert (definition.fields["a_b"].label, definition.fields["a_b"].settings) == ("A b", {"max": 255})


@pytest.mark.parametrize(
    ("data", "default"),
    [
        ({"type": "text", "default": "today()"}, Default("today()")),
        ({"type": "select", "options": {"a": "A"}, "default": "a"}, Default("a")),
        ({"type": "multi_select", "options": {"a": "A"}, "default": ["a"]}, Default(("a",))),
        ({"type": "date", "default": "today()"}, Default(expression="today()")),
        ({"type": "lookup", "to": "shelf", "default": "author.shelf"}, Default(expression="author.shelf")),
        ({"type": "number", "default": 1}, Default(1)),
        ({"type": "boolean", "default": False}, Default(False)),
        ({"type": "text", "default": {"expression": "upper(name)"}}, Default(expression="upper(name)")),
        ({"type": "json", "default": {"a": 1}}, Default({"a": 1})),
    ],
)
def test_a_default_is_a_literal_or_an_expression(data: dict[str, Any], default: Default) -> None:
    assert field(**data).default == default


def test_options_keep_their_attributes() -> None:
    options = field(
        type="select", options={"won": {"label": "Won", "hue": "green", "share": 1, "open": False}, "x": "X"}
    )
    assert options.settings["options"]["won"].attributes == {"share": 1, "open": False}
    assert options.settings["options"]["x"].label == "X"


def test_a_change_touches_only_what_it_names() -> None:
    before = field(type="select", required=True, options={"a": {"label": "A", "hue": "red"}, "b": "B"}, default="a")
    after = apply_change(before, FieldChange("a_b", {"label": "New", "options": {"a": {"hue": "blue"}, "c": "C"}}))
    assert (after.label, after.required, after.default) == ("New", True, Default("a"))
    options = after.settings["options"]
    assert [(one.code, one.label, one.hue) for one in options.values()] == [
        ("a", "A", "blue"),
        ("b", "B", ""),
        ("c", "C", ""),
    ]


def test_a_change_of_a_default_keeps_to_its_type() -> None:
    assert apply_change(field(type="date"), FieldChange("a_b", {"default": "today()"})).default == Default(
        expression="today()"
    )
    before = field(type="text", default={"expression": "upper(x)"})
    assert apply_change(before, FieldChange("a_b", {"help": "x"})).default == before.default


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        (True, VerbGrant(("all",))),
        (False, VerbGrant(("none",))),
        ("own", VerbGrant(("own",))),
        (["own", "rule:open"], VerbGrant(("own", "rule:open"))),
        ({"scope": "team", "when": "a = 1"}, VerbGrant(("team",), "a = 1")),
    ],
)
def test_verbs_reach_rows(written: object, rows: VerbGrant) -> None:
    definition, _ = parse_document("permissions", {"grants": {"reader": {"book": {"read": written}}}}, "library")
    assert definition.grants[0].verbs == {"read": rows}


def test_scalars_in_mappings_become_expressions() -> None:
    data = {"mapping": "m", "from": "a", "to": "b", "fields": {"x": 1.5, "y": True, "z": "q"}}
    assert parse_document("mapping", data, "library")[0].fields == {"x": "1.5", "y": "true", "z": "q"}


def test_a_detail_follows_its_master() -> None:
    data = {"object": "copy", "master": {"field": "book", "to": "book", "inverse": "copies"}, "fields": {}}
    definition, _ = parse_document("object", data, "library")
    assert (definition.sharing, definition.master.label) == ("parent", "Book")


@pytest.mark.parametrize(
    ("before", "change", "code"),
    [
        ({"type": "select", "options": {"a": "A"}}, {"max": 5}, "unknown_key"),
        ({"type": "text"}, {"max": 9000}, "too_large"),
        ({"type": "integer", "max": 3}, {"min": 5}, "empty_range"),
    ],
)
def test_a_change_has_to_fit_the_field(before: dict[str, Any], change: dict[str, Any], code: str) -> None:
    changed = FieldChange("a_b", change)
    assert [finding.code for finding in check_change(apply_change(field(**before), changed), changed)] == [code]
    fine = FieldChange("a_b", {"label": "New"})
    assert check_change(apply_change(field(**before), fine), fine) == []
