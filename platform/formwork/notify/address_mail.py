"""The letter to the address a person had before: what goes there, goes there no more."""

from uuid import UUID

from formwork.jobs import Errand, Message, OpenWork, outbox
from formwork.notify.letter import as_message, write_letter
from formwork.notify.password_mail import Post
from formwork.storage import Work, rows

ADDRESS_CHANGED = "mail.address_changed"
"""A topic of the outbox."""
_USER = "user"


def tell_old_address(work: Work, user: UUID, address: str) -> None:
    """Have the address a user had before told that they have another one; where no mail is sent, nobody is."""
    outbox.put(work, ADDRESS_CHANGED, {"user": str(user), "address": address}, work.context.now)


def address_errand(post: Post) -> Errand:
    """Writes the letter and hands it to the server, which nobody waits for under a lock."""

    def run(open_work: OpenWork, message: Message) -> None:
        user = UUID(message.payload["user"])
        with open_work() as work:
            person = rows.load(work, _USER, [user], ("full_name", "login", "locale")).get(user)
            tenant, locale = work.context.tenant, work.context.locale
        if person is None:
            return
        name = str(person["full_name"] or person["login"])
        values = {"name": name, "login": str(person["login"]), "tenant": post.label_of(tenant)}
        letter = write_letter("address_changed", str(person["locale"] or locale), values, "")
        post.smtp.send(as_message(letter, post.smtp.sender, name, message.payload["address"], message.id.hex))

    return run
