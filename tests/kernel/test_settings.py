"""Settings are read from the environment, all problems at once."""

from dataclasses import fields
from pathlib import Path

import pytest

from formwork.kernel import SETTINGS, Invalid, Settings


def test_every_setting_is_a_value_with_the_same_default() -> None:
    assert {s.name: s.default for s in SETTINGS} == {f.name: f.default for f in fields(Settings)}


def test_read_from_the_environment() -> None:
    found = Settings.from_environment(
        {"FORMWORK_PORT": "9000", "FORMWORK_DATA": "/srv/data", "FORMWORK_SECURE_COOKIES": "yes", "PORT": "1"}
    )
    assert (found.port, found.data, found.secure_cookies) == (9000, Path("/srv/data"), True)
    assert found.host == "127.0.0.1"


def test_every_unreadable_setting_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        Settings.from_environment({"FORMWORK_PORT": "many", "FORMWORK_SECURE_COOKIES": "perhaps"})
    assert [problem.pointer for problem in caught.value.problems] == ["/port", "/secure_cookies"]
    assert "FORMWORK_PORT='many'" in caught.value.problems[0].message
