"""Setup of signing in: who must have a second factor, with those who have none yet, and the providers."""

from collections.abc import Mapping
from uuid import UUID

from flask import Flask, Response, make_response, redirect, request

from formwork.catalog.labels import role_label
from formwork.identity.factor_policy import (
    MOST_DAYS,
    FactorPolicy,
    Who,
    factor_policy,
    forget_factor_policy,
    people_without_factor,
    set_factor_policy,
)
from formwork.identity.provider import Provider, every_provider
from formwork.kernel import Invalid
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text, plain_text
from formwork.web.pages.setup.person_choice import name_of_person
from formwork.web.views.rights import Holder
from formwork.web.views.shell import Notice
from formwork.web.views.shown import Option, hue_of, initials_of
from formwork.web.views.sign_in import FactorPolicyView, ProviderRow, SignInView
from formwork.web.visit import Visit, record_address

ADDRESS = "/setup/sign-in"
_FACTOR = f"{ADDRESS}/second-factor"
_MOST_PEOPLE = 20
_NO_DAYS = -1
"""What is no number of days is refused as one out of bounds."""


def register(app: Flask, door: Door) -> None:
    """Add the pages."""

    @app.get(ADDRESS)
    def show_sign_in() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/sign_in.html", _view(door, visit))

    @app.post(_FACTOR)
    def keep_factor_policy() -> Response:
        try:
            with door.writing() as visit:
                who = request.form.get("who", "")
                roles = request.form.getlist("role") if who == Who.ROLES else []
                set_factor_policy(visit.work, who, roles, _days(request.form.get("days", "")))
        except Invalid as error:
            with door.reading() as visit:
                return door.page(visit, "pages/sign_in.html", _view(door, visit, _faults(error)), 422)
        notify(Notice(_("It is said who needs a second factor")))
        return make_response(redirect(ADDRESS, 303))

    @app.post(f"{_FACTOR}/default")
    def drop_factor_policy() -> Response:
        with door.writing() as visit:
            forget_factor_policy(visit.work)
        notify(Notice(_("The setting of the installation holds again")))
        return make_response(redirect(ADDRESS, 303))


def _faults(error: Invalid) -> dict[str, str]:
    """Sentences by the name of their control."""
    found = {one.pointer.split("/")[1]: plain_text(one) for one in error.problems if one.pointer}
    if "roles" in found:
        found["roles"] = _("Choose at least one role.")
    return found or {"": error_text(error)}


def _view(door: Door, visit: Visit, faults: Mapping[str, str] | None = None) -> SignInView:
    policy = factor_policy(visit.work, door.runtime.settings.mfa)
    asked, without = people_without_factor(visit.work, policy)
    people = tuple(_person(visit, id) for id in without[:_MOST_PEOPLE])
    form = _form(visit, policy, faults is not None)
    return SignInView(
        FactorPolicyView(*form, MOST_DAYS, policy.since is not None, asked, people, len(without) - len(people),
                         dict(faults or {})),
        tuple(_provider(one) for one in every_provider(visit.work)),
    )  # fmt: skip


def _provider(provider: Provider) -> ProviderRow:
    made = _("makes people of %(domains)s", domains=", ".join(provider.domains)) if provider.domains else ""
    detail = " · ".join(part for part in (provider.issuer, made) if part)
    return ProviderRow(f"{ADDRESS}/providers/{provider.name}", provider.label, detail, not provider.enabled)


def _form(visit: Visit, policy: FactorPolicy, sent: bool) -> tuple[tuple[Option, ...], tuple[Option, ...], str]:
    """The controls as they were sent, else as the policy is."""
    who = request.form.get("who", "") if sent else policy.who.value
    roles = request.form.getlist("role") if sent else policy.roles
    days = request.form.get("days", "") if sent else str(policy.grace_days)
    words = {
        Who.NOBODY: _("Nobody"), Who.ADMINS: _("Administrators"), Who.EVERYBODY: _("Everybody"),
        Who.ROLES: _("People with one of these roles:"),
    }  # fmt: skip
    known = visit.snapshot.rights.roles
    return (
        tuple(Option(one.value, text, one.value == who) for one, text in words.items()),
        tuple(Option(name, role_label(visit.snapshot, visit.locale, name), name in roles) for name in known),
        days,
    )


def _person(visit: Visit, id: UUID) -> Holder:
    name = name_of_person(visit, id) or str(id)
    return Holder(str(id), name, record_address("user", id), initials_of(name), hue_of(name))


def _days(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else _NO_DAYS
