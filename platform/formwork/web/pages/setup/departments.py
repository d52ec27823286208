"""The departments as a tree, with who heads them and how many people they have."""

from collections import Counter
from typing import Any

from flask import Flask, Response

from formwork.access import Verb
from formwork.records import AggregateRequest, ListRequest, aggregate, list_records
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.setup.people import USER
from formwork.web.views.listing import Empty
from formwork.web.views.people import Branch, TreeView
from formwork.web.visit import Visit, object_address, record_address

ADDRESS = "/setup/departments"
DEPARTMENT = "department"
_PAGE = 200


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(ADDRESS)
    def departments() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/departments.html", _view(visit))


def _view(visit: Visit) -> TreeView:
    found = _all(visit)
    known = {str(one["id"]) for one in found}
    below: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        above = str(one["parent"]) if one["parent"] and str(one["parent"]) in known else ""
        below.setdefault(above, []).append(one)
    people = _people(visit)
    new = f"{object_address(DEPARTMENT)}/new" if visit.may(DEPARTMENT, Verb.CREATE) else ""
    empty = None
    if not found:
        empty = Empty("nothing_yet", _("There are no departments yet"), _("They order people, and rights follow them."),
                      "tree", action=_("New department"), action_href=new)  # fmt: skip
    return TreeView(tuple(_branch(visit, one, below, people) for one in below.get("", ())), new, empty=empty)


def _branch(visit: Visit, one: dict[str, Any], below: dict[str, list[dict[str, Any]]], people: Counter[str]) -> Branch:
    id = str(one["id"])
    count = say_count("%(num)d person", "%(num)d people", people[id])
    head = one["head.full_name"]
    if head and one["head.active"] is False:
        head = _("%(person)s (deactivated)", person=head)
    return Branch(
        title=str(one["name"]),
        href=record_address(DEPARTMENT, id),
        detail=f"{count} · {_('headed by %(name)s', name=head)}" if head else count,
        active=bool(one["active"]),
        below=tuple(_branch(visit, each, below, people) for each in below.get(id, ())),
    )


def _all(visit: Visit) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        fields = ("name", "parent", "active", "head.full_name", "head.active")
        asked = ListRequest(DEPARTMENT, fields, sort=("name",), limit=_PAGE, cursor=cursor)
        page = list_records(visit.work, asked, visit.key)
        found += page.records
        cursor = page.next
        if cursor is None:
            return found


def _people(visit: Visit) -> Counter[str]:
    """How many active people each department has."""
    rows = aggregate(visit.work, AggregateRequest(USER, ("department",), filters=("active",), limit=10_000))
    return Counter({str(row["department"]): int(row["count"]) for row in rows if row["department"]})
