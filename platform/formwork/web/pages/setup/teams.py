"""Groups and queues for whoever manages the organisation: who heads them, who is in them, what they own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork import assignment
from formwork.access import Verb
from formwork.catalog.labels import field_label
from formwork.kernel import parse_id
from formwork.records import Change, ListRequest, get_record, list_records, update
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.people import USER
from formwork.web.pages.setup.person_choice import chosen_person, name_of_person, person_choice
from formwork.web.views.listing import Column, Empty, Row
from formwork.web.views.shell import Notice
from formwork.web.views.shown import BLANK, Shown, hue_of, initials_of
from formwork.web.views.teams import Member, Owned, TeamsView, TeamView
from formwork.web.visit import Visit, object_address, record_address

_PAGE = 50
_MOST_MEMBERS = 10_000
_FIELDS = ("name", "description", "manager", "members", "active")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a page is about: groups or queues."""

    object: str
    address: str


_KINDS = (_Kind("group", "/setup/groups"), _Kind("queue", "/setup/queues"))


def register(app: Flask, door: Door) -> None:
    """Add the pages of both."""
    for kind in _KINDS:
        place = f"{kind.address}/<id>"
        for path, method, act in (
            (kind.address, "GET", _list), (place, "GET", _show), (f"{place}/members", "POST", _add),
            (f"{place}/members/<user>/remove", "POST", _remove),
        ):  # fmt: skip
            view = update_wrapper(partial(act, door, kind), act)
            app.add_url_rule(path, f"{kind.object}{act.__name__}", view, methods=[method])


def _list(door: Door, kind: _Kind) -> Response:
    with door.reading() as visit:
        return door.page(visit, "pages/teams.html", _teams(visit, kind))


def _show(door: Door, kind: _Kind, id: str) -> Response:
    with door.reading() as visit:
        return door.page(visit, "pages/team.html", _team(visit, kind, wanted_id(id)))


def _add(door: Door, kind: _Kind, id: str) -> Response:
    team = wanted_id(id)
    with door.writing() as visit:
        user = chosen_person(visit, request.form)
        if user is None:
            return door.page(visit, "pages/team.html", _team(visit, kind, team, _("Choose a person.")), 422)
        told = _("%(person)s is a member now", person=name_of_person(visit, user))
        _keep(visit, kind, team, [*(one for one in _members(visit, kind, team) if one != user), user])
    notify(Notice(told))
    return make_response(redirect(f"{kind.address}/{team}", 303))


def _remove(door: Door, kind: _Kind, id: str, user: str) -> Response:
    team, gone = wanted_id(id), wanted_id(user)
    with door.writing() as visit:
        told = _("%(person)s is no longer a member", person=name_of_person(visit, gone))
        _keep(visit, kind, team, [one for one in _members(visit, kind, team) if one != gone])
    notify(Notice(told))
    return make_response(redirect(f"{kind.address}/{team}", 303))


def _members(visit: Visit, kind: _Kind, team: UUID) -> list[UUID]:
    found = get_record(visit.work, kind.object, team, ("members",))["members"] or ()
    return [id for one in found if (id := parse_id(str(one))) is not None]


def _keep(visit: Visit, kind: _Kind, team: UUID, members: list[UUID]) -> None:
    update(visit.work, kind.object, [Change(team, {"members": [str(one) for one in members]})])


def _teams(visit: Visit, kind: _Kind) -> TeamsView:
    spec = visit.snapshot.object(kind.object)
    after = request.args.get("after") or None
    asked = ListRequest(kind.object, _FIELDS, sort=("name",), limit=_PAGE, cursor=after)
    page = list_records(visit.work, asked, visit.key)
    wanted = {str(id) for one in page.records for id in (one["manager"], *(one["members"] or ())) if id}
    people = _people(visit, wanted)
    new = f"{object_address(kind.object)}/new" if visit.may(kind.object, Verb.CREATE) else ""
    empty = Empty(
        "nothing_yet", visit.plural(spec), _why_empty(kind), spec.definition.icon,
        action=_("New %(record)s", record=visit.label_inside(spec)) if new else "", action_href=new,
    )  # fmt: skip
    return TeamsView(
        visit.plural(spec), spec.definition.icon, spec.definition.hue, new, visit.label_inside(spec),
        object_address(kind.object),
        (Column("name", _("Name"), width="title"), Column("manager", _manager_label(visit, kind), role="second"),
         Column("members", _members_label(visit, kind)), Column("state", _("Access"), role="state")),
        tuple(_row(visit, kind, one, people) for one in page.records),
        kind.address if after else "", _turn(kind, page.previous), _turn(kind, page.next),
        None if page.records else empty,
    )  # fmt: skip


def _turn(kind: _Kind, cursor: str | None) -> str:
    return f"{kind.address}?{urlencode({'after': cursor})}" if cursor else ""


