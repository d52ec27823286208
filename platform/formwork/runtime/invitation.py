"""A link for somebody to choose a password: by mail, or shown once where no mail is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from formwork.identity.link import LASTS, Purpose, make_link
from formwork.identity.password import has_password
from formwork.kernel import NotFound, Refused
from formwork.notify import ask_mail
from formwork.runtime.runtime import Runtime
from formwork.storage import Tenant, Work, rows

_USER = "user"
_PROGRAM = "integration"


@dataclass(frozen=True, slots=True)
class Sent:
    """A link on its way to `email`, or `link` itself when no mail server is set; it ends at `expires_at` or later."""

    purpose: Purpose
    email: str
    mailed: bool
    expires_at: datetime
    link: str = ""


def send_link(runtime: Runtime, tenant: Tenant, work: Work, user: UUID) -> Sent:
    """Invite a user, or let one who has a password already choose another one.

    Raises NotFound, and Refused `refused_link` for somebody who may not sign in and for a program.
    """
    found = rows.load(work, _USER, [user], ["email", "active", "kind"]).get(user)
    if found is None:
        raise NotFound("There is no such record, or you may not see it.")
    if found["active"] is False or found["kind"] == _PROGRAM:
        raise Refused(
            "Only an active person signs in with a password. Reactivate them first; a program uses an API key.",
            code="refused_link",
        )
    purpose = Purpose.RESET if has_password(work, user) else Purpose.INVITATION
    email, until = str(found["email"]), work.context.now + LASTS[purpose]
    if runtime.post is None:
        return Sent(purpose, email, False, until, runtime.link_to(tenant, make_link(work, user, purpose)))
    ask_mail(work, user, purpose)
    return Sent(purpose, email, True, until)
