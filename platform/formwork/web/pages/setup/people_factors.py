"""The second factors of somebody else: what they have, and all of it taken away for who lost it."""

from flask import Flask, Response, make_response, redirect

from formwork.identity import reset_factors
from formwork.records import get_record
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.pages.record_id import wanted_id
from formwork.web.pages.setup.people import ADDRESS, USER
from formwork.web.views.shell import Notice


def register(app: Flask, door: Door) -> None:
    """Add the button's address."""

    @app.post(f"{ADDRESS}/<id>/reset-factors")
    def reset_person_factors(id: str) -> Response:
        user = wanted_id(id)
        with door.writing() as visit:
            get_record(visit.work, USER, user, ("id",))
            reset_factors(visit.work, user)
        notify(Notice(_("The second factors are taken away, and every session has ended")))
        return make_response(redirect(f"{ADDRESS}/{user}", 303))
