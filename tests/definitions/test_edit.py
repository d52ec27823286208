"""Edits of YAML texts: one place changes, comments and everything else stay, and the text always loads."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.definitions.edit import move_key, remove_key, rename_key, set_value
from formwork.definitions.edit.objects import (
    NewObject,
    document_of,
    moved_field,
    renamed_field,
    with_field,
    with_object,
    without_field,
)
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.kernel import Invalid

TEXT = """\
# Vehicles of the fleet.
object: vehicle
label: 'Vehicle'   # as drivers say

fields:
  # What it is known by.
  plate: {type: text, required: true}  # no two alike
  # How far it went.
  mileage:
    type: integer  # km
    min: 0
  # What it is for.
  use: {type: select, options: {load: Load, no: "no"}}

# Rules of the yard.
validations:
  - rule: sane
    error_when: "mileage < 0"
    message: No.
"""


def data(text: str) -> Any:
    read = read_yaml(text.encode(), "x")
    assert not read.findings
    return read.data


def comments(text: str) -> list[str]:
    return [line.partition("#")[2] for line in text.splitlines() if "#" in line]


def test_what_is_set_stands_last_in_its_mapping_before_the_comments_of_what_follows() -> None:
    edited = set_value(TEXT, ("fields", "colour"), {"type": "text", "label": "Colour: no"})
    lines = edited.splitlines()
    at = lines.index("  colour: {type: text, label: 'Colour: no'}")
    assert lines[at - 1].startswith("  use:")
    assert "# Rules of the yard." in lines[at + 1 :]
    assert comments(edited) == comments(TEXT)
    assert data(edited)["fields"]["colour"]["label"] == "Colour: no"


def test_a_property_changes_alone() -> None:
    edited = set_value(TEXT, ("fields", "plate", "label"), "Number plate")
    assert "  plate: {type: text, required: true, label: Number plate} # no two alike" in edited
    assert comments(edited) == comments(TEXT)
    assert "label: 'Vehicle'   # as drivers say" in edited
    longer = set_value(edited, ("fields", "mileage", "max"), 9)
    assert comments(longer) == comments(TEXT)
    assert data(longer)["fields"]["mileage"] == {"type": "integer", "min": 0, "max": 9}


@pytest.mark.parametrize("name", ["plate", "mileage", "use"])
def test_what_is_taken_out_takes_only_the_comments_inside_it(name: str) -> None:
    edited = remove_key(TEXT, ("fields", name))
    own = {"plate": [" no two alike"], "mileage": [" km"], "use": []}[name]
    assert sorted(comments(edited)) == sorted(one for one in comments(TEXT) if one not in own)
    assert list(data(edited)["fields"]) == [one for one in ("plate", "mileage", "use") if one != name]


@pytest.mark.parametrize(("name", "after"), [("plate", "use"), ("use", None), ("mileage", "use"), ("use", "plate")])
def test_moving_keeps_everything(name: str, after: str | None) -> None:
    edited = move_key(TEXT, ("fields", name), after)
    order = [one for one in ("plate", "mileage", "use") if one != name]
    order.insert(0 if after is None else order.index(after) + 1, name)
    assert list(data(edited)["fields"]) == order
    assert sorted(comments(edited)) == sorted(comments(TEXT))


def test_renaming_keeps_the_place_and_the_comments() -> None:
    edited = rename_key(TEXT, ("fields", "plate"), "number")
    assert "  number: {type: text, required: true} # no two alike" in edited
    assert list(data(edited)["fields"]) == ["number", "mileage", "use"]
    with pytest.raises(Invalid, match="there already"):
        rename_key(TEXT, ("fields", "plate"), "use")


@pytest.mark.parametrize("path", [("fields", "nothing"), ("label", "x"), ("fields", "plate", "type", "x")])
def test_what_is_not_there_cannot_be_taken_out(path: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        remove_key(TEXT, path)
    assert refused.value.code == "bad_document"


def test_a_broken_text_is_not_edited() -> None:
    with pytest.raises(Invalid):
        set_value("a: [", ("b",), 1)


_SCALARS = st.one_of(st.booleans(), st.integers(-(10**15), 10**15), st.text(max_size=20).filter(str.isprintable))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(["plate", "mileage", "use", "colour"]), _VALUES)
def test_whatever_is_set_is_read_again(name: str, value: Any) -> None:
    edited = set_value(TEXT, ("fields", name), value)
    expected = data(TEXT)
    expected["fields"][name] = value
    assert data(edited) == expected


NEW = NewObject("vehicle", "Vehicle", "Vehicles", ("plate", "Plate"), "truck", "teal", ("history",), "sales", ("rep",))


def test_a_new_object_brings_its_menu_and_rights() -> None:
    made = with_object({}, NEW)
    texts = {path: data(text or "") for path, text in made.items()}
    assert texts["objects/tenant/vehicle.yaml"]["fields"]["plate"]["required"] is True
    assert texts["metadata/tenant/navigation.yaml"] == {"navigation": [{"group": "sales", "items": ["vehicle"]}]}
    assert texts["metadata/tenant/permissions.yaml"]["grants"]["rep"]["vehicle"]["read"] == "all"
    files = {path: text for path, text in made.items() if text is not None}
    more = with_object(files, NewObject("visit", "Visit", "Visits", ("name", "Name"), group="sales", roles=("rep",)))
    assert data(more["metadata/tenant/navigation.yaml"] or "")["navigation"][0]["items"] == ["vehicle", "visit"]
    assert set(data(more["metadata/tenant/permissions.yaml"] or "")["grants"]["rep"]) == {"vehicle", "visit"}


def test_fields_are_written_where_the_object_is() -> None:
    files = {"objects/tenant/cars.yaml": TEXT}
    assert document_of(files, "vehicle") == "objects/tenant/cars.yaml"
    changed = with_field(files, "vehicle", "plate", {"type": "text", "unique": True})
    edited = changed["objects/tenant/cars.yaml"] or ""
    assert "plate: {type: text, unique: true} " in edited
    assert comments(edited) == comments(TEXT)
    assert with_field(files, "vehicle", "plate", {}) == without_field(files, "vehicle", "plate")
    moved = moved_field(files, "vehicle", "use", None)["objects/tenant/cars.yaml"] or ""
    assert list(data(moved)["fields"]) == ["use", "plate", "mileage"]
    renamed = renamed_field(files, "vehicle", "plate", "number")["objects/tenant/cars.yaml"] or ""
    assert data(renamed)["fields"]["number"]["renamed_from"] == "plate"


def test_an_extension_that_says_nothing_more_goes() -> None:
    added = with_field({}, "book", "colour", {"type": "text"})
    path = "objects/tenant/book.yaml"
    assert data(added[path] or "") == {"extends": "book", "fields": {"colour": {"type": "text"}}}
    assert without_field({path: added[path] or ""}, "book", "colour") == {path: None}
