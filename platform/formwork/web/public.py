"""Which addresses of the browser's door answer people who have not signed in: those marked so, and no other.

Every other view finds out who asks before it shows anything (`Door.reading`, `Door.writing`, `Door.perform`). One that
forgot is not answered: P8 of SECURITY, refusal is the default.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, current_app, g, request

View = TypeVar("View", bound=Callable[..., object])
_STATIC = "static"
_MARK = "answers_anybody"


def public(view: View) -> View:
    """Mark a view as one that answers anybody; stands below its address."""
    setattr(view, _MARK, True)
    return view


def is_public(endpoint: str | None) -> bool:
    """True for an address that answers anybody: a marked view, and the files of the front end."""
    return endpoint == _STATIC or hasattr(current_app.view_functions.get(endpoint or ""), _MARK)


def note_known() -> None:
    """Somebody's live session was seen during this request."""
    g.known = True


def refuse_unasked(response: Response) -> Response:
    """The answer; raises RuntimeError (a bug) where it would show something and nobody asked who is there."""
    shows = response.status_code < 300 and request.url_rule is not None
    if shows and not g.get("known", False) and not is_public(request.endpoint):
        raise RuntimeError(f"{request.endpoint} answers without a visit; open one, or mark it `public`.")
    return response
