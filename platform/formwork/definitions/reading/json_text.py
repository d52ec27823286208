"""JSON wherever YAML is accepted. Positions come from the YAML reader, which reads nearly all JSON."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from formwork.definitions.reading.document import MOST_BYTES, Document, unreadable
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.definitions.source import Source

_CHECK = "Check quotes, commas and brackets near it."


def read_json(raw: bytes, file: str) -> Document:
    """The document of a JSON file. Duplicate keys, NaN and Infinity are refused."""
    if len(raw) > MOST_BYTES:
        return unreadable(file, "too_large", "A file has at most 1 MiB.", "Split it.")
    try:
        data = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return unreadable(file, "bad_json", f"This is not JSON: {error.msg}.", _CHECK, error.lineno, error.colno)
    except UnicodeDecodeError:
        return unreadable(file, "bad_encoding", "The file is not UTF-8.", "Save it as UTF-8.")
    except ValueError as error:
        return unreadable(file, "bad_json", f"This is not JSON: {error}.", _CHECK)
    except RecursionError:
        return unreadable(file, "bad_structure", "The document is nested too deep.", "Split it.")
    placed = read_yaml(raw, file)
    if any(finding.code in ("bad_structure", "bad_number") for finding in placed.findings):
        return replace(placed, data=None)
    return Document(data, Source(file, placed.source.positions))


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key `{twice}` is written twice in one object")
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")
