"""A letter: the text of a template in the reader's language, as plain text and as HTML of the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import jinja2
    from jinja2 import sandbox
else:
    jinja2, sandbox = on_first_use("jinja2"), on_first_use("jinja2.sandbox")

LANGUAGES = ("en", "es", "zh", "ko")
"""Languages there are letters in; a reader of another one gets English."""
_FOLDER = Path(__file__).parent / "templates"
_LINK = "[link]"
_LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody reads. `subject` is one line."""

    subject: str
    text: str
    html: str


def write_letter(name: str, locale: str, values: Mapping[str, str], link: str) -> Letter:
    """The letter of a template with these values and one link, in the language nearest to `locale`.

    Values are data: they are never read as a template, and stay text in the HTML.
    """
    language = next((one for one in LANGUAGES if locale.split("-", maxsplit=1)[0] == one), LANGUAGES[0])
    written = _templates(escapes=False).get_template(f"{language}/{name}.txt").render(_clean(values))
    first, _, rest = written.partition("\n")
    paragraphs = [" ".join(part.split()) for part in rest.split("\n\n") if part.strip()]
    button = next((part.removeprefix(_LINK).strip() for part in paragraphs if part.startswith(_LINK)), "")
    subject = " ".join(first.split())[:_LONGEST_SUBJECT]
    plain = "\n\n".join(link if part.startswith(_LINK) else part for part in paragraphs) + "\n"
    html = _templates(escapes=True).get_template("letter.html").render(
        language=language, subject=subject, paragraphs=paragraphs, mark=_LINK, link=link, button=button
    )  # fmt: skip
    return Letter(subject, plain, html)


def as_message(letter: Letter, sender: Address, name: str, address: str, id: str) -> EmailMessage:
    """The letter as a mail to one person. `id` stays the same when it is sent again, so that receivers can tell.

    Line ends in what stands in headers are taken out; raises ValueError for an address that is none.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = sender
    message["To"] = Address(" ".join(name.split()), addr_spec=address)
    message["Message-ID"] = f"<{id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _clean(values: Mapping[str, str]) -> dict[str, str]:
    """Values as one line each, so that none makes a paragraph, a header or a button of its own."""
    return {name: " ".join(value.split()).replace(_LINK, "") for name, value in values.items()}


@lru_cache(maxsize=2)
def _templates(*, escapes: bool) -> "sandbox.ImmutableSandboxedEnvironment":
    loader = jinja2.FileSystemLoader(_FOLDER)
    found = sandbox.ImmutableSandboxedEnvironment(
        loader=loader, autoescape=escapes, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    found.globals.clear()
    return found
