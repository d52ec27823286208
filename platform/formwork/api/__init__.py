"""The programs' door: REST over HTTP with JSON, generated from metadata, one answer for every mistake."""

from formwork.api.app import PREFIX, create_api
from formwork.api.inventory import ROUTES

__all__ = ["PREFIX", "ROUTES", "create_api"]
