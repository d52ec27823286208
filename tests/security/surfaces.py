"""The rows of the inference matrix: every address that reads, with everything it can be asked, made from the metadata.

An address is found in the maps of both doors; a parameter in ASKED. A parameter nobody has said the questions of fails
the matrix, so a surface cannot be added without its row.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from formwork.api import ROUTES
from formwork.api.route import Right, Route, Shape
from formwork.catalog import FieldSpec, ListKind, ObjectSpec, Snapshot
from tests.api.test_routes import INVENTORY, name_of
from tests.security.blind import Blind
from tests.security.everything import FILES, MARKS, file_id, id_of
from tests.security.test_route_walk import filled
from tests.web.test_routes import INVENTORY as PAGES

WORDS = ("zqxa", "zqxb", "open", "71928")
ONCE = "thing"
"""The object with which addresses are asked that are about no object."""
_MOST = 3
"""Fields of a kind that are asked for one by one; the others are like them."""


@dataclass(frozen=True)
class Asked:
    """One request of either door."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {dict(self.query)} {self.body or self.form or ''}"


@dataclass(frozen=True)
class Reader:
    """One object through the eyes of one role: what may be named, and what may not."""

    blind: Blind
    role: str
    spec: ObjectSpec

    @property
    def snapshot(self) -> Snapshot:
        """The metadata."""
        return self.blind.snapshot

    def hidden(self, object: str | None = None) -> frozenset[str]:
        """Fields this role may not see."""
        return self.blind.hidden[self.role][object or self.spec.name]

    def shown(self, wanted: Callable[[FieldSpec], bool], most: int = _MOST) -> list[str]:
        """Some visible fields of a kind."""
        fields = self.spec.fields.items()
        return list(islice((n for n, one in fields if n not in self.hidden() and wanted(one)), most))

    @property
    def links(self) -> list[FieldSpec]:
        """Visible look-ups to one other object."""
        names = self.shown(lambda one: len(one.targets) == 1 and one.conceals and not one.side_table, 99)
        return [self.spec.fields[name] for name in names]

    def beyond(self) -> list[str]:
        """A visible field behind each of some look-ups."""
        found = []
        for link in self.links[:_MOST]:
            target = self.snapshot.objects[link.targets[0]]
            names = [n for n, one in target.fields.items() if n not in self.hidden(target.name) and one.stored]
            found += [f"{link.name}.{name}" for name in names if target.fields[name].value_type.sortable][:2]
        return found

    def hidden_beyond(self) -> list[str]:
        """A hidden field behind each of some look-ups."""
        return [
            f"{link.name}.{min(self.hidden(link.targets[0]))}"
            for link in self.links[:_MOST]
            if self.hidden(link.targets[0])
        ]

    @property
    def sortable(self) -> list[str]:
        """Visible fields a list can be sorted by."""
        return self.shown(lambda one: one.value_type.sortable and one.stored and not one.sealed and not one.side_table)

    @property
    def numbers(self) -> list[str]:
        """Visible fields that can be added up."""
        return self.shown(lambda one: one.value_type.name in ("number", "money", "integer") and one.stored)

    @property
    def files(self) -> list[str]:
        """Visible fields that hold files."""
        return self.shown(lambda one: one.definition.type in FILES)

    @property
    def held(self) -> list[str]:
        """Files of every field of a shown record and of one nobody may see, in each state."""
        return [
            str(file_id(one, row, variant))
            for one in self.spec.fields.values() if one.definition.type in FILES
            for row in (0, 2) for variant in range(len(MARKS))
        ]  # fmt: skip

    @property
    def lists(self) -> list[str]:
        """Lists whose link may be seen."""
        told = (
            name
            for name, item in self.spec.lists.items()
            if item.via not in self.hidden(self.spec.name if item.kind is ListKind.MEMBERS else item.object)
        )
        return list(islice(told, _MOST))

    @property
    def hidden_lists(self) -> list[str]:
        """Lists that would tell what a hidden link holds."""
        told = {*self.lists, *self.spec.fields}
        return [
            name
            for name, item in self.spec.lists.items()
            if name not in told and item.kind is not ListKind.MEMBERS and item.via in self.hidden(item.object)
        ]

    @property
    def parts(self) -> dict[str, str]:
        """Parts of addresses that lead to a shown record of this object."""
        id = str(id_of(self.spec.name, 0))
        nothing = dict.fromkeys(("job", "imports", "keys", "files", "share", "conversion", "mapping", "tab"), "x")
        person = {"users": str(self.blind.people[self.role].user)}
        return {**nothing, **person, "object": self.spec.name, "id": id, "name": self.spec.name, "value": "shown0"}


