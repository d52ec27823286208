"""One reading of YAML: 1.2, with places, bounded."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from formwork.definitions.reading.json_text import read_json
from formwork.definitions.reading.yaml_text import MOST_NODES, read_yaml

KEYS = st.text("abcde", min_size=1, max_size=3)


def refusals(text: str | bytes) -> list[tuple[str, int]]:
    raw = text if isinstance(text, bytes) else text.encode()
    return [(finding.code, finding.line) for finding in read_yaml(raw, "a.yaml").findings]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("-3", -3),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12:30:00", "12:30:00"),
        ("2026-01-31", "2026-01-31"),
        ("1-9", "1-9"),
        ("+34", 34),
        ("'1'", "1"),
        ('"true"', "true"),
        ("=", "="),
        ("<<", "<<"),
        ("-", None),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">\n  a\n  b\n", "a b\n"),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    document = read_yaml(f"a: {text}".encode(), "a.yaml") if text != "-" else read_yaml(b"a:", "a.yaml")
    assert document.data == {"a": value}
    assert not document.findings


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**15), 10**15)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text("abc: #'\"\\-[]{}ü字\n", max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_what_is_dumped_is_read_as_it_was(value: object) -> None:
    for text in (yaml.safe_dump(value, allow_unicode=True), json.dumps(value)):
        document = read_yaml(text.encode(), "a.yaml")
        assert not document.findings
        assert document.data == value
    assert read_json(json.dumps(value).encode(), "a.json").data == value


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_nothing_makes_the_reader_fall(raw: str | bytes) -> None:
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    for read in (read_yaml, read_json):
        document = read(data, "a.yaml")
        assert document.source.file == "a.yaml"


def test_every_path_has_its_place() -> None:
    source = read_yaml(b"a: 1\nb:\n  - c: x\n    d: {e: 2}\n", "a.yaml").source
    places = (source.at("a"), source.at("b", 0, "c"), source.at("b", 0, "d", "e"))
    assert [(place.line, place.column) for place in places] == [(1, 1), (3, 5), (4, 9)]
    assert source.at("b", 0, "missing") == source.at("b", 0)
    assert source.below("b", 0).at("c") == source.at("b", 0, "c")


def test_a_key_written_twice_names_the_first() -> None:
    (finding,) = read_yaml(b"a: 1\nb: 2\na: 3\n", "a.yaml").findings
    assert (finding.code, finding.line, finding.path) == ("duplicate_key", 3, "a")
    assert "line 1" in finding.mend


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: b: c", "bad_yaml"),
        ("\ta: 1", "bad_yaml"),
        ("a: [1", "bad_yaml"),
        ("a: \x01", "bad_yaml"),
        (b"a: \xff", "bad_encoding"),
        ("a: .inf", "bad_number"),
        ("a: 1e999", "bad_number"),
        ("a: " + "9" * 50, "bad_number"),
        ("1: a", "bad_key"),
        ("null: a", "bad_key"),
        ("{a: 1}: b", "bad_structure"),
        ("a: !!python/name:os.system", "bad_tag"),
        ("a: 1\n---\nb: 2", "bad_structure"),
        ("[" * 50, "bad_structure"),
        ("[" * 200_000, "bad_structure"),
        ("a: *b", "bad_structure"),
        ("a: &a [*a]", "bad_structure"),
        ("#" * (1024 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_refused(text: str | bytes, code: str) -> None:
    assert [found for found, _ in refusals(text)] == [code]


def test_aliases_are_read_and_do_not_multiply() -> None:
    assert read_yaml(b"a: &x {b: [1, 2]}\nc: *x", "a.yaml").data == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    bomb = (
        "a: &a ["
        + "1," * 99
        + "]\n"
        + "".join(
            f"{name}: &{name} [{','.join(['*' + before] * 99)}]\n" for before, name in zip("abc", "bcd", strict=True)
        )
    )
    assert MOST_NODES < 99**3
    assert refusals(bomb) == [("bad_structure", 3)]


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', '{"a": NaN}', "{'a': 1}", '{"a": 1}}', "[" * 100_000, "[" * 40 + "]" * 40]
)
def test_json_is_as_strict(text: str) -> None:
    document = read_json(text.encode(), "a.json")
    assert document.data is None
    assert len(document.findings) == 1 or not document.findings


def test_json_has_places_too() -> None:
    document = read_json(b'{\n  "a": {\n    "b": 1\n  }\n}', "a.json")
    assert (document.source.at("a", "b").line, document.source.at("a", "b").column) == (3, 5)
