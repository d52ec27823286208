"""Every route of the API, in the order of the documentation. What is not here does not exist."""

from formwork.api import batch_routes, life_routes, person_routes, query_routes, record_routes
from formwork.api.route import Route

ROUTES: tuple[Route, ...] = (
    *record_routes.ROUTES,
    *query_routes.ROUTES,
    *batch_routes.ROUTES,
    *life_routes.ROUTES,
    *person_routes.ROUTES,
)
