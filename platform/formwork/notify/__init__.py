"""Letters to people: invitations and resets by mail."""

from formwork.notify.password_mail import INVITATION, RESET, Post, ask_mail, ask_reset, password_errand
from formwork.notify.smtp import Smtp, smtp_of

__all__ = [
    "INVITATION",
    "RESET",
    "Post",
    "Smtp",
    "ask_mail",
    "ask_reset",
    "password_errand",
    "smtp_of",
]
