"""What each role may do with an object's records, as the tenant layer says it over the packages."""

from typing import Any

from flask import Flask, Response, make_response, redirect, request

from formwork.catalog.labels import role_label
from formwork.definitions.edit.grants import with_grants, written_grants
from formwork.definitions.model import ObjectDef
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.setup.table import scope_word
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.object_page import object_head
from formwork.web.pages.studio.overtaken import mark, tell_overtaken, was_overtaken
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.studio import RightsLine, RightsView

_VERBS = ("create", "read", "edit", "delete")
_SCOPES = ("own", "team", "subordinates", "all")
_USUAL, _NO, _YES, _KEPT = "", "no", "yes", "kept"
"""As packages say; not at all; yes (of creating); as it is written, which this page has no words for."""


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{OBJECTS}/<object>/rights")
    def studio_rights(object: str) -> Response:
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            return door.page(visit, "pages/studio_rights.html", _view(bench, bench.object(object)))

    @app.post(f"{OBJECTS}/<object>/rights")
    def studio_keep_rights(object: str) -> Response:
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            bench.object(object)
            if was_overtaken(written_grants(bench.files, object)):
                return tell_overtaken(f"{OBJECTS}/{object}/rights")
            bench.keep(with_grants(bench.files, object, _wanted(bench)))
        notify(Notice(_("The rights are in the draft")))
        return make_response(redirect(f"{OBJECTS}/{object}/rights", 303))


def _roles(bench: Bench) -> list[str]:
    return [name for name, role in bench.visit.snapshot.rights.roles.items() if not role.manage_all]


def _wanted(bench: Bench) -> dict[str, dict[str, Any]]:
    """What was sent, by role and verb; what is kept as it is written is left out."""
    wanted: dict[str, dict[str, Any]] = {}
    for role in _roles(bench):
        for verb in _VERBS:
            sent = request.form.get(f"{role}.{verb}", _KEPT)
            if sent == _USUAL:
                wanted.setdefault(role, {})[verb] = None
            elif sent == _NO:
                wanted.setdefault(role, {})[verb] = False
            elif sent == _YES and verb == "create":
                wanted.setdefault(role, {})[verb] = True
            elif sent in _SCOPES and verb != "create":
                wanted.setdefault(role, {})[verb] = sent
    return wanted


def _view(bench: Bench, definition: ObjectDef) -> RightsView:
    written = written_grants(bench.files, definition.name)
    snapshot, locale = bench.visit.snapshot, bench.visit.locale
    usual = _("Not granted") if bench.is_own(definition.name) else _("As packages say")
    lines = tuple(
        RightsLine(role, role_label(snapshot, locale, role),
                   tuple((verb, _options(bench, usual, verb, written.get(role, {}))) for verb in _VERBS))
        for role in _roles(bench)
    )  # fmt: skip
    return RightsView(object_head(bench, definition, "rights"), lines, definition.master is not None, mark(written))


def _options(bench: Bench, usual: str, verb: str, said: dict[str, Any]) -> tuple[Option, ...]:
    value = said.get(verb)
    if verb == "create":
        known = {_YES: _("Yes"), _NO: _("No")}
    else:
        known = {one: scope_word(bench.visit, one) for one in reversed(_SCOPES)} | {_NO: _("No")}
    now = _USUAL if verb not in said else _NO if value in (False, "none") else _YES if value is True else value
    options = [Option(_USUAL, usual, now == _USUAL)]
    options += [Option(key, word, now == key) for key, word in known.items()]
    if not isinstance(now, str) or now not in (_USUAL, *known):
        options.append(Option(_KEPT, _("As it is written"), True))
    return tuple(options)
