"""Forms that say what they began from, so that of two who change one thing nobody overwrites the other unseen."""

import json

from flask import Response, make_response, redirect, request

from formwork.publishing.draft import text_hash
from formwork.web.door import notify
from formwork.web.language import say as _
from formwork.web.views.shell import Notice


def mark(value: object) -> str:
    """What a form keeps of the state it began from; `value` is ready for JSON."""
    return text_hash(json.dumps(value, sort_keys=True))[:16]


def was_overtaken(value: object) -> bool:
    """True when what a form is about is not what it was when the form began."""
    return request.form.get("began") != mark(value)


def tell_overtaken(address: str) -> Response:
    """Back to the page as it is now, with a word about it."""
    notify(Notice(_("Somebody else changed this meanwhile. Look at it, then change it again."), "bad"))
    return make_response(redirect(address, 303))