def _why_empty(kind: _Kind) -> str:
    if kind.object == "queue":
        return _("Work that waits until a member takes it")
    return _("People who are given records together")


def _manager_label(visit: Visit, kind: _Kind) -> str:
    return field_label(visit.snapshot, visit.locale, visit.snapshot.object(kind.object).fields["manager"])


def _members_label(visit: Visit, kind: _Kind) -> str:
    return field_label(visit.snapshot, visit.locale, visit.snapshot.object(kind.object).fields["members"])


def _row(visit: Visit, kind: _Kind, record: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> Row:
    name = str(record["name"])
    found = [people[str(one)] for one in record["members"] or () if str(one) in people]
    gone = sum(1 for one in found if not one["active"])
    count = say_count("%(num)d person", "%(num)d people", len(found))
    if gone:
        deactivated = say_count("%(num)d deactivated", "%(num)d deactivated", gone)
        count = f"{count}, {deactivated}"
    manager = people.get(str(record["manager"])) if record["manager"] else None
    cells = (
        Shown(text=name),
        BLANK if manager is None else _person(manager),
        Shown(text=count, tone="warn" if gone else ""),
        _state(bool(record["active"])),
    )
    return Row(str(record["id"]), name, f"{kind.address}/{record['id']}", cells)


def _person(one: Mapping[str, Any]) -> Shown:
    """A name, with the word that tells of somebody deactivated."""
    name = str(one["full_name"] or one["login"])
    if one["active"]:
        return Shown(text=name)
    return Shown(text=_("%(person)s (deactivated)", person=name), tone="warn")


def _state(active: bool) -> Shown:
    if active:
        return Shown("pill", _("Active"), hue="green", icon="check")
    return Shown("pill", _("Not active"), hue="grey", icon="ban")


def _people(visit: Visit, ids: set[str]) -> dict[str, dict[str, Any]]:
    """Id text -> name and access of people, deactivated ones among them."""
    found: dict[str, dict[str, Any]] = {}
    wanted = sorted(ids)[:_MOST_MEMBERS]
    for start in range(0, len(wanted), 200):
        listed = ", ".join(f"'{id}'" for id in wanted[start : start + 200])
        asked = ListRequest(USER, ("full_name", "login", "active"), filters=(f"id in ({listed})",), limit=200)
        found |= {str(one["id"]): one for one in list_records(visit.work, asked, visit.key).records}
    return found


def _team(visit: Visit, kind: _Kind, team: UUID, fault: str = "") -> TeamView:
    """The page of one group or queue; raises NotFound."""
    found = get_record(visit.work, kind.object, team, _FIELDS)
    spec = visit.snapshot.object(kind.object)
    members = [str(one) for one in found["members"] or ()]
    people = _people(visit, {*members, *([str(found["manager"])] if found["manager"] else ())})
    manager = people.get(str(found["manager"])) if found["manager"] else None
    owned = tuple(_owned(visit, one) for one in assignment.holdings(visit.work, team))
    record = record_address(kind.object, team)
    sent = request.form if request.method == "POST" else {}
    return TeamView(
        address=f"{kind.address}/{team}", kind=visit.label(spec), plural=visit.plural(spec), list=kind.address,
        icon=spec.definition.icon, hue=spec.definition.hue, name=str(found["name"]),
        summary=str(found["description"] or ""), state=_state(bool(found["active"])), record=record,
        edit=f"{record}/edit" if visit.may(kind.object, Verb.EDIT) else "",
        manager_label=_manager_label(visit, kind),
        manager=BLANK if manager is None else _person(manager),
        leaderless=manager is not None and not manager["active"],
        members_label=_members_label(visit, kind),
        members=tuple(sorted((_member(people[one]) for one in members if one in people), key=_by_name)),
        owned=owned,
        delete=f"{record}/delete" if not owned and visit.may(kind.object, Verb.DELETE) else "",
        person=person_choice(visit, sent, None, _("Add somebody"), invalid=bool(fault)), fault=fault,
    )  # fmt: skip


def _by_name(one: Member) -> tuple[bool, str]:
    return not one.gone, one.name.casefold()


def _member(one: Mapping[str, Any]) -> Member:
    name = str(one["full_name"] or one["login"])
    return Member(str(one["id"]), name, f"/setup/people/{one['id']}", initials_of(name), hue_of(name),
                  not one["active"])  # fmt: skip


def _owned(visit: Visit, one: assignment.Holding) -> Owned:
    spec = visit.snapshot.object(one.place.object)
    label = field_label(visit.snapshot, visit.locale, spec.fields[one.place.field])
    return Owned(visit.plural(spec), label, visit.formats.number(one.count), spec.definition.icon, spec.definition.hue)
