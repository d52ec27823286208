"""Preferences: language, time zone, look and keyboard of the person signed in."""

from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import available_timezones

from flask import Flask, Response, make_response, redirect, request

from formwork.web.door import Door, notify
from formwork.web.entry import inside
from formwork.web.language import LANGUAGES
from formwork.web.language import say as _
from formwork.web.pages.sign_in.login import YEAR
from formwork.web.preferences import (
    DENSITIES,
    LANGUAGE,
    LOOK_COOKIE,
    SHORTCUTS,
    THEMES,
    TIMEZONE,
    keep_preference,
    read_language,
    read_zone,
)
from formwork.web.views.home import PreferencesView
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option
from formwork.web.visit import Visit


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get("/preferences")
    def preferences() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/preferences.html", build_preferences(visit))

    @app.post("/preferences")
    def keep_preferences() -> Response:
        form = request.form
        with door.writing() as visit:
            user = visit.actor.user
            language, zone = read_language(form.get("language")), read_zone(form.get("timezone"))
            if user is not None:
                if language:
                    keep_preference(visit.work, user, LANGUAGE, language)
                if zone:
                    keep_preference(visit.work, user, TIMEZONE, zone.key)
                keep_preference(visit.work, user, SHORTCUTS, "on" if form.get("shortcuts") else "off")
            rail = "1" if visit.look.rail else ""
        notify(Notice(_("Preferences saved")))
        response = make_response(redirect("/preferences", 303))
        theme = form.get("theme", "") if form.get("theme", "") in THEMES else ""
        density = form.get("density", "normal") if form.get("density") in DENSITIES else "normal"
        look = urlencode({"theme": theme, "density": density, "rail": rail})
        response.set_cookie(
            LOOK_COOKIE, quote(look), max_age=YEAR, samesite="Lax", secure=door.runtime.settings.secure_cookies
        )
        return response

    @app.post("/preferences/language")
    def keep_language() -> Response:
        language = read_language(request.form.get("language"))
        with door.writing() as visit:
            if language and visit.actor.user is not None:
                keep_preference(visit.work, visit.actor.user, LANGUAGE, language)
        back = urlsplit(request.referrer or "")
        onward = inside(f"{back.path}?{back.query}".rstrip("?")) if back.netloc == request.host else ""
        return make_response(redirect(onward or "/", 303))


def build_preferences(visit: Visit) -> PreferencesView:
    """The preferences page's view."""
    zone = visit.work.context.display_timezone.key
    zones = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    look = visit.look
    themes = (("", _("System")), ("light", _("Light")), ("dark", _("Dark")))
    densities = (("compact", _("Compact")), ("normal", _("Normal")), ("relaxed", _("Relaxed")))
    return PreferencesView(
        tuple(Option(code, name, code == visit.locale) for code, name in LANGUAGES.items()),
        tuple(Option(name, name.replace("_", " "), name == zone) for name in dict.fromkeys([zone, *zones])),
        tuple(Option(value, label, value == look.theme) for value, label in themes),
        tuple(Option(value, label, value == look.density) for value, label in densities),
        visit.shortcuts,
    )
