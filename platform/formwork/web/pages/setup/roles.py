"""Roles: the list, the table of one role with who has it, and two roles compared."""

from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.access import Difference, compare_roles
from formwork.catalog.labels import field_label, record_type_label, role_label, role_summary
from formwork.identity import assign_role, people_of_roles, withdraw_role
from formwork.kernel import NotFound
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.person_choice import chosen_person, name_of_person, person_choice
from formwork.web.pages.setup.table import rights_rows, scope_word, verb_name
from formwork.web.views.rights import (
    CompareView,
    DifferenceLine,
    Holder,
    RoleLine,
    RolesView,
    RoleView,
)
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option, hue_of, initials_of
from formwork.web.visit import Visit, record_address

ADDRESS = "/setup/roles"
_MOST_HOLDERS = 50
_FILE = "metadata/%s/permissions.yaml"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def show_roles() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/roles.html", _roles(visit))

    @app.get(f"{ADDRESS}/compare")
    def compare() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/compare.html", _compare(visit, request.args))

    @app.get(f"{ADDRESS}/<role>")
    def show_role(role: str) -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/role.html", _role(door, visit, role, request.args))

    @app.post(f"{ADDRESS}/<role>/people")
    def give_role(role: str) -> Response:
        with door.writing() as visit:
            person = chosen_person(visit, request.form)
            if person is not None:
                assign_role(visit.work, person, role)
            view = None if person is not None else _role(door, visit, role, request.form, _("Choose a person."))
            if view is not None:
                return door.page(visit, "pages/role.html", view, 422)
            name = name_of_person(visit, person) if person is not None else ""
            told = _("%(person)s has the role now", person=name)
        notify(Notice(told))
        return make_response(redirect(f"{ADDRESS}/{role}", 303))

    @app.post(f"{ADDRESS}/<role>/people/<id>/remove")
    def take_role(role: str, id: str) -> Response:
        with door.writing() as visit:
            person = wanted_id(id)
            _require_role(visit, role)
            withdraw_role(visit.work, person, role)
            told = _("%(person)s no longer has the role", person=name_of_person(visit, person))
        notify(Notice(told))
        return make_response(redirect(f"{ADDRESS}/{role}", 303))


def _require_role(visit: Visit, role: str) -> None:
    if role not in visit.snapshot.rights.roles:
        raise NotFound("There is no such role.")


def _roles(visit: Visit) -> RolesView:
    people = people_of_roles(visit.work)
    known = visit.snapshot.rights.roles
    lines = tuple(
        RoleLine(
            f"{ADDRESS}/{name}", _label(visit, name), role_summary(visit.snapshot, visit.locale, name),
            ", ".join(_label(visit, one) for one in role.includes), len(people.get(name, ())), role.manage_all,
        )
        for name, role in known.items()
    )  # fmt: skip
    names = list(known)
    return RolesView(lines, _options(visit, names[0] if names else ""), _options(visit, names[-1] if names else ""))


def _role(door: Door, visit: Visit, name: str, asked: Mapping[str, str], fault: str = "") -> RoleView:
    known = visit.snapshot.rights
    _require_role(visit, name)
    role = known.roles[name]
    holders = people_of_roles(visit.work).get(name, [])
    people = sorted((name_of_person(visit, id), id) for id in holders[:_MOST_HOLDERS])
    find, opened, everything = asked.get("find", "").strip(), asked.get("open", ""), asked.get("all") == "1"
    return RoleView(
        name, _label(visit, name), role_summary(visit.snapshot, visit.locale, name),
        tuple(_role_option(visit, one) for one in role.includes),
        tuple(_role_option(visit, one) for one, other in known.roles.items() if name in other.includes),
        role.manage_all, ", ".join(_files(door, visit, name)), find,
        rights_rows(visit, name, find, opened, lambda object: ", ".join(_files(door, visit, name, object)),
                    everything=everything),
        tuple(_holder(visit, name, id) for name, id in people),
        max(0, len(holders) - _MOST_HOLDERS),
        person_choice(visit, asked, None, _("Give the role to"), invalid=bool(fault)), fault,
        "" if everything else f"{ADDRESS}/{name}?{urlencode({'all': '1', 'find': find})}",
    )  # fmt: skip


def _files(door: Door, visit: Visit, role: str, object: str = "") -> list[str]:
    """The files in which a role is declared, or its grant on an object is written."""
    found = []
    for package, content in door.runtime.snapshots.packages(visit.work).items():
        for file in content.permissions:
            here = any(one.role == role and one.object == object for one in file.grants) if object else (
                role in file.roles
            )  # fmt: skip
            if here:
                found.append(_FILE % package)
    return list(dict.fromkeys(found))


def _holder(visit: Visit, name: str, id: UUID) -> Holder:
    return Holder(str(id), name or str(id), record_address("user", id), initials_of(name), hue_of(name))


def _compare(visit: Visit, asked: Mapping[str, str]) -> CompareView:
    left, right = asked.get("left", ""), asked.get("right", "")
    for one in (left, right):
        _require_role(visit, one)
    lines = tuple(
        DifferenceLine(
            visit.plural(visit.snapshot.objects[one.object]), _KINDS[one.kind](),
            _name(visit, one), _side(visit, one.left), _side(visit, one.right),
        )
        for one in compare_roles(visit.snapshot, left, right)
    )  # fmt: skip
    return CompareView(
        _options(visit, left), _options(visit, right), _label(visit, left), _label(visit, right), lines
    )  # fmt: skip


_KINDS = {
    "verb": lambda: _("Right"), "field": lambda: _("Field"), "action": lambda: _("Action"),
    "record_type": lambda: _("Record type"),
}  # fmt: skip


def _name(visit: Visit, one: Difference) -> str:
    spec = visit.snapshot.objects[one.object]
    if one.kind == "record_type":
        return record_type_label(visit.snapshot, visit.locale, spec, one.name)
    if one.kind != "field":
        return verb_name(one.name)
    label = field_label(visit.snapshot, visit.locale, spec.fields[one.name])
    if not one.record_type:
        return label
    kind = record_type_label(visit.snapshot, visit.locale, spec, one.record_type)
    return _("%(field)s, on records of the type %(type)s", field=label, type=kind)


def _side(visit: Visit, text: str) -> str:
    """What one role has, scope by scope."""
    if not text:
        return _("no")
    return ", ".join(scope_word(visit, part) for part in text.split(", "))


def _options(visit: Visit, chosen: str) -> tuple[Option, ...]:
    return tuple(Option(name, _label(visit, name), name == chosen) for name in visit.snapshot.rights.roles)


def _role_option(visit: Visit, name: str) -> Option:
    return Option(f"{ADDRESS}/{name}", _label(visit, name))


def _label(visit: Visit, role: str) -> str:
    return role_label(visit.snapshot, visit.locale, role)
