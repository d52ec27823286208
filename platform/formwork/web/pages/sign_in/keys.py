"""API keys of one's own: made and shown once, listed, ended."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Flask, Response, make_response, redirect, request

from formwork.identity import ApiKey, create_key, list_keys, revoke_key
from formwork.identity.api_key import LONGEST_NAME
from formwork.identity.key_scopes import is_own_scope, require_own_scopes
from formwork.kernel import Invalid, NotFound, Problem, parse_id
from formwork.web.door import Door, notify
from formwork.web.frame import listed_objects
from formwork.web.language import say as _
from formwork.web.pages.sign_in.security import ADDRESS
from formwork.web.views.security import KeyLine, NewKeyView
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.visit import Visit

_ADDRESS = f"{ADDRESS}/keys"
_DAYS = ("30", "90", "365", "")
_DEFAULT_DAYS = "90"
_WHOLE = "all"


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(_ADDRESS)
    def keys() -> Response:
        with door.reading() as visit:
            door.require_proof(visit)
            return door.page(visit, "pages/keys.html", _view(visit))

    @app.post(_ADDRESS)
    def make_key() -> Response:
        try:
            with door.writing() as visit:
                door.require_proof(visit)
                name, scopes, days = _sent(visit)
                until = visit.work.context.now + timedelta(days=int(days)) if days else None
                _key, text = create_key(visit.work, visit.user, name, scopes, until)
        except Invalid as error:
            faults = {one.pointer.split("/")[1]: one.message for one in error.problems}
            with door.reading() as visit:
                return door.page(visit, "pages/keys.html", _view(visit, faults=faults), 422)
        with door.reading() as visit:
            return door.page(visit, "pages/keys.html", _view(visit, made=text))

    @app.post(f"{_ADDRESS}/revoke")
    def end_key() -> Response:
        id = parse_id(request.form.get("id", ""))
        if id is None:
            raise NotFound("There is no such API key.")
        with door.writing() as visit:
            door.require_proof(visit)
            revoke_key(visit.work, visit.user, id)
        notify(Notice(_("The key has ended")))
        return make_response(redirect(_ADDRESS, 303))


def _sent(visit: Visit) -> tuple[str, list[str] | None, str]:
    """The name, scopes (None for all) and days of the form; raises Invalid at `/name` or `/scopes`."""
    name = request.form.get("name", "").strip()
    problems = [] if 1 <= len(name) <= LONGEST_NAME else [Problem("/name", "required", _("Name the key."))]
    whole, object = request.form.get("reach", _WHOLE) == _WHOLE, request.form.get("object", "")
    scopes = [f"{one}:{object}" if object and one != "manage" else one for one in request.form.getlist("scope")]
    if not whole and not scopes:
        problems.append(Problem("/scopes", "required", _("Choose at least one thing the key may do.")))
    if problems:
        raise Invalid("The key was not made.", code="invalid", problems=problems)
    require_own_scopes(visit.snapshot, visit.actor, None if whole else scopes)
    days = request.form.get("days", _DEFAULT_DAYS)
    return name, None if whole else scopes, days if days in _DAYS else _DEFAULT_DAYS


def _view(visit: Visit, made: str = "", faults: dict[str, str] | None = None) -> NewKeyView:
    form = request.form if faults else None
    sent = set(form.getlist("scope")) if form else set()
    labels = {"read": _("Read records"), "write": _("Change records"), "manage": _("Manage the organisation")}
    objects = [Option("", _("All kinds of record"), True)]
    objects += [Option(spec.name, visit.plural(spec)) for spec in listed_objects(visit)]
    days = {"30": _("30 days"), "90": _("90 days"), "365": _("One year"), "": _("It does not end")}
    return NewKeyView(
        tuple(_line(visit, one) for one in _ordered(list_keys(visit.work, visit.user))),
        tuple(
            Option(name, label, name in sent)
            for name, label in labels.items()
            if is_own_scope(visit.snapshot, visit.actor, name)
        ),
        tuple(objects),
        tuple(Option(value, label, value == _DEFAULT_DAYS) for value, label in days.items()),
        name=form.get("name", "") if form else "",
        narrow=bool(form and form.get("reach") != _WHOLE),
        made=made,
        faults=faults or {},
    )


def _ordered(keys: Sequence[ApiKey]) -> list[ApiKey]:
    """Those that are good first."""
    return sorted(keys, key=lambda one: one.revoked_at is not None)


def _line(visit: Visit, key: ApiKey) -> KeyLine:
    formats, now = visit.formats, visit.work.context.now
    carries = _("everything you may do") if key.scopes is None else ", ".join(key.scopes)
    made = _("since %(moment)s", moment=formats.moment(key.created_at))
    until = _("until %(moment)s", moment=formats.moment(key.expires_at)) if key.expires_at else _("without end")
    mark = ""
    if key.revoked_at is not None:
        mark = _("Ended")
    elif key.expires_at is not None and key.expires_at <= now:
        mark = _("Over")
    return KeyLine(str(key.id), key.name, f"{key.prefix}… · {carries} · {made} · {until}", mark)
