"""Ranges of versions mean what docs/language/package.md says of them."""

import pytest

from formwork.definitions.version_range import fits


@pytest.mark.parametrize(
    ("wanted", "yes", "no"),
    [
        ("^1.2", ("1.2.0", "1.10.0"), ("1.1.9", "2.0.0")),
        ("^1", ("1.0.0", "1.9.9"), ("0.9.0", "2.0.0")),
        ("~1.2", ("1.2.0", "1.2.9"), ("1.1.9", "1.3.0")),
        ("~1", ("1.0.0", "1.9.0"), ("2.0.0",)),
        (">=1.2.3", ("1.2.3", "2.0.0", "1.10.0"), ("1.2.2",)),
        ("1.2.3", ("1.2.3",), ("1.2.4",)),
        ("1.2", ("1.2.0", "1.2.9"), ("1.3.0",)),
    ],
)
def test_a_range_takes_these_and_not_those(wanted: str, yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    assert [fits(one, wanted) for one in yes] == [True] * len(yes)
    assert [fits(one, wanted) for one in no] == [False] * len(no)


def test_what_is_no_range_is_refused() -> None:
    with pytest.raises(ValueError, match="no range"):
        fits("1.0.0", "<2")
