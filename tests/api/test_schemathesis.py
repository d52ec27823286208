"""The OpenAPI document against the API that serves it: no 500, and no answer that is not described."""

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.callers import Caller, World
from tests.support.seeds import scaled

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
GROUPS = ("reader", "loan", pytest.param("book", marks=pytest.mark.proof), "user", "")
"""The tags of operations; what a push draws of two objects it does not draw of a third."""


@pytest.fixture(scope="module")
def described(world: World, admin: Caller) -> schemathesis.BaseSchema:
    book = admin.made("book", title="Seen")
    reader = admin.made("reader", name="Seen", external_id="seen")
    admin.made("loan", reader=reader["id"], items=[{"book": book["id"]}])
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", world.app, headers=dict(admin.headers))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return schema


@pytest.mark.parametrize("group", GROUPS)
def test_drawn_requests_get_described_answers(described: schemathesis.BaseSchema, admin: Caller, group: str) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    chosen = [one for one in operations if (one.definition.raw.get("tags") or [""])[0] == group]
    assert chosen
    for operation in chosen:

        @settings(max_examples=scaled(2))
        @given(case=operation.as_strategy())
        def answers_as_described(case: schemathesis.Case) -> None:
            response = case.call(headers=dict(admin.headers))
            case.validate_response(response, checks=CHECKS)

        answers_as_described()
