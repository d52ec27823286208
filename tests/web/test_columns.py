"""Widths of columns: the style sheet has each, and what is written in a head fits."""

from pathlib import Path

from formwork.web import app, columns


def test_the_style_sheet_has_every_width() -> None:
    css = (Path(app.__file__).parent / "front/css/list.css").read_text(encoding="utf-8")
    for name, pixels in columns._PIXELS.items():
        assert f".fw-w-{name} {{ width: {pixels}px; }}" in css
    for pixels in range(96, columns._WIDEST + 1, columns._STEP):
        assert f".fw-w-{pixels} {{ width: {pixels}px; }}" in css


def test_letters_of_asia_count_for_their_width() -> None:
    assert columns.text_width("Mileage") < columns.text_width("Mileage so far")
    assert columns.text_width("订单日期") > columns.text_width("date")
