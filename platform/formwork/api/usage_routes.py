"""Where a field or an object is used, through the API."""

from formwork.api.answer import Answer
from formwork.api.call import Call
from formwork.api.route import Right, Route
from formwork.catalog.usage import usage_of
from formwork.kernel import NotFound
from formwork.publishing.in_use import describe_use


def object_usage(call: Call, name: str) -> Answer:
    """Who uses an object or any of its fields, from outside of it."""
    call.snapshot.object(name)
    return Answer({"data": [describe_use(one) for one in usage_of(call.snapshot).of(name)], "following": []})


def field_usage(call: Call, name: str, field: str) -> Answer:
    """Who uses a field, and which fields follow from it."""
    if field not in call.snapshot.object(name).fields:
        raise NotFound("There is no such field. Check the name in the address.", code="unknown_field")
    usage = usage_of(call.snapshot)
    following = [{"object": object, "field": other} for object, other in usage.following(name, field)]
    return Answer({"data": [describe_use(one) for one in usage.of(name, field)], "following": following})


ROUTES = (
    Route(
        "GET", "/metadata/usage/<name>", object_usage, "object_usage", "Where an object is used.", right=Right.MANAGE,
    ),
    Route(
        "GET", "/metadata/usage/<name>/<field>", field_usage, "field_usage", "Where a field is used.",
        right=Right.MANAGE,
    ),
)  # fmt: skip
