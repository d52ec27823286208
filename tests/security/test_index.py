"""The index of README.md names tests that exist, and every line the product promises to hold."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PARTS = {
    "3": "abcde", "4": "abcd", "5": "abc", "10": "ab", "13": "abc", "16": "ab", "17": "ab", "32": "ab", "33": "abc",
    "34": "abc", "44": "abc",
}  # fmt: skip
"""What each line of the list of refusals promises, part by part."""
PROMISED = {f"{line}{part}" for line, parts in PARTS.items() for part in parts} | {"35"}
PROMISED |= {f"P{n}" for n in range(1, 10)} | {f"A{n}" for n in range(1, 7)} | {"M1"}
PROMISED |= {"hash", "rules", "failures", "factors", "ids", "lives", "resets", "headers"}


def test_the_index_names_tests_that_exist() -> None:
    page = (HERE / "README.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| (\w+) \| [^|]+ \| (.+) \|$", page, re.MULTILINE))
    assert lines.keys() >= PROMISED
    gone = [
        f"{line}: {path}::{name}"
        for line, told in lines.items()
        for path, name in re.findall(r"`([\w/.]+)::(\w+)`", told)
        if not (ROOT / path).is_file() or f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert not gone
