"""Letters to people: invitations, resets and changed addresses by mail."""

from formwork.notify.address_mail import ADDRESS_CHANGED, address_errand, tell_old_address
from formwork.notify.password_mail import INVITATION, RESET, Post, ask_mail, ask_reset, password_errand
from formwork.notify.smtp import Smtp, smtp_of

__all__ = [
    "ADDRESS_CHANGED",
    "INVITATION",
    "RESET",
    "Post",
    "Smtp",
    "address_errand",
    "ask_mail",
    "ask_reset",
    "password_errand",
    "smtp_of",
    "tell_old_address",
]
