"""JSON Schemas of the bodies that are the same for every tenant."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
ID: Schema = {"type": "string", "format": "uuid"}
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
NULL: Schema = {"type": "null"}
CURSOR: Schema = {"anyOf": [TEXT, NULL], "description": "The other page's `cursor`."}
COUNT = {"count": {"type": "integer"}, "more": {"type": "boolean", "description": "There are more than were counted."}}
_FILTER: Schema = {"anyOf": [TEXT, TEXTS], "description": "Conditions of the expression language, joined by `and`."}


def ref(name: str) -> Schema:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def closed(properties: Mapping[str, Any], required: tuple[str, ...] = (), **more: Any) -> Schema:
    """An object that takes these members only."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False, **more}
    return {**found, "required": list(required)} if required else found


def nullable(schema: Mapping[str, Any]) -> Schema:
    """The schema or null."""
    return {"anyOf": [dict(schema), NULL]}


PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. `errors` names every place at once.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "code": TEXT,
        "detail": TEXT,
        "instance": TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": TEXT, "code": TEXT, "message": TEXT, "args": {"type": "object"}},
                "required": ["pointer", "code", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance", "errors"],
}

SAVED: Schema = {
    "type": "object",
    "description": "What a write tells of one record; a refused row has `errors` instead of `id`.",
    "properties": {
        "index": {"type": "integer"},
        "id": ID,
        "version": {"type": "integer"},
        "created": {"type": "boolean"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}

QUERY: Schema = closed(
    {
        "filter": _FILTER,
        "fields": TEXTS,
        "sort": TEXTS,
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "cursor": TEXT,
        "search": TEXT,
        "count": {"type": "boolean"},
        "deleted": {"type": "boolean"},
    }
)

AGGREGATE: Schema = closed(
    {
        "groups": TEXTS,
        "measures": TEXTS,
        "filter": _FILTER,
        "sort": TEXTS,
        "limit": {"type": "integer", "minimum": 1, "maximum": 10_000},
    }
)

_DATA: Schema = {"type": "object", "properties": {"data": {"type": "array", "items": {"type": "object"}}}}
_LIST: Schema = {**_DATA, "required": ["data"]}
_CHOICE: Schema = {"type": "object", "properties": {"id": ID, "title": nullable(TEXT)}, "required": ["id", "title"]}
_NAME: Schema = {**TEXT, "minLength": 1, "maxLength": 100}

COMMON: Mapping[str, Schema] = {
    "_problem": PROBLEM,
    "_saved": SAVED,
    "_query": QUERY,
    "_aggregate": AGGREGATE,
    "_groups": _LIST,
    "_list": _LIST,
    "_history": {
        "type": "object",
        "required": ["data", "next"],
        "properties": {**_DATA["properties"], "next": nullable(ID)},
    },
    "_count": {"type": "object", "properties": COUNT, "required": ["count", "more"]},
    "_choices": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": _CHOICE}}},
    "_merge": closed(
        {"losers": {"type": "array", "items": ID}, "set": {"type": "object"}, "version": {"type": "integer"}},
        ("losers",),
    ),
    "_converted": {"type": "object", "properties": {"source": ref("_saved"), "made": {"type": "object"}}},
    "_saved_list": {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": ref("_saved")}},
    },
    "_key": closed(
        {"name": _NAME, "scopes": nullable(TEXTS), "expires_at": nullable({**TEXT, "format": "date-time"})}, ("name",)
    ),
    "_share": closed(
        {
            "principal": ID,
            "level": {"enum": ["read", "edit"]},
            "until": nullable({**TEXT, "format": "date-time"}),
            "note": nullable({**TEXT, "maxLength": 500}),
        },
        ("principal",),
    ),
    "_member": closed(
        {
            "principal": ID,
            "part": {**TEXT, "minLength": 1, "maxLength": 80},
            "level": {"enum": ["read", "edit"]},
            "until": nullable({**TEXT, "format": "date-time"}),
            "note": nullable({**TEXT, "maxLength": 500}),
        },
        ("principal", "part"),
    ),
    "_person": closed(
        {
            "records": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": closed({"object": TEXT, "id": ID}, ("object", "id")),
            },
            "confirm": {**TEXT, "description": "To anonymise: the word ANONYMISE."},
        },
        ("records",),
    ),
    "_files": closed({"files": {"type": "object", "additionalProperties": TEXT}}, ("files",)),
    "_file": {
        "type": "object",
        "required": ["id", "name", "size", "type"],
        "properties": {"id": ID, "name": TEXT, "size": {"type": "integer"}, "type": TEXT},
    },
    "_upload": closed({"file": {**TEXT, "format": "binary"}}, ("file",)),
    "_table": closed({"text": TEXT, "data": TEXT}),
    "_any": {"type": "object"},
}
