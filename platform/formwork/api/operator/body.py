"""What operators send, read strictly: known names, each of its type."""

from collections.abc import Mapping
from typing import Any

from flask import Request

from formwork.api.json_text import loads
from formwork.kernel import Malformed, Problem

_WORDS: Mapping[type, str] = {str: "a text", int: "a whole number", bool: "true or false", list: "a list of texts"}


def read_fields(sent: Request, known: Mapping[str, type], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON object of a body; an empty body is an empty object. Raises Malformed naming everything wrong."""
    data = sent.get_data(cache=False)
    if not data:
        body: Any = {}
    elif sent.mimetype != "application/json":
        raise Malformed("Send the body as `Content-Type: application/json`.", code="unsupported_media")
    else:
        body = loads(data)
    if not isinstance(body, dict):
        raise Malformed("The body is a JSON object.", code="bad_body")
    problems = [
        Problem(f"/{name}", "unknown_field", f"`{name}` is not known here. There are: {', '.join(known)}.")
        for name in body.keys() - known.keys()
    ]
    problems += [Problem(f"/{name}", "required", f"Send `{name}`.") for name in required if name not in body]
    for name, kind in known.items():
        if name in body and not _is(body[name], kind):
            problems.append(Problem(f"/{name}", "bad_value", f"`{name}` is {_WORDS[kind]}."))
    if problems:
        raise Malformed("Correct what is named and send it again.", code="bad_body", problems=problems)
    return body


def read_query(sent: Request, *known: str) -> dict[str, str]:
    """The parameters of the address; raises Malformed `bad_parameter` for one that is unknown or given twice."""
    for name, values in sent.args.lists():
        if name not in known or len(values) > 1:
            raise Malformed(f"Parameter {name!a} is unknown or given twice.", code="bad_parameter")
    return sent.args.to_dict()


def _is(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, kind) and (kind is not int or not isinstance(value, bool))
