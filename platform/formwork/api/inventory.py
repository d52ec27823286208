"""Every route of the API, in the order of the documentation. What is not here does not exist."""

from formwork.api import (
    audit_routes,
    batch_routes,
    docs_routes,
    draft_routes,
    export_routes,
    file_routes,
    import_routes,
    leaving_routes,
    life_routes,
    metadata_routes,
    package_routes,
    person_routes,
    privacy_routes,
    query_routes,
    record_routes,
    rights_routes,
    session_routes,
    share_routes,
    sign_in_routes,
    team_routes,
    usage_routes,
    version_routes,
)
from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Right, Route

_DOCUMENTED: tuple[Route, ...] = (
    *record_routes.ROUTES,
    *query_routes.ROUTES,
    *batch_routes.ROUTES,
    *life_routes.ROUTES,
    *share_routes.ROUTES,
    *team_routes.ROUTES,
    *person_routes.ROUTES,
    *session_routes.ROUTES,
    *leaving_routes.ROUTES,
    *audit_routes.ROUTES,
    *privacy_routes.ROUTES,
    *rights_routes.ROUTES,
    *sign_in_routes.ROUTES,
    *draft_routes.ROUTES,
    *metadata_routes.ROUTES,
    *version_routes.ROUTES,
    *usage_routes.ROUTES,
    *package_routes.ROUTES,
    *import_routes.ROUTES,
    *export_routes.ROUTES,
    *file_routes.ROUTES,
)


def openapi(call: Call) -> Answer:
    """The OpenAPI 3.1 document of this tenant for this caller."""
    return docs_routes.document(call, _DOCUMENTED)


ROUTES: tuple[Route, ...] = (
    *_DOCUMENTED,
    Route("GET", "/openapi.json", openapi, "openapi", "The OpenAPI document.", right=Right.SIGNED_IN),
    *docs_routes.ROUTES,
)
