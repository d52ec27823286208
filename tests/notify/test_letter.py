"""Headers are one line whatever stands in them; the mail server's settings are refused when they cannot work."""

from email.headerregistry import Address

import pytest

from formwork.kernel import Invalid, Settings
from formwork.notify import smtp_of
from formwork.notify.letter import LANGUAGES, as_message, write_letter

SENDER = Address("Formwork", addr_spec="crm@example.com")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["invitation", "reset"])
def test_every_letter_has_a_subject_a_link_and_no_word_left_to_fill_in(language: str, name: str) -> None:
    values = {"name": "Ada", "login": "ada", "tenant": "Main"}
    letter = write_letter(name, language, values, "https://crm.example.com/link/x")
    assert letter.subject
    assert letter.text.count("https://crm.example.com/link/x") == 1
    assert "[link]" not in letter.text + letter.html
    assert "{{" not in letter.text + letter.html
    assert all(value in letter.text for value in ("Ada", "ada", "Main"))


def test_line_ends_make_no_header() -> None:
    name, tenant = "Ada\r\nBcc: zqx@example.com", "Main\r\nBcc: zqx@example.com\r\n\r\nzqx"
    values = {"name": name, "login": "ada", "tenant": tenant}
    letter = write_letter("invitation", "en", values, "https://crm.example.com/link/x")
    message = as_message(letter, SENDER, values["name"], "ada@example.com", "1")
    assert "Bcc" not in message
    assert "\n" not in letter.subject
    assert message.as_bytes().split(b"\r\n\r\n")[0].count(b"\r\nBcc") == 0
    with pytest.raises(ValueError):
        as_message(letter, SENDER, "Ada", "ada@example.com\r\nBcc: zqx@example.com", "1")


@pytest.mark.parametrize(
    ("url", "sender"),
    [("nonsense", "a@example.com"), ("http://mail.example.com", "a@example.com"), ("smtp://", "a@example.com"),
     ("smtp://mail.example.com:x", "a@example.com"), ("smtp://mail.example.com", ""),
     ("smtp://mail.example.com", "a@b\r\nBcc: c@example.com")],
)  # fmt: skip
def test_a_setting_that_cannot_work_stops_the_start(url: str, sender: str) -> None:
    with pytest.raises(Invalid) as refused:
        smtp_of(Settings(smtp_url=url, mail_from=sender))
    assert refused.value.code == "bad_setting"


def test_the_password_of_the_server_is_never_shown() -> None:
    found = smtp_of(Settings(smtp_url="smtps://me:zq%40x@mail.example.com", mail_from="a@example.com"))
    assert found is not None
    assert (found.port, found.secure, found.user, found.password) == (465, True, "me", "zq@x")
    assert "zq@x" not in repr(found)