Values = Callable[[Reader], list[Any]]
ASKED: dict[str, Values] = {
    "filter": lambda r: [
        "id is not blank", *(f"{name} is not blank" for name in r.sortable), *(f"{p} is not blank" for p in r.beyond()),
        *(f"count({name}) > 2" for name in r.lists), *(f"exists({name}, id is not blank)" for name in r.lists),
    ],
    "fields": lambda r: [",".join(["id", *r.beyond(), *(f"count({name})" for name in r.lists)])],
    "sort": lambda r: [*(f"-{name}" for name in r.sortable), *r.beyond(), *(f"-{name}" for name in r.beyond())],
    "search": lambda r: list(WORDS), "q": lambda r: ["", *WORDS], "find": lambda r: list(WORDS),
    "groups": lambda r: [*r.sortable, *r.beyond()],
    "measures": lambda r: [
        "count", *(f"max({name})" for name in (*r.numbers, *r.beyond())), *(f"sum({name})" for name in r.numbers),
        *(f"max(count({name})) as most" for name in r.lists),
    ],
    "include": lambda r: [",".join(item.name for item in r.spec.details)] if r.spec.details else [],
    "count": lambda r: ["true"], "deleted": lambda r: ["true"], "limit": lambda r: ["1"],
    "field": lambda r: r.files, "record": lambda r: [str(id_of(r.spec.name, row)) for row in (0, 2)],
    "format": lambda r: ["csv", "xlsx", "json"], "target": lambda r: [r.spec.name],
    "line": lambda r: [str(id_of(item.object, row)) for item in r.spec.details for row in (0, 2)],
    "match": lambda r: ["external_id"], "file": lambda r: [str(id_of(r.spec.name, 0))],
    "object": lambda r: [r.spec.name], "user": lambda r: [str(r.blind.people[r.role].user)],
}  # fmt: skip
"""What each parameter is asked with, by its name at either door. None of it names anything hidden."""
TELLS_NOTHING = frozenset(
    {
        "cursor",
        "before",
        "after",
        "event",
        "by",
        "since",
        "until",
        "base",
        "confirm",
        "note",
        "name",
        "mapping",
    }
)
"""Parameters that only turn pages, or belong to addresses that are for who manages the tenant."""
NAMING: dict[str, Callable[[str], list[str]]] = {
    "filter": lambda f: [
        f"{f} is blank", f"{f} = {f}", f"coalesce({f}, 1) > 0", f"count({f}) = 0", f"exists({f}, true)",
    ],
    "fields": lambda f: [f, f"id,{f}", f"{f} as name", f"upper({f})"],
    "sort": lambda f: [f, f"-{f}", f"id,{f}"],
    "groups": lambda f: [f, f"month({f})", f"coalesce({f}, 1)"],
    "measures": lambda f: [f"{kind}({f}) as x" for kind in ("sum", "min", "max", "avg", "count", "count_distinct")],
    "include": lambda f: [f], "field": lambda f: [f], "match": lambda f: [f, f"external_id,{f}"],
}  # fmt: skip
"""Each way to name a field, by parameter."""


def reads(route: Route) -> bool:
    """True for a route of the API that shows something to anybody who is signed in."""
    return not route.writes and route.right in (Right.SIGNED_IN, Right.BY_VERB)


def _plain_path(route: Route, reader: Reader, **given: str) -> str:
    row = {key: str(value) for key, value in INVENTORY[name_of(route)].items() if key not in ("body", "name", "value")}
    named = {key: value for key, value in row.items() if key not in reader.parts}
    return filled(route.path, reader.parts, {**named, **given})


