"""Mistakes are told in sentences, at their place, all at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from formwork.definitions import parse_document
from formwork.definitions.lost import Lost
from formwork.definitions.reading.yaml_text import read_yaml
from tests.definitions.workspaces import load, told


def messages(kind: str, text: str) -> list[str]:
    document = read_yaml(text.encode(), "a.yaml")
    definition, findings = parse_document(kind, document.data, "library", document.source)
    assert definition is None
    return [str(finding).removeprefix("a.yaml:") for finding in findings]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("object", "[]", "1:1: This is a list; this takes a mapping."),
        ("object", "object: book", "1:1: `fields` is missing here. Add `fields:`."),
        ("object", "object: Book\nfields: {}", "1:1: `Book` does not have the form needed here. It has small letters,"),
        (
            "object",
            "object: book\nfields:\n  Title: {type: text}",
            "3:3: `Title` is no name here. It has small letters,",
        ),
        ("object", "object: book\nfields:\n  a: text", "3:3: `text` is a text; this takes a mapping."),
        (
            "object",
            "object: book\nfields:\n  a: {type: text, max: x}",
            "3:19: `x` is a text; this takes a whole number.",
        ),
        ("object", "object: book\nfields:\n  a: {type: text, max: 0}", "3:19: `0` is too small; the least is 1."),
        (
            "object",
            "object: book\nsharing: privat\nfields: {}",
            "2:1: `privat` is not one of the words possible here. Did you mean `private`?",
        ),
        (
            "object",
            "object: book\nfields:\n  a: {type: select, options: {}}",
            "3:21: This is empty. Fill it or leave the key out.",
        ),
        (
            "object",
            "object: book\nfields:\n  a: {type: select, options: {x: {hue: mauve}}}",
            "3:35: `mauve` is not one of the words",
        ),
        ("object", "object: book\nfields:\n  a: {type: rollup, of: copy.book}", "3:3: Exactly one of `count`, `sum`,"),
        ("object", "extends: book\nfields:\n  a: {labl: A}", "3:7: There is no key `labl` here. Did you mean `label`?"),
        ("object", "object: book\nfields: {}\nunique: [[a, B]]", "3:14: `B` does not have the form needed here."),
        ("layout", "forms: {}", "1:1: Exactly one of `object`, `extends` belongs here."),
        ("layout", "object: book\nviews:\n  a: {label: A, type: kanban}", "3:3: `by` is missing here."),
        ("layout", "object: book\nviews:\n  a: {label: A, columns: [a], by: b}", "3:31: There is no key `by` here."),
        (
            "layout",
            "object: a\nforms: {x: {header: [a, b, c, d, e, f, g]}}",
            "2:13: This list has 7 items; 6 are allowed.",
        ),
        ("permissions", "grants: {a: {b: {read: mine}}}", "1:18: `mine` "),
        ("permissions", "grants: {a: {b: {reed: own}}}", "1:18: There is no key `reed` here. Did you mean `read`?"),
        ("package", "package: a\nversion: 1.0\nlabel: A", "2:1: `1.0` is a number; this takes a text."),
        ("seed", "object: book\nrecords: [{title: A}]", "2:11: `external_id` is missing here."),
        (
            "workflow",
            "workflow: a\nkind: approvel",
            "2:1: `approvel` is not one of the words possible here. Did you mean `approval`?",
        ),
        (
            "import",
            "import: a\nobject: b\ncolumns: {A: {field: a, transform: [{date: dym}]}}",
            "3:38: `dym` is not one of the words",
        ),
        (
            "hooks",
            "hooks: [{hook: a, object: b, events: [before_saves], script: a.py}]",
            "1:39: `before_saves` is not one",
        ),
    ],
)
def test_a_mistake_is_one_sentence_at_its_place(kind: str, text: str, said: str) -> None:
    (message,) = messages(kind, text)
    assert message.startswith(said), message


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    workspace = load(
        tmp_path,
        {
            "objects/library/book.yaml": "object: book\nfields:\n  a: {type: tekst}\n  b: {type: text, max: -1}\n",
            "objects/library/other.yaml": "object: other\nfields: {and: {type: text}}\ntitle: missing\n",
            "layouts/library/book.yaml": "object: book\nviews: {x: {label: X, columns: [a], kolumns: [b]}}\n",
        },
    )
    assert told(workspace) == [
        "layouts/library/book.yaml:2 unknown_key views.x.kolumns",
        "objects/library/book.yaml:3 bad_choice fields.a.type",
        "objects/library/book.yaml:4 too_small fields.b.max",
        "objects/library/other.yaml:2 reserved_name fields.and",
        "objects/library/other.yaml:3 unknown_field title",
    ]


def test_what_is_sound_is_kept(tmp_path: Path) -> None:
    text = "object: book\nlable: Book\nfields:\n  a: {type: texxt}\n  c: {type: text}\n"
    workspace = load(tmp_path, {"objects/library/book.yaml": text})
    (book,) = workspace.packages["library"].objects
    assert list(book.fields) == ["a", "c"]
    assert (book.fields["a"].type, book.label) == ("text", "Book")
    assert workspace.lost == set()


def test_what_cannot_be_told_is_left_out_with_as_little_as_possible(tmp_path: Path) -> None:
    text = """\
object: book
fields:
  a: {type: zzz}
  b: {type: text, max: x}
  c: {type: lookup, to: shelf, inverse: Books}
validations:
  - {rule: one, error_when: a}
  - {rule: two, error_when: b, message: No.}
"""
    workspace = load(tmp_path, {"objects/library/book.yaml": text})
    (book,) = workspace.packages["library"].objects
    assert (list(book.fields), book.fields["b"].settings["max"]) == (["b", "c"], 255)
    assert [(rule.name, rule.source.at().line) for rule in book.validations] == [("two", 8)]
    assert workspace.lost == {Lost("a", "book")}


def test_a_broken_file_explains_what_else_is_missing(tmp_path: Path) -> None:
    text = "object: 1\nfields: {a: {type: lookup, to: b, inverse: c}}\n"
    broken = "object: shelf\nfields:\n  d: {type: text\n"
    workspace = load(tmp_path, {"objects/library/book.yaml": text, "objects/library/shelf.yaml": broken})
    assert not workspace.packages["library"].objects
    assert workspace.lost == {
        Lost("a"),
        Lost("c"),
        Lost("shelf"),
        *(Lost(k, "shelf") for k in ("object", "fields", "d", "type")),
    }
    (finding, _) = workspace.findings

    def explained(code: str, message: str) -> bool:
        return any(lost.explains(replace(finding, code=code, message=message)) for lost in workspace.lost)

    assert explained("unknown_object", "There is no object `shelf` to extend.")
    assert explained("bad_expression", "At character 1 of the expression: There is no field `d` on `shelf`.")
    assert explained("bad_rollup", "`shelf.d` is not a look-up or master field that points here.")
    assert not explained("unknown_object", "There is no object `cellar` to extend.")
    assert not explained("unknown_field", "There is no field `d` on `cellar`.")
    assert not explained("reserved_name", "`shelf` is a word of the API.")
