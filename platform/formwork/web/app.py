"""The Flask application of the browser's door: templates, words, tokens, headers and static files."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup

from formwork.kernel import Malformed
from formwork.runtime import Runtime
from formwork.web.assets import FOLDER, YEAR, Assets, PackedFlask, load_assets
from formwork.web.door import CSRF_FIELD, Door, locale_of_request
from formwork.web.headers import protect
from formwork.web.language import Words, catalog
from formwork.web.pages import (
    convert,
    export,
    files,
    home,
    listing,
    lookup,
    problems,
    record,
    remove,
    share,
    view_as,
)
from formwork.web.pages import settings as settings_page
from formwork.web.pages.forms import form
from formwork.web.pages.importing import steps as imports
from formwork.web.pages.setup import audit, departments, people, people_factors, people_invite, people_leaving, privacy
from formwork.web.pages.setup import menu as setup_menu
from formwork.web.pages.setup import providers as setup_providers
from formwork.web.pages.setup import roles as setup_roles
from formwork.web.pages.setup import sharing as setup_sharing
from formwork.web.pages.setup import sign_in as setup_sign_in
from formwork.web.pages.setup import teams as setup_teams
from formwork.web.pages.setup import why as setup_why
from formwork.web.pages.sign_in import (
    confirm,
    factors,
    kept_form,
    keys,
    login,
    passkeys,
    password_link,
    provider_entry,
    provider_link,
    second_step,
    security,
)
from formwork.web.pages.studio import field as studio_field
from formwork.web.pages.studio import field_arranged as studio_field_arranged
from formwork.web.pages.studio import field_taken as studio_field_taken
from formwork.web.pages.studio import new_object as studio_new_object
from formwork.web.pages.studio import object_page as studio_object
from formwork.web.pages.studio import object_settings as studio_object_settings
from formwork.web.pages.studio import objects as studio_objects
from formwork.web.pages.studio import overview as studio_overview
from formwork.web.pages.studio import preview as studio_preview
from formwork.web.pages.studio import publish as studio_publish
from formwork.web.pages.studio import rights as studio_rights
from formwork.web.pages.studio import rules as studio_rules
from formwork.web.pages.studio import versions as studio_versions
from formwork.web.public import refuse_unasked
from formwork.web.state import TenantState

_PAGES = (
    login,
    password_link,
    second_step,
    home,
    lookup,
    settings_page,
    security,
    audit,
    privacy,
    setup_menu,
    people_factors,
    people_invite,
    people,
    people_leaving,
    departments,
    factors,
    confirm,
    setup_why,
    setup_roles,
    setup_sharing,
    setup_sign_in,
    setup_providers,
    setup_teams,
    view_as,
    studio_overview,
    studio_objects,
    studio_new_object,
    studio_object,
    studio_field,
    studio_field_arranged,
    studio_preview,
    studio_field_taken,
    studio_object_settings,
    studio_rights,
    studio_rules,
    studio_versions,
    studio_publish,
    passkeys,
    kept_form,
    keys,
    provider_entry,
    provider_link,
    files,
    form,
    remove,
    convert,
    share,
    imports,
    export,
    record,
    listing,
    problems,
)
"""Every page, in the order it is registered."""
UPLOAD_LIMIT = "UPLOAD_LIMIT"
_AROUND_FILES = 1_000_000
"""Bytes of a form beside its files."""
_PARTS_WITH_FILES = 1_000
"""Controls of a form that sends files without script; with script it is sent without parts."""


def token() -> Markup:
    """The hidden input every form that changes something carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, generate_csrf())


def make_app(
    secret_key: str, locale: Callable[[], str], *, secure: bool = False, assets: Assets | None = None
) -> Flask:
    """An application without pages. `locale` says the language of the current request.

    Raises Unavailable when the front end was not built.
    """
    here = Path(__file__).parent
    app = PackedFlask(
        "formwork.web", root_path=str(here), static_folder=str(FOLDER), template_folder=str(here / "templates")
    )
    built = assets or load_assets()
    app.config.update(
        SECRET_KEY=secret_key,
        WTF_CSRF_FIELD_NAME=CSRF_FIELD,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        SESSION_COOKIE_NAME="__Host-fw_state" if secure else "fw_state",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        MAX_FORM_PARTS=200,
        MAX_FORM_MEMORY_SIZE=2_000_000,
    )
    app.jinja_env.globals.update(asset=built.address, icon_address=built.icon, token=token)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.before_request(_limit_body)
    app.before_request(_refuse_foreign)
    app.before_request(_refuse_nul)
    babel = Babel(app, locale_selector=locale)
    babel.domain_instance = Words()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalog().gettext(text),
        lambda one, many, count: catalog().ngettext(one, many, count),
        newstyle=True,
    )
    CSRFProtect(app)
    app.after_request(protect)
    return app


def _limit_body() -> None:
    """Only addresses that take files take large bodies. Runs before anything reads the form."""
    if request.method != "POST":
        return
    with_files = request.mimetype == "multipart/form-data" and request.path.endswith(("/new", "/edit"))
    if with_files or request.path.endswith(("/import", "/files")):
        request.max_content_length = current_app.config[UPLOAD_LIMIT] + _AROUND_FILES
    if with_files:
        request.max_form_parts = _PARTS_WITH_FILES


def _refuse_foreign() -> None:
    """A browser says where a form comes from; one of another site is refused whatever token it has."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin is not None and urlsplit(origin).netloc != request.host:
        raise CSRFError("The form comes from another site.")


def _refuse_nul() -> None:
    """No address and no form holds NUL, which PostgreSQL cannot keep; raises Malformed `bad_character`.

    The form of a record tells it at the field.
    """
    sent = [request.args]
    of_record = request.path.startswith("/o/") and request.path.endswith(("/new", "/edit", "/form"))
    if request.method == "POST" and not of_record:
        sent.append(request.form)
    for texts in sent:
        if any("\0" in text for pair in texts.items(multi=True) for text in pair):
            raise Malformed("The address or the form holds NUL.", code="bad_character")


def create_web(runtime: Runtime) -> Flask:
    """The browser's door over a runtime, with every page. Raises Unavailable when the front end was not built."""
    settings = runtime.settings
    secret = runtime.secret("browser-state").hex()
    app = make_app(secret, locale_of_request, secure=settings.secure_cookies)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.config[UPLOAD_LIMIT] = settings.max_upload
    door = Door(runtime)
    app.session_interface = TenantState(lambda: runtime.secret("browser-state", door.tenant().name).hex())
    for page in _PAGES:
        page.register(app, door)
    app.after_request(door.touch)
    app.after_request(refuse_unasked)
    return app