def _paths(route: Route, reader: Reader) -> list[str]:
    """The addresses of a route for one object: its shown record, and each look-up where it takes one."""
    if route.operation == "lookup":
        return [_plain_path(route, reader, field=link.name) for link in reader.links[:_MOST]]
    if "<match>" in route.path:
        return [_plain_path(route, reader, match="external_id")]
    if route.path == "/files/<id>":
        return [_plain_path(route, reader, id=file) for file in reader.held]
    return [_plain_path(route, reader)]


def api_questions(reader: Reader) -> Iterator[Asked]:
    """Everything the API can be asked about one object without naming what is hidden."""
    for route in filter(reads, ROUTES):
        per_object = any(part in route.path for part in ("<object>", "<name>", "/files/"))
        if "docs" in route.path or not (per_object or reader.spec.name == ONCE):
            continue
        required = {one.name: (ASKED[one.name](reader) or ["id"])[0] for one in route.params if one.required}
        for path in _paths(route, reader):
            if route.takes is Shape.QUERY:
                yield Asked("POST", path, body={"filter": "id is not blank", "search": "zqxa", "count": True})
            elif route.takes is Shape.AGGREGATE:
                yield Asked("POST", path, body={"groups": reader.sortable[:1], "measures": ["count"]})
            elif route.takes is Shape.NONE:
                yield Asked(route.method, path, required)
            for one in route.params:
                if one.name not in TELLS_NOTHING:
                    for value in ASKED[one.name](reader):
                        yield Asked(route.method, path, {**required, one.name: value})


def api_naming(reader: Reader, name: str, *, written: bool) -> Iterator[Asked]:
    """Every way the API can be asked for a field by name; with `written`, every way to write one."""
    object = reader.spec.name
    for route in filter(reads, ROUTES):
        if "<object>" not in route.path or "docs" in route.path:
            continue
        required = {one.name: "id" for one in route.params if one.required}
        if "<field>" in route.path:
            yield Asked(route.method, _plain_path(route, reader, field=name))
            continue
        if "<match>" in route.path:
            yield Asked(route.method, _plain_path(route, reader, match=name))
            continue
        for one in route.params:
            for text in NAMING.get(one.name, lambda _: [])(name):
                more = {"groups": "id"} if one.name == "measures" else {}
                yield Asked(route.method, _plain_path(route, reader), {**required, **more, one.name: text})
        if route.takes is Shape.QUERY:
            for key in ("filter", "fields", "sort"):
                body = NAMING[key](name)[0]
                yield Asked("POST", _plain_path(route, reader), body={key: body if key == "filter" else [body]})
        if route.takes is Shape.AGGREGATE:
            for key in ("filter", "groups", "measures", "sort"):
                text = NAMING[key](name)[0]
                yield Asked("POST", _plain_path(route, reader), body={key: text if key == "filter" else [text]})
    if written:
        shown = f"/{object}/{id_of(object, 0)}"
        yield Asked("POST", f"/{object}", body={name: "x"})
        yield Asked("PATCH", shown, body={name: "x"})
        yield Asked(
            "POST", f"/{object}/batch", body={"create": [{name: None}], "update": [{"id": shown[-36:], name: 1}]}
        )
        yield Asked("POST", f"/{object}/upsert", body={"records": [{"external_id": "shown0", name: "x"}]})
        yield Asked("POST", f"/{object}/upsert", {"match": name}, body={"records": [{name: "x"}]})
        yield Asked("POST", f"{shown}/merge", body={"losers": [str(id_of(object, 1))], "set": {name: 1}})


