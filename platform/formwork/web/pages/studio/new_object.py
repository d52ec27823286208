"""A new object: its names, title field, looks, features, place in the menu, and the roles that work with it."""

import re
import unicodedata
from collections.abc import Mapping

from flask import Flask, Response, make_response, redirect, request

from formwork.catalog.labels import group_label, role_label
from formwork.definitions.edit.objects import NewObject, with_object
from formwork.definitions.labels import plural_of
from formwork.definitions.reserved import why_no_field, why_no_object
from formwork.definitions.schemas.words import HUES, NAME_PATTERN
from formwork.web.door import Door, notify
from formwork.web.language import is_source_language
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import OBJECTS, Bench, bench_of
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.views.studio import NewObjectView

ICONS = (
    "box", "truck", "object", "tag", "flag", "file", "note", "calendar", "clock", "map", "phone", "mail", "users",
    "contact", "account", "card", "money", "chart", "shield", "key", "gear", "star", "image", "link", "globe",
)  # fmt: skip
_LONGEST = 120


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(f"{OBJECTS}/new")
    def studio_new_object() -> Response:
        with door.reading() as visit:
            view = _form(bench_of(door.runtime, visit), {"icon": "box", "hue": "blue", "feature": "history"}, {})
            return door.page(visit, "pages/studio_new_object.html", view)

    @app.post(f"{OBJECTS}/new")
    def studio_make_object() -> Response:
        with door.writing() as visit:
            bench = bench_of(door.runtime, visit)
            made, faults = _sent(bench)
            if faults:
                view = _form(bench, dict(request.form), faults)
                return door.page(visit, "pages/studio_new_object.html", view, 422)
            bench.keep(with_object(bench.files, made))
        notify(Notice(_("%(object)s is in the draft. Add its fields, then publish.", object=made.label)))
        return make_response(redirect(f"{OBJECTS}/{made.name}", 303))


def name_from(label: str) -> str:
    """The API name a label suggests: its Latin letters and digits; blank when it has none."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")


def _sent(bench: Bench) -> tuple[NewObject, dict[str, str]]:
    form = request.form
    label = form.get("label", "").strip()[:_LONGEST]
    name = form.get("name", "").strip() or name_from(label)
    plural = form.get("plural", "").strip()[:_LONGEST] or (plural_of(label) if is_source_language() else label)
    title = form.get("title", "").strip()[:_LONGEST] or _("Name")
    title_name = form.get("title_name", "").strip() or name_from(title) or "name"
    faults = _faults(bench, label, name, title_name)
    groups = {group.key for group in bench.visit.snapshot.navigation}
    made = NewObject(
        name, label, plural, (title_name, title),
        form["icon"] if form.get("icon") in ICONS else "", form["hue"] if form.get("hue") in HUES else "",
        tuple(one for one in feature_words() if one in form.getlist("feature")),
        form["group"] if form.get("group") in groups else "",
        tuple(one for one in form.getlist("role") if one in bench.visit.snapshot.rights.roles),
    )  # fmt: skip
    return made, faults


def _faults(bench: Bench, label: str, name: str, title_name: str) -> dict[str, str]:
    faults = {} if label else {"label": _("Give it a name.")}
    if label and (not re.fullmatch(NAME_PATTERN, name) or why_no_object(name)):
        faults["name"] = bad_name(why_no_object(name) if re.fullmatch(NAME_PATTERN, name) else None)
    elif name in bench.composition.objects:
        faults["name"] = _("There is an object of this name already.")
    if not re.fullmatch(NAME_PATTERN, title_name) or why_no_field(title_name):
        faults["title_name"] = bad_name(why_no_field(title_name) if re.fullmatch(NAME_PATTERN, title_name) else None)
    return faults


def bad_name(reserved: str | None) -> str:
    """Why an API name cannot be, in words."""
    if reserved:
        return _("This name is kept for the product itself. Choose another one.")
    return _("An API name begins with a small letter and has small letters, digits and _ only, 41 at most.")


def _form(bench: Bench, values: Mapping[str, str], faults: dict[str, str]) -> NewObjectView:
    snapshot, locale = bench.visit.snapshot, bench.visit.locale
    features = set(request.form.getlist("feature")) if faults else {"history", "search"}
    roles = set(request.form.getlist("role"))
    words = feature_words()
    groups = [(group.key, group_label(snapshot, locale, group.key, group.label or group.key.capitalize()))
              for group in snapshot.navigation]  # fmt: skip
    return NewObjectView(
        tuple(Option(one, one, one == values.get("icon", "box")) for one in ICONS),
        tuple(Option(one, hue_label(one), one == values.get("hue", "blue")) for one in HUES),
        tuple(Option(one, word, one in features) for one, word in words.items()),
        tuple(Option(key, label, key == values.get("group")) for key, label in groups),
        tuple(
            Option(name, role_label(snapshot, locale, name), name in roles)
            for name, role in snapshot.rights.roles.items() if not role.manage_all and not role.portal
        ),
        dict(values), faults,
    )  # fmt: skip


def feature_words() -> dict[str, str]:
    """What an object can do that is chosen here, in words."""
    return {
        "history": _("Keeps the history of changes"), "files": _("Has files"), "search": _("Is found by the search"),
        "import": _("Is imported from files"), "print": _("Is printed"), "comments": _("Has comments"),
    }  # fmt: skip


def hue_label(hue: str) -> str:
    """A colour's name."""
    return {
        "grey": _("Grey"), "blue": _("Blue"), "cyan": _("Cyan"), "teal": _("Teal"), "green": _("Green"),
        "yellow": _("Yellow"), "orange": _("Orange"), "red": _("Red"), "pink": _("Pink"), "violet": _("Violet"),
    }[hue]  # fmt: skip
