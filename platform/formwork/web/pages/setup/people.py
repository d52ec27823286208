"""People for whoever manages the organisation: the list with filters, and one person with access and roles."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork import assignment
from formwork.catalog import FieldSpec
from formwork.catalog.labels import field_label, role_label
from formwork.identity import Factors, assign_role, factors_of, withdraw_role
from formwork.identity.absence import absence_of
from formwork.identity.entrance import Entrance, Way, entrances
from formwork.identity.portal import OWN_KINDS, fitting_roles, is_portal
from formwork.identity.role import held_roles
from formwork.kernel import FormworkError, Invalid, Refused, parse_id
from formwork.records import ListRequest, get_record, list_records, titles
from formwork.runtime.invitation import Sent, send_link
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text, reasons_text
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.portal_user import bound_fields
from formwork.web.views.listing import Column, Empty, Row, Tab
from formwork.web.views.people import PeopleView, PersonView, Role
from formwork.web.views.shell import Notice
from formwork.web.views.shown import BLANK, Shown, hue_of, initials_of
from formwork.web.visit import Visit, record_address

ADDRESS = "/setup/people"
USER = "user"
_PAGE = 50
_OWN = ", ".join(f"'{kind}'" for kind in sorted(OWN_KINDS))
_FILTERS = {
    "active": f"active and kind in ({_OWN})",
    "absent": "active and absent_from <= today() and (absent_to is blank or absent_to >= today())",
    "portal": f"active and not (kind in ({_OWN}))",
    "gone": "not active",
    "all": "",
}
_FIELDS = ("full_name", "login", "email", "active", "kind", "department", "manager", "absent_from", "absent_to")


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def setup_people() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/people.html", _view(visit))

    @app.get(f"{ADDRESS}/<id>")
    def setup_person(id: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/person.html", person_view(door, visit, wanted_id(id)))

    @app.post(f"{ADDRESS}/<id>/roles")
    def keep_roles(id: str) -> Response:
        user, wanted = wanted_id(id), set(request.form.getlist("role"))
        try:
            with door.writing() as visit:
                _set_roles(visit, user, wanted)
        except (Refused, Invalid) as error:
            return _refused(door, user, error)
        notify(Notice(_("The roles are saved")))
        return make_response(redirect(f"{ADDRESS}/{user}", 303))

    @app.post(f"{ADDRESS}/<id>/link")
    def send_person_link(id: str) -> Response:
        user = wanted_id(id)
        try:
            with door.writing() as visit:
                get_record(visit.work, USER, user, ("id",))
                sent = send_link(door.runtime, door.tenant(), visit.work, user)
        except (Refused, Invalid) as error:
            return _refused(door, user, error)
        return tell_sent(door, user, sent)

    @app.post(f"{ADDRESS}/<id>/reactivate")
    def reactivate_person(id: str) -> Response:
        user = wanted_id(id)
        try:
            with door.writing() as visit:
                assignment.reactivate(visit.work, user)
        except (Refused, Invalid) as error:
            return _refused(door, user, error)
        notify(Notice(_("This person may sign in again")))
        return make_response(redirect(f"{ADDRESS}/{user}", 303))


def tell_sent(door: Door, user: UUID, sent: Sent) -> Response:
    """Where a link went; without a mail server the page of the person shows it, this once."""
    if sent.mailed:
        notify(Notice(_("A mail is on its way to %(address)s", address=sent.email)))
        return make_response(redirect(f"{ADDRESS}/{user}", 303))
    with door.reading() as visit:
        until = visit.formats.moment(sent.expires_at)
        return door.page(visit, "pages/person.html", person_view(door, visit, user, link=sent.link, until=until))


def roles_of_person(visit: Visit, kind: object, held: frozenset[str]) -> tuple[Role, ...]:
    """Every role to tick, those that are held first ticked; one that does not fit the kind says why."""
    known = visit.snapshot.rights.roles
    fitting = fitting_roles(visit.snapshot, kind, known)
    why = _("Not for portal users")
    found = [
        Role(
            name, role_label(visit.snapshot, visit.locale, name), name in held, "" if name in fitting else why
        )
        for name in known
        if name in fitting or name in held
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda role: role.label.casefold()))


def person_view(
    door: Door, visit: Visit, user: UUID, *, link: str = "", until: str = "", fault: str = ""
) -> PersonView:
    """The page of one person; raises NotFound."""
    bound = bound_fields(visit)
    found = get_record(visit.work, USER, user, (*_FIELDS, "delegate", *(field.name for field in bound)))
    entrance, held = entrances(visit.work, [user])[user], factors_of(visit.work, user)
    name = str(found["full_name"] or found["login"])
    program = found["kind"] == "integration"
    send = _("Send a link for another password") if entrance.way is Way.PASSWORD else _("Send an invitation")
    if door.runtime.post is None:
        send = _("Make a link for another password") if entrance.way is Way.PASSWORD else _("Make an invitation link")
    return PersonView(
        address=f"{ADDRESS}/{user}",
        name=name,
        record=record_address(USER, user),
        edit=f"{record_address(USER, user)}/edit",
        state=_state(found, entrance, visit),
        active=bool(found["active"]),
        facts=_facts(visit, found, entrance, held),
        place=(*(_bound(visit, bound, found) if is_portal(found["kind"]) else ()), *_place(visit, user, found)),
        roles=roles_of_person(visit, found["kind"], held_roles(visit.work, user)),
        may_reset=bool(_factors(held)) and user != visit.user,
        send_label="" if program or not found["active"] else send,
        link=link,
        link_until=until,
        moving=assignment.is_moving(visit.work, user),
        leaves=not found["active"] and bool(assignment.holdings(visit.work, user)),
        fault=fault,
    )


def _refused(door: Door, user: UUID, error: FormworkError) -> Response:
    with door.reading() as visit:
        fault = reasons_text(error) if error.problems else error_text(error)
        return door.page(visit, "pages/person.html", person_view(door, visit, user, fault=fault), 422)


def _set_roles(visit: Visit, user: UUID, wanted: set[str]) -> None:
    get_record(visit.work, USER, user, ("id",))
    held = held_roles(visit.work, user)
    for role in sorted(wanted - held):
        assign_role(visit.work, user, role)
    for role in sorted(held - wanted):
        withdraw_role(visit.work, user, role)


def _view(visit: Visit) -> PeopleView:
    show = request.args.get("show", "active")
    show = show if show in _FILTERS else "active"
    find = request.args.get("find", "").strip()[:200]
    asked = ListRequest(
        USER, _FIELDS, filters=(_FILTERS[show],), sort=("full_name",), limit=_PAGE,
        cursor=request.args.get("after") or None, search=find or None,
    )  # fmt: skip
    page = list_records(visit.work, asked, visit.key)
    ids = [id for record in page.records if (id := parse_id(str(record["id"]))) is not None]
    doors = entrances(visit.work, ids)
    places = _titles(visit, "department", [record["department"] for record in page.records])
    return PeopleView(
        plural=_("People"),
        summary=say_count("%(num)d person on this page", "%(num)d people on this page", len(page.records)),
        columns=(
            Column("name", _("Name"), width="title"),
            Column("login", _("Login"), role="second"),
            Column("department", _("Department")),
            Column("roles", _("Roles")),
            Column("state", _("Access"), role="state"),
        ),
        rows=tuple(
            _row(visit, record, id, doors[id], places) for record, id in zip(page.records, ids, strict=True)
        ),
        tabs=_tabs(show, find),
        find=find,
        show=show,
        first=_address(show, find) if request.args.get("after") else "",
        previous=_address(show, find, page.previous) if page.previous else "",
        next=_address(show, find, page.next) if page.next else "",
        empty=None if page.records else _empty(show, find),
    )  # fmt: skip


def _tabs(show: str, find: str) -> tuple[Tab, ...]:
    words = {
        "active": _("Active"), "absent": _("Absent today"), "portal": _("Portal users"), "gone": _("Deactivated"),
        "all": _("All"),
    }  # fmt: skip
    return tuple(Tab(label, _address(name, find), name == show) for name, label in words.items())


def _address(show: str, find: str, after: str = "") -> str:
    given = {"show": show if show != "active" else "", "find": find, "after": after}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{ADDRESS}?{query}" if query else ADDRESS


def _empty(show: str, find: str) -> Empty:
    if find or show != "all":
        return Empty("no_match", _("Nobody fits"), _("Look for another name, or show all people."), "search",
                     more=_("Show all people"), more_href=_address("all", ""))  # fmt: skip
    return Empty("nothing_yet", _("Nobody is here yet"), _("Invite somebody."), "users",
                 action=_("Invite somebody"), action_href=f"{ADDRESS}/invite")  # fmt: skip


def _row(visit: Visit, record: dict[str, Any], id: UUID, entrance: Entrance, places: dict[str, Any]) -> Row:
    name = str(record["full_name"] or record["login"])
    labels = sorted(role_label(visit.snapshot, visit.locale, role) for role in held_roles(visit.work, id))
    cells = (
        Shown("person", name, initials=initials_of(name), hue=hue_of(name)),
        Shown(text=str(record["login"] or "")),
        _named(places, record["department"]),
        Shown(text=", ".join(labels)) if labels else BLANK,
        _state(record, entrance, visit),
    )
    return Row(str(id), name, f"{ADDRESS}/{id}", cells)


def _state(record: dict[str, Any], entrance: Entrance, visit: Visit) -> Shown:
    """In a word: what somebody's access is like, absence first among what does not keep them out."""
    if not record["active"]:
        return Shown("pill", _("Deactivated"), hue="grey", icon="ban")
    if record["kind"] == "integration":
        return Shown("pill", _("Program"), hue="grey", icon="key")
    today = visit.work.context.today.isoformat()
    since, until = record["absent_from"], record["absent_to"]
    if since and str(since) <= today and (not until or str(until) >= today):
        return Shown("pill", _("Absent"), hue="yellow", icon="clock")
    words = {
        Way.PASSWORD: (_("Active"), "green", "check"),
        Way.INVITED: (_("Invited"), "blue", "mail"),
        Way.LAPSED: (_("Invitation ended"), "orange", "alert"),
        Way.NONE: (_("Not invited"), "grey", "mail"),
    }
    text, hue, mark = words[entrance.way]
    return Shown("pill", text, hue=hue, icon=mark)


