"""Ending what a person can get in by, at once, and opening it again (A3 of SECURITY)."""

from uuid import UUID

from formwork.identity.audit import Event, note
from formwork.identity.link import end_links_of
from formwork.identity.session_end import end_sessions_of
from formwork.identity.ticket import withdraw_tickets
from formwork.storage import Work, system

_USER = "user"


def end_access(work: Work, user: UUID) -> None:
    """End every session, link and API key of a user, and let no password open anything until they are back."""
    now = work.context.now
    sessions = end_sessions_of(work, user)
    withdraw_tickets(work, user)
    keys = system.change(work, "fw_api_key", {"revoked_at": now}, equals={"user": user, "revoked_at": None})
    end_links_of(work, user)
    system.change(work, "fw_credential", {"disabled": True}, equals={"user": user})
    note(work, Event.DEACTIVATED, object=_USER, record=user, detail={"sessions": sessions, "keys": keys})


def give_access_back(work: Work, user: UUID) -> None:
    """Let the password of a user open again; sessions, links and keys stay ended."""
    system.change(work, "fw_credential", {"disabled": False}, equals={"user": user})
    note(work, Event.REACTIVATED, object=_USER, record=user)


def rename_login(work: Work, user: UUID, login: str) -> None:
    """Let a user sign in by the login their record has now."""
    system.change(work, "fw_credential", {"login": login.strip().casefold()}, equals={"user": user})


def change_address(work: Work, user: UUID) -> None:
    """Let no link that was sent to the address before work any more."""
    note(work, Event.ADDRESS_CHANGED, object=_USER, record=user, detail={"links": end_links_of(work, user)})
