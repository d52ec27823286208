"""fold: case and accents away, and folding twice changes nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formwork.expressions import fold


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ärger", "arger"), ("ＡＢＣ", "abc"), ("Straße", "strasse"), ("İstanbul", "istanbul"), ("ΣΊΣΥΦΟΣ", "σισυφοσ")],
)
def test_case_and_accents_are_gone(text: str, folded: str) -> None:
    assert fold(text) == folded
