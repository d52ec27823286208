"""What an object is called and looks like, what it can do, and who sees its records at first."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.edit.properties import with_properties
from formwork.definitions.model import SHARING, ObjectDef
from formwork.definitions.schemas.object import FEATURES
from formwork.definitions.schemas.words import HUES
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.pages.studio.new_object import ICONS, feature_words, hue_label
from formwork.web.pages.studio.object_page import object_head
from formwork.web.pages.studio.overtaken import mark, tell_overtaken, was_overtaken
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.studio import SettingsView

_TEXTS = ("label", "plural", "summary")
_LONGEST = 500


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{OBJECTS}/<object>/settings")
    def studio_object_settings(object: str) -> Response:
        with door.reading() as visit:
            bench = bench_of(door.runtime, visit)
            return door.page(visit, "pages/studio_settings.html", _view(bench, bench.object(object), {}))

    @app.post(f"{OBJECTS}/<object>/settings")
    def studio_keep_settings(object: str) -> Response:
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            definition = bench.object(object)
            if was_overtaken(_now(definition)):
                return tell_overtaken(f"{OBJECTS}/{object}/settings")
            faults = {one: _("Give it a name.") for one in ("label", "plural") if not request.form.get(one, "").strip()}
            if not faults:
                changes = with_properties(bench.files, object, _wanted(bench, definition), _base(bench, definition))
                found = [one for one in bench.trying(changes).findings if one.severity == "error"]
                told = [f"{one.message} {one.mend}" for one in found if one.file in changes]
                faults = {"": " ".join(told)} if told else {}
            if faults:
                return door.page(visit, "pages/studio_settings.html", _view(bench, definition, faults), 422)
            bench.keep(changes)
        notify(Notice(_("%(field)s is in the draft", field=request.form["label"].strip())))
        return make_response(redirect(f"{OBJECTS}/{object}", 303))


def _now(definition: ObjectDef) -> list[object]:
    """What the form is about, as it is."""
    one = definition
    return [one.label, one.plural, one.summary, one.icon, one.hue, one.title, one.sharing, list(one.features)]


def _wanted(bench: Bench, definition: ObjectDef) -> dict[str, Any]:
    """What the form says, as a file holds it; a feature of a package is added or taken away by its name."""
    form = request.form
    wanted: dict[str, Any] = {one: form.get(one, "").strip()[:_LONGEST] for one in _TEXTS}
    wanted["icon"] = form.get("icon") or definition.icon
    wanted["hue"] = form["hue"] if form.get("hue") in HUES else definition.hue
    if form.get("title") in bench.fields(definition):
        wanted["title"] = form["title"]
    if form.get("sharing") in SHARING and definition.master is None and definition.parent is None:
        wanted["sharing"] = form["sharing"]
    chosen = [one for one in FEATURES if one in form.getlist("feature")]
    if bench.is_own(definition.name):
        wanted["features"] = [*chosen, *(one for one in definition.features if one not in feature_words())]
    else:
        came = bench.without_layer.objects[definition.name].features
        offered = feature_words()
        wanted["features"] = {one: one in chosen for one in offered if (one in chosen) != (one in came)}
    return wanted if wanted["summary"] else {key: value for key, value in wanted.items() if key != "summary"}


def _base(bench: Bench, definition: ObjectDef) -> Mapping[str, Any]:
    """What the packages say of it: nothing of an object made here but what everything has."""
    if bench.is_own(definition.name):
        return {"features": []}
    came = bench.without_layer.objects[definition.name]
    return {
        "label": came.label, "plural": came.plural, "summary": came.summary, "icon": came.icon, "hue": came.hue,
        "title": came.title, "sharing": came.sharing, "features": {},
    }  # fmt: skip


def _view(bench: Bench, definition: ObjectDef, faults: dict[str, str]) -> SettingsView:
    form = request.form if faults else {}
    words = {
        "private": _("Nobody but by their rights"), "read": _("Everybody reads every record"),
        "edit": _("Everybody changes every record"),
    }  # fmt: skip
    values = {
        "label": form.get("label", definition.label), "plural": form.get("plural", definition.plural),
        "summary": form.get("summary", definition.summary),
    }  # fmt: skip
    has = set(request.form.getlist("feature")) if faults else set(definition.features)
    label = partial(bench.field_label, definition.name)
    titles = [one for one in bench.fields(definition).values() if not one.hidden]
    can_share = definition.master is None and definition.parent is None
    return SettingsView(
        object_head(bench, definition, "settings"), values, faults,
        tuple(Option(one, one, one == definition.icon) for one in dict.fromkeys((definition.icon, *ICONS))),
        tuple(Option(one, hue_label(one), one == definition.hue) for one in HUES),
        tuple(Option(one, word, one in has) for one, word in feature_words().items()),
        tuple(Option(one.name, label(one), one.name == definition.title) for one in titles),
        tuple(Option(one, word, one == definition.sharing) for one, word in words.items()) if can_share else (),
        mark(_now(definition)),
    )  # fmt: skip
