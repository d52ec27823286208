"""Following a link: the password is chosen, and everything that worked before it ends."""

from pathlib import Path
from uuid import UUID

from formwork.identity.link import find_link
from formwork.identity.password import set_password
from formwork.storage import Work, locks


def use_link(work: Work, token: str, password: str, breached: Path | None = None) -> UUID:
    """Set the password of the person a link is for; gives them. Nobody is signed in by it.

    Every link and session of theirs ends. Raises Malformed `bad_link`, and Invalid `weak_password`, after which
    the link still works.
    """
    locks.lock_name(work, "link")
    found = find_link(work, token)
    set_password(work, found.user, found.login, password, breached)
    return found.user
