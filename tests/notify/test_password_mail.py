"""Invitations and resets reach a real mail server, say the right things, and leave nothing secret behind."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from formwork.identity import Purpose, find_link, log_in, set_password, start_session, use_link
from formwork.identity.link import LASTS, make_link
from formwork.identity.reset import PER_ADDRESS, PER_PERSON
from formwork.kernel import Invalid, LimitExceeded, Malformed, Refused
from formwork.notify import ask_reset
from formwork.records import Change, update
from formwork.runtime.invitation import send_link
from formwork.storage import Work, system
from tests.notify.conftest import Mailing
from tests.support.tenants import TENANT

PASSWORD = "a long enough sentence"


def invite(post: Mailing, login: str, **values: str) -> str:
    """The token of the mail a new user got."""
    user = post.here.user(login, **values)
    with post.here.system() as work:
        sent = send_link(post.here.runtime, post.here.runtime.directory.get(TENANT), work, user)
    assert (sent.mailed, sent.link) == (True, "")
    post.worker.go_round()
    return post.box.link().rsplit("/", 1)[1]


def test_an_invited_person_chooses_a_password_by_the_link_once(post: Mailing) -> None:
    token = invite(post, "ada")
    mail = post.box.mails[-1]
    assert mail["Subject"] == "Your access to Main"
    assert str(mail["To"]) == "Ada <ada@example.com>"
    assert post.box.envelopes[-1] == ("crm@example.com", ["ada@example.com"])
    assert post.box.link().startswith("https://127.0.0.1/link/")
    with post.here.system() as work:
        assert find_link(work, token).purpose is Purpose.INVITATION
        assert find_link(work, token).login == "ada"
    with pytest.raises(Invalid), post.here.system() as work:
        use_link(work, token, "short")
    with post.here.system() as work:
        user = use_link(work, token, PASSWORD)
        assert log_in(work, "ada", PASSWORD) == user
    with pytest.raises(Malformed), post.here.system() as work:
        use_link(work, token, PASSWORD)


@pytest.mark.parametrize(
    ("locale", "subject", "button"),
    [("es", "Tu acceso a Main", "Elegir una contraseña"), ("zh", "您的 Main 访问权限", "设置密码"),
     ("ko", "Main 사용 안내", "비밀번호 정하기")],
)  # fmt: skip
def test_a_letter_is_written_in_the_language_of_its_reader(
    post: Mailing, locale: str, subject: str, button: str
) -> None:
    invite(post, "bea", locale=locale)
    mail = post.box.mails[-1]
    html = mail.get_body(("html",))
    assert html is not None
    assert mail["Subject"] == subject
    assert f">{button}</a>" in html.get_content()
    assert "[link]" not in post.box.text()
    assert post.box.link() in html.get_content()


def test_what_people_are_called_stays_text(post: Mailing) -> None:
    invite(post, "eve", full_name="<b>Eve</b> {{ 7*7 }} [link] zqx")
    html = post.box.mails[-1].get_body(("html",))
    assert html is not None
    content = html.get_content()
    assert "<b>Eve" not in content
    assert "&lt;b&gt;Eve&lt;/b&gt; {{ 7*7 }}" in content
    assert "49" not in post.box.mails[-1]["To"]
    assert content.count("<a ") == 1


def test_a_reset_ends_every_session_and_link(post: Mailing) -> None:
    user = post.here.user("cleo")
    with post.here.system() as work:
        set_password(work, user, "cleo", PASSWORD)
        start_session(work, user, 1)
        ask_reset(work, "cleo", "")
        ask_reset(work, "CLEO@example.com", "")
    post.worker.go_round()
    assert len(post.box.mails) == 2
    first, second = (post.box.link(at).rsplit("/", 1)[1] for at in (0, 1))
    with post.here.system() as work:
        use_link(work, first, PASSWORD + " two")
        assert system.count(work, "fw_session", user=user) == 0
        assert system.count(work, "fw_link", user=user) == 0
    with pytest.raises(Malformed), post.here.system() as work:
        find_link(work, second)


def test_who_asks_for_somebody_unknown_leaves_the_same_and_mails_nobody(post: Mailing) -> None:
    never_joined, gone = post.here.user("dan"), post.here.user("fay", active=False)
    with post.here.system() as work:
        set_password(work, gone, "fay", PASSWORD)
        for text in ("nobody", "nobody@example.com", "dan@example.com", "dan", "fay", ""):
            ask_reset(work, text, "")
        left = [row["payload"] for row in system.find_many(work, "fw_outbox", equals={"topic": "mail.reset"})]
    post.worker.go_round()
    assert left == [{"user": None}] * 6
    assert post.box.mails == []
    assert never_joined


def test_asking_again_and_again_is_stopped(post: Mailing) -> None:
    user = post.here.user("gil")
    with post.here.system() as work:
        set_password(work, user, "gil", PASSWORD)
        for _ in range(PER_PERSON + 3):
            ask_reset(work, "gil", "")
    post.worker.go_round()
    assert len(post.box.mails) == PER_PERSON
    with post.here.system() as work:
        for number in range(PER_ADDRESS):
            ask_reset(work, f"who{number}", "192.0.2.7")
        with pytest.raises(LimitExceeded):
            ask_reset(work, "one more", "192.0.2.7")


def test_a_link_ends_when_its_time_is_over(post: Mailing) -> None:
    users = {purpose: post.here.user(purpose.value) for purpose in Purpose}
    with post.here.system() as work:
        for purpose, user in users.items():
            token = make_link(work, user, purpose)
            assert find_link(later(work, LASTS[purpose] - timedelta(seconds=1)), token)
            with pytest.raises(Malformed):
                find_link(later(work, LASTS[purpose]), token)


def later(work: Work, time: timedelta) -> Work:
    return replace(work, context=replace(work.context, now=work.context.now + time))


def test_no_link_for_who_may_not_sign_in_and_for_programs(post: Mailing) -> None:
    for login, values in (("hal", {"active": False}), ("robot", {"kind": "integration"})):
        user = post.here.user(login, **values)
        with pytest.raises(Refused), post.here.system() as work:
            send_link(post.here.runtime, post.here.runtime.directory.get(TENANT), work, user)


def test_a_server_that_refuses_gets_the_mail_later_and_no_token_lies_anywhere(post: Mailing) -> None:
    user = post.here.user("ida")
    post.box.refuses = 1
    with post.here.system() as work:
        send_link(post.here.runtime, post.here.runtime.directory.get(TENANT), work, user)
    post.worker.go_round()
    assert post.box.mails == []
    with post.here.system() as work:
        [row] = system.find_many(work, "fw_outbox", equals={"topic": "mail.invitation"})
        assert (row["state"], row["attempts"]) == ("waiting", 1)
        assert "451" not in row["error"]
        system.change(work, "fw_outbox", {"due": row["at"]}, equals={"id": row["id"]})
    post.worker.go_round()
    token = post.box.link().rsplit("/", 1)[1]
    with post.here.system() as work:
        kept = [system.find_many(work, table) for table in ("fw_outbox", "fw_link", "fw_audit")]
        assert token not in json.dumps(kept, default=str)


def test_the_old_address_is_told_of_the_new_one(post: Mailing) -> None:
    user = post.here.user("gus", locale="es")
    with post.here.system() as work:
        update(work, "user", [Change(user, {"email": "new@example.com"})])
    post.worker.go_round()
    [mail] = post.box.mails
    assert str(mail["To"]) == "Gus <gus@example.com>"
    assert mail["Subject"] == "Ha cambiado la dirección de correo de tu usuario de Main"
    assert "new@example.com" not in mail.as_string()
    assert "/link/" not in post.box.text()
