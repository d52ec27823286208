"""The mail server: one connection per mail, TLS wherever it can be had, and always before a password is sent."""

from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from formwork.kernel import Invalid, Problem, Settings, Unavailable
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import smtplib
    import ssl
else:
    smtplib, ssl = on_first_use("smtplib"), on_first_use("ssl")

_PORTS = {"smtp": 25, "smtps": 465}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS = 30.0
"""How long the server may take for one answer."""


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where mails go and whom they come from. `secure` is TLS from the first byte."""

    host: str
    port: int
    sender: Address
    secure: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, message: EmailMessage) -> None:
        """Hand one mail over; raises Unavailable `mail_failed` when it was not taken, without telling its words."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(
                f"The mail server did not take the mail ({type(error).__name__}). It is tried again.",
                code="mail_failed",
            ) from error

    def _connected(self) -> "smtplib.SMTP":
        tls = ssl.create_default_context() if self.secure else None
        if tls is not None:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            self._greet(server)
        except BaseException:
            server.close()
            raise
        return server

    def _greet(self, server: "smtplib.SMTP") -> None:
        server.ehlo()
        if not self.secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif not self.secure and self.user and self.host not in _LOCAL:
            raise smtplib.SMTPNotSupportedError("no TLS, and a password would be sent")
        if self.user:
            server.login(self.user, self.password)


def smtp_of(settings: Settings) -> Smtp | None:
    """The server of the settings, None when none is set.

    Raises Invalid `bad_setting` for an address that is none, and for a server without a sender.
    """
    if not settings.smtp_url:
        return None
    problems = []
    try:
        parts = urlsplit(settings.smtp_url)
        port = parts.port or _PORTS[parts.scheme]
        host = parts.hostname
    except (ValueError, KeyError):
        host = None
    if not host:
        message = "FORMWORK_SMTP_URL is not an address such as `smtps://user:password@mail.example.com:465`."
        problems.append(Problem("/smtp_url", "bad_setting", message))
    sender = _sender(settings.mail_from)
    if sender is None:
        message = "FORMWORK_MAIL_FROM is not a sender such as `Formwork <crm@example.com>`."
        problems.append(Problem("/mail_from", "bad_setting", message))
    if problems or not host or sender is None:
        raise Invalid("Correct these settings and start again.", code="bad_setting", problems=problems)
    secure = parts.scheme == "smtps"
    return Smtp(host, port, sender, secure, unquote(parts.username or ""), unquote(parts.password or ""))


def _sender(text: str) -> Address | None:
    name, spec = parseaddr(text)
    try:
        found = Address(name, addr_spec=spec)
    except (HeaderParseError, ValueError, IndexError):
        return None
    return found if (found.username and "." in found.domain) or found.domain == "localhost" else None
