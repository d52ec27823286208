"""Taking back what the layer says of other packages' things: that much and nothing else, comments kept."""

import pytest

from formwork.definitions.edit.reset import reset
from formwork.definitions.leaves import leaves
from formwork.definitions.reading.yaml_text import read_yaml

BOOK = """\
extends: book
label: Title  # what we say
fields:
  # Nobody here reads it.
  isbn: {hidden: true}
  # Ours.
  shelf: {type: text, max: 10}
  state:
    options: {lost: {label: Missing, active: false}, new: {after: lost}}
validations:
  - {rule: keep_price, hidden: true}
  - {rule: other, message: No.}
"""
LAYOUT = """\
extends: book
forms:
  standard:
    header: [{field: isbn, hidden: true}, shelf]
    tabs:
      - id: details
        sections:
          - {id: main, label: Mine, fields: [{field: isbn, span: 2}, shelf]}
"""
RIGHTS = "roles: {reader: Borrower}\ngrants:\n  reader:\n    book: {read: own}\n    loan: {read: [own, team]}\n"
FILES = {
    "objects/tenant/book.yaml": BOOK, "layouts/tenant/book.yaml": LAYOUT, "metadata/tenant/permissions.yaml": RIGHTS,
    "objects/tenant/van.yaml": "object: van\nfields: {name: {type: text}}\n",
}  # fmt: skip


def test_what_a_document_says_is_known_by_keys() -> None:
    said = leaves(read_yaml(BOOK.encode(), "").data)
    assert said["fields", "state", "options", "lost", "active"] is False
    assert said["fields", "shelf", "max"] == 10
    assert said["validations", "keep_price", "hidden"] is True
    placed = leaves(read_yaml(LAYOUT.encode(), "").data)
    main = ("forms", "standard", "tabs", "details", "sections", "main")
    assert placed[(*main, "fields", "isbn", "span")] == 2
    assert placed[(*main, "fields", "shelf")] is True
    granted = leaves(read_yaml(RIGHTS.encode(), "").data)
    assert granted == {
        ("roles", "reader", "label"): "Borrower", ("grants", "reader", "book", "read"): "own",
        ("grants", "reader", "loan", "read"): ["own", "team"],
    }  # fmt: skip


def test_an_object_is_reset_and_keeps_its_own_fields() -> None:
    left = "extends: book\nfields:\n  # Nobody here reads it.\n  # Ours.\n  shelf: {type: text, max: 10}\n"
    assert reset(FILES, "book", "object") == {"objects/tenant/book.yaml": left}


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        ("label", "label: Title"),
        ("fields.isbn", "isbn"),
        ("fields.shelf", "shelf"),
        ("fields.state.options.lost", "Missing"),
        ("validations.keep_price", "keep_price"),
    ],
)
def test_one_thing_is_reset(path: str, gone: str) -> None:
    [(name, text)] = reset(FILES, "book", "object", tuple(path.split("."))).items()
    assert name == "objects/tenant/book.yaml"
    assert text is not None
    assert gone not in text
    before, after = (leaves(read_yaml(one.encode(), "").data) for one in (BOOK, text))
    assert {key: one for key, one in before.items() if key[: path.count(".") + 1] != tuple(path.split("."))} == after


def test_layouts_and_grants() -> None:
    assert reset(FILES, "book", "layout") == {"layouts/tenant/book.yaml": None}
    header = reset(FILES, "book", "layout", ("forms", "standard", "header", "isbn"))["layouts/tenant/book.yaml"]
    assert header is not None
    assert "header: [shelf]" in header
    rights = reset(FILES, "book", "permissions")["metadata/tenant/permissions.yaml"]
    assert rights is not None
    assert leaves(read_yaml(rights.encode(), "").data).keys() == {
        ("roles", "reader", "label"), ("grants", "reader", "loan", "read"),
    }  # fmt: skip


def test_what_is_not_said_changes_nothing_and_own_objects_stay() -> None:
    assert reset(FILES, "van", "object") == {}
    assert reset(FILES, "book", "object", ("fields", "title")) == {}
    assert reset(FILES, "loan", "layout") == {}
