"""A real mail server on a port of its own, which keeps what it is sent."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.command import free_port


@dataclass
class Mailbox:
    """What came in. `refuses` many mails are turned away first, with a temporary or a lasting refusal."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refuses: int = 0
    refusal: str = "451 try again later"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What aiosmtpd calls with a whole mail."""
        if self.refuses:
            self.refuses -= 1
            return self.refusal
        content = envelope.content
        message = email.message_from_bytes(content if isinstance(content, bytes) else b"", policy=default)
        assert isinstance(message, EmailMessage)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        self.mails.append(message)
        return "250 taken"

    @property
    def url(self) -> str:
        """What `FORMWORK_SMTP_URL` is set to."""
        return f"smtp://127.0.0.1:{self.port}"

    def text(self, at: int = -1) -> str:
        """The plain text of a mail."""
        part = self.mails[at].get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    def link(self, at: int = -1) -> str:
        """The one link of a mail."""
        [found] = [line.strip() for line in self.text(at).splitlines() if "/link/" in line]
        return found


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server for the length of the block."""
    found = Mailbox(free_port())
    controller = Controller(found, hostname="127.0.0.1", port=found.port, server_hostname="mail.test")
    controller.start()
    try:
        yield found
    finally:
        controller.stop()