def _factors(held: Factors) -> str:
    """What somebody has beside a password, in a line; blank for nothing."""
    parts = [_("Authenticator app")] if held.totp else []
    counted = ((_("Passkeys"), held.passkeys), (_("Recovery codes"), held.codes))
    return ", ".join([*parts, *(f"{label}: {count}" for label, count in counted if count)])


def _facts(visit: Visit, record: dict[str, Any], entrance: Entrance, held: Factors) -> tuple[tuple[str, Shown], ...]:
    seen = entrance.seen_at
    factors = _factors(held)
    facts = [
        (_("Login"), Shown(text=str(record["login"] or ""))),
        (_("Email"), Shown(text=str(record["email"] or "")) if record["email"] else BLANK),
        (_("Second factor"), Shown(text=factors) if factors else BLANK),
        (_("Sessions"), Shown("number", visit.formats.number(entrance.sessions))),
        (_("Last seen"), Shown("time", visit.formats.ago(seen), title=visit.formats.moment(seen)) if seen else BLANK),
    ]
    if entrance.invited_until is not None and entrance.way in (Way.INVITED, Way.LAPSED):
        facts.append((_("Invitation works until"), Shown(text=visit.formats.moment(entrance.invited_until))))
    return tuple(facts)


def _bound(visit: Visit, fields: Sequence[FieldSpec], record: dict[str, Any]) -> list[tuple[str, Shown]]:
    """What a portal user acts for."""
    return [
        (field_label(visit.snapshot, visit.locale, field),
         _named(_titles(visit, field.targets[0], [record[field.name]]), record[field.name], field.targets[0]))
        for field in fields
    ]  # fmt: skip


