"""A list that is too long for one file is refused with the limit, one that just fits is not."""

import pytest

from tests.web.conftest import House


def test_an_export_over_the_limit_is_413(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    librarian = house.person("lib-export", "admin")
    for name in ("Ada", "Bea", "Cid"):
        assert librarian.post("/o/reader/new", {"name": f"{name} Limit"}).status_code == 303
    path = "/o/reader/export?q=name%20contains%20%27Limit%27"
    monkeypatch.setattr("formwork.web.pages.export.MOST_ROWS", 3)
    assert librarian.get(path).status_code == 200
    monkeypatch.setattr("formwork.web.pages.export.MOST_ROWS", 2)
    refused = librarian.get(path)
    assert refused.status_code == 413
    assert "At most 2 records are exported at once." in refused.text


def test_controls_a_form_does_not_have_change_nothing(house: House) -> None:
    librarian = house.person("lib-extra", "librarian")
    made = librarian.post("/o/reader/new", {"name": "Dora", "zqx": "1", "items.0._id": "x"})
    assert made.status_code == 303
    assert "zqx" not in librarian.get(made.headers["Location"]).text
