"""Setup: the page that lists the others."""

from flask import Flask, Response

from formwork.web.areas import ADDRESS, setup_pages
from formwork.web.door import Door
from formwork.web.views.setup import SetupView


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(ADDRESS)
    def setup() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/setup.html", SetupView(tuple(setup_pages(visit))))
