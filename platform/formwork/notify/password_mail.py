"""Invitations and resets: who is to be mailed lies in the outbox, the link is made when the letter goes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from formwork.identity.link import Purpose, make_link
from formwork.identity.reset import may_reset
from formwork.jobs import Errand, Message, OpenWork, outbox
from formwork.notify.letter import as_message, write_letter
from formwork.notify.smtp import Smtp
from formwork.storage import Work, rows

INVITATION, RESET = "mail.invitation", "mail.reset"
"""Topics of the outbox."""
_PURPOSES: Mapping[str, Purpose] = {INVITATION: Purpose.INVITATION, RESET: Purpose.RESET}
_USER = "user"


@dataclass(frozen=True, slots=True)
class Post:
    """What a mail needs from outside its tenant: the server, the address of a link, the organisation's name.

    `link_to` and `label_of` take the tenant; addresses come from the settings and never from a request.
    """

    smtp: Smtp
    link_to: Callable[[str, str], str]
    label_of: Callable[[str], str]


def ask_mail(work: Work, user: UUID, purpose: Purpose) -> None:
    """Have a link of this purpose mailed to a user."""
    topic = next(topic for topic, one in _PURPOSES.items() if one is purpose)
    outbox.put(work, topic, {"user": str(user)}, work.context.now)


def ask_reset(work: Work, text: str, address: str) -> None:
    """Have a reset mailed to the person of a login or mail address, if there is one who may have it.

    The same is written whoever it is, so that nobody learns who is known here. Raises LimitExceeded `throttled`
    for a network address that asks too often.
    """
    user = may_reset(work, text, address)
    outbox.put(work, RESET, {"user": None if user is None else str(user)}, work.context.now)


def password_errand(post: Post) -> Errand:
    """Makes the link, writes the letter and hands it to the server, which nobody waits for under a lock."""

    def run(open_work: OpenWork, message: Message) -> None:
        if message.payload["user"] is None:
            return
        user, purpose = UUID(message.payload["user"]), _PURPOSES[message.topic]
        with open_work() as work:
            names = ("full_name", "login", "email", "active", "locale")
            person = rows.load(work, _USER, [user], names).get(user)
            if person is None or person["active"] is False or not person["email"]:
                return
            token = make_link(work, user, purpose)
            tenant, locale = work.context.tenant, str(person["locale"] or work.context.locale)
        name = str(person["full_name"] or person["login"])
        values = {"name": name, "login": str(person["login"]), "tenant": post.label_of(tenant)}
        letter = write_letter(purpose.value, locale, values, post.link_to(tenant, token))
        post.smtp.send(as_message(letter, post.smtp.sender, name, str(person["email"]), message.id.hex))

    return run
