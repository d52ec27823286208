"""The operator's door: whole tenants over HTTP."""

from formwork.api.operator.app import OPERATOR_PREFIX, create_operator_api
from formwork.api.operator.routes import OPERATOR_ROUTES

__all__ = ["OPERATOR_PREFIX", "OPERATOR_ROUTES", "create_operator_api"]