def _place(visit: Visit, user: UUID, record: dict[str, Any]) -> tuple[tuple[str, Shown], ...]:
    people = _titles(visit, USER, [record["manager"], record["delegate"]])
    away = absence_of(visit.work, user)
    stands_in = None if away.stands_in is None else str(away.stands_in)
    people |= _titles(visit, USER, [stands_in])
    days = " – ".join(visit.formats.day(day) if day else "…" for day in (away.since, away.until))
    places = [
        (_("Department"), _named(_titles(visit, "department", [record["department"]]), record["department"],
                                 "department")),
        (_("Manager"), _named(people, record["manager"], USER)),
        (_("Groups"), _members(visit, "group", user)),
        (_("Queues"), _members(visit, "queue", user)),
        (_("Absent"), Shown(text=days) if away.since else BLANK),
        (_("Delegate"), _named(people, record["delegate"], USER)),
    ]  # fmt: skip
    if away.now:
        places.append((_("Stands in today"), _named(people, stands_in, USER) if stands_in else Shown(text=_("Nobody"))))
    return tuple(places)


def _members(visit: Visit, object: str, user: UUID) -> Shown:
    asked = ListRequest(object, ("name",), filters=(f"exists(members, id = '{user}')",), sort=("name",), limit=20)
    found = list_records(visit.work, asked, visit.key).records
    if not found:
        return BLANK
    parts = tuple(Shown("link", str(one["name"]), record_address(object, one["id"])) for one in found)
    return Shown("records", parts=parts)


def _titles(visit: Visit, object: str, ids: Sequence[Any]) -> dict[str, Any]:
    wanted = [id for text in ids if text and (id := parse_id(str(text))) is not None]
    return titles(visit.work, object, wanted) if wanted else {}


def _named(names: dict[str, Any], id: object, object: str = "") -> Shown:
    name = names.get(str(id)) if id else None
    if name is None:
        return BLANK
    return Shown("link", str(name), record_address(object, id)) if object else Shown(text=str(name))
