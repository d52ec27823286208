"""The programs' door: REST over HTTP with JSON, generated from metadata, one answer for every mistake."""

from formwork.api.app import PREFIX, create_api
from formwork.api.inventory import ROUTES
from formwork.api.operator import OPERATOR_PREFIX, create_operator_api

__all__ = ["OPERATOR_PREFIX", "PREFIX", "ROUTES", "create_api", "create_operator_api"]