PAGE_QUERIES: dict[str, Callable[[Reader], list[dict[str, Any]]]] = {
    "GET /o/<object>": lambda r: [
        {}, *({"find": word} for word in WORDS), *({"sort": name} for name in (*r.sortable, *r.beyond())),
        *({"q": text} for text in ASKED["filter"](r)), {"view": "all"},
        *({"view": view} for view in (r.spec.layout.views if r.spec.layout else ())),
    ],
    "GET /o/<object>/export": lambda r: [{"format": "csv"}, {"format": "xlsx"}, {"find": "zqxa", "format": "csv"}],
    "GET /o/<object>/filter": lambda r: [{}, *({"field": name} for name in r.sortable)],
    "GET /o/<object>/lookup": lambda r: [
        *({"field": link.name, "q": word} for link in r.links for word in ("", "zqxa", "open")),
        *(
            {"field": link.name, f"this.{other.name}": str(id_of(other.targets[0], 2))}
            for link in r.links[:2]
            for other in r.links[:_MOST]
        ),
    ],
    "GET /o/<object>/new": lambda r: [{}, {"copy": str(id_of(r.spec.name, 0))}, {"copy": str(id_of(r.spec.name, 2))}],
    "GET /search": lambda r: [{"q": word} for word in WORDS],
    "GET /search.json": lambda r: [{"q": word} for word in WORDS],
}  # fmt: skip
"""What a page is asked with; a page that is not listed here is asked for as it is."""
PAGE_PARTS: dict[str, Callable[[Reader], list[dict[str, str]]]] = {
    "/files/<id>": lambda r: [{"id": file} for file in r.held],
    "<tab>": lambda r: [{"tab": tab} for tab in (*_tabs(r.spec), "history")],
    "<other>": lambda r: [
        {"other": item.object, "field": item.via} for item in r.spec.lists.values()
    ],
}  # fmt: skip
PAGE_NAMING: dict[str, Callable[[str], list[dict[str, Any]]]] = {
    "GET /o/<object>": lambda f: [
        {"sort": f}, {"sort": f"-{f}"}, *({"q": text} for text in NAMING["filter"](f)),
        {"field": f, "op": "=", "value": "x"}, {"write": "1", "text": f"{f} = 1"},
    ],
    "GET /o/<object>/export": lambda f: [{"format": "csv", "q": f"{f} is blank"}, {"format": "csv", "sort": f}],
    "GET /o/<object>/filter": lambda f: [{"field": f}],
    "GET /o/<object>/lookup": lambda f: [{"field": f, "q": ""}],
    "GET /o/<object>/new": lambda f: [{f: "x"}],
}  # fmt: skip


def _tabs(spec: ObjectSpec) -> list[str]:
    forms = spec.layout.forms.values() if spec.layout is not None else ()
    return [tab.id for form in forms for tab in form.tabs]


def page_questions(reader: Reader) -> Iterator[Asked]:
    """Every page of the browser's door for one object, and every question it takes."""
    for name, row in PAGES.items():
        method, _, path = name.partition(" ")
        if (
            row.public
            or method != "GET"
            or not (any(part in path for part in ("<object>", *PAGE_PARTS)) or reader.spec.name == ONCE)
        ):
            continue
        parts: list[dict[str, str]] = [{}]
        for part, values in PAGE_PARTS.items():
            if part in path:
                parts = values(reader)
        for given in parts:
            for query in PAGE_QUERIES.get(name, lambda _: [{}])(reader):
                yield Asked("GET", filled(path, reader.parts, given), query)
    for form in ({}, {"name": "x"}):
        yield Asked("POST", f"/o/{reader.spec.name}/form", form=form)
        yield Asked("POST", f"/o/{reader.spec.name}/{id_of(reader.spec.name, 0)}/form", form={**form, "_version": "3"})


def page_naming(reader: Reader, name: str, *, written: bool) -> Iterator[Asked]:
    """Every way a page can be asked for a field by name; what a form holds beyond its own controls changes nothing."""
    if written:
        shown, form = f"/o/{reader.spec.name}/{id_of(reader.spec.name, 0)}", {name: "x", "_version": "3"}
        yield Asked("POST", f"{shown}/form", form=form)
        yield Asked("POST", f"/o/{reader.spec.name}/form", form={name: "x"})
    for page, queries in PAGE_NAMING.items():
        for query in queries(name):
            yield Asked("GET", filled(page.partition(" ")[2], reader.parts, {}), query)
