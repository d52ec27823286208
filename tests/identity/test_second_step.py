"""Second factors: codes of an app taken once, recovery codes, what a reset and a password end, who must have one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pyotp
import pytest

from formwork.identity import (
    assign_role,
    authenticate_session,
    factors_of,
    reset_factors,
    set_password,
    start_session,
    withdraw_role,
)
from formwork.identity.attempt import FREE_TRIES, note_failure
from formwork.identity.audit import Question, entries
from formwork.identity.recovery import COUNT, codes_left, make_codes
from formwork.identity.second_step import (
    attempt_key,
    begin_second_step,
    end_second_step,
    pass_code,
    second_step_of,
)
from formwork.identity.ticket import spend
from formwork.identity.totp import begin_totp, begun_totp, confirm_totp, has_totp, take_totp, totp_address
from formwork.kernel import Conflict, Invalid, LimitExceeded, Unauthenticated
from formwork.records import Change, update
from formwork.storage import Work, system
from formwork.storage.standing import forget_standing
from tests.support.databases import Database
from tests.support.tenants import LIBRARY, Installation, installed

PASSWORD = "a long enough sentence"


@pytest.fixture(scope="module")
def here(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("factors")
    with installed(shared_database, folder, LIBRARY) as made:
        yield made


def later(work: Work, seconds: float) -> Work:
    """The same unit of work at a later moment."""
    return replace(work, context=replace(work.context, now=work.context.now + timedelta(seconds=seconds)))


def code_of(secret: str, work: Work) -> str:
    """What the app shows at the moment of a unit of work."""
    return pyotp.TOTP(secret).at(work.context.now)


def enrolled(work: Work, user: UUID) -> str:
    """The secret of a user's app, which has shown its first code."""
    begin_totp(work, user)
    secret = begun_totp(work, user)
    assert secret is not None
    confirm_totp(work, user, code_of(secret, work))
    return secret


def test_an_app_is_a_factor_once_it_has_shown_a_code(here: Installation) -> None:
    ada = here.user("ada", "clerk")
    with here.system() as work:
        begin_totp(work, ada)
        begin_totp(work, ada)
        secret = begun_totp(work, ada)
        assert secret is not None
        assert secret in totp_address(secret, "ada", "Main")
        stored = system.find(work, "fw_totp", user=ada)
        assert stored is not None
        assert secret.encode() not in bytes(stored["secret"])
        assert not factors_of(work, ada).any
        for wrong in ("", "000", "abcdef", "١٢٣٤٥٦", code_of(secret, later(work, 300))):
            with pytest.raises(Invalid):
                confirm_totp(work, ada, wrong)
        confirm_totp(work, ada, code_of(secret, work))
        assert has_totp(work, ada)
        assert begun_totp(work, ada) is None
        with pytest.raises(Conflict):
            begin_totp(work, ada)
        with pytest.raises(Conflict):
            confirm_totp(work, ada, code_of(secret, later(work, 60)))


def test_a_code_is_taken_once_and_a_step_to_either_side(here: Installation) -> None:
    """RFC 6238, 5.2; K10 of SECURITY."""
    bo = here.user("bo", "clerk")
    with here.system() as work:
        secret = enrolled(work, bo)
        assert not take_totp(work, bo, code_of(secret, work)), "the code of the enrolment is used"
        then = later(work, 120)
        assert not take_totp(then, bo, code_of(secret, later(then, -60)))
        assert not take_totp(then, bo, code_of(secret, later(then, 60)))
        assert take_totp(then, bo, code_of(secret, later(then, -30)))
        assert take_totp(then, bo, code_of(secret, then))
        assert not take_totp(then, bo, code_of(secret, then))
        assert not take_totp(then, bo, code_of(secret, later(then, -30))), "an older one after a newer one"
        assert take_totp(then, bo, code_of(secret, later(then, 30)))


def test_recovery_codes_are_hashed_and_good_once(here: Installation) -> None:
    cy, other = here.user("cy", "clerk"), here.user("other", "clerk")
    with here.system() as work:
        codes = make_codes(work, cy)
        kept = {row["code"] for row in system.find_many(work, "fw_recovery_code", equals={"user": cy})}
        assert len(codes) == len(kept) == COUNT
        assert not kept & set(codes)
        with pytest.raises(Invalid):
            pass_code(work, other, codes[0], "")
        assert pass_code(work, cy, f" {codes[0].upper()} ", "") == "recovery"
        with pytest.raises(Invalid):
            pass_code(work, cy, codes[0], "")
        assert codes_left(work, cy) == COUNT - 1
        fresh = make_codes(work, cy)
        with pytest.raises(Invalid):
            pass_code(work, cy, codes[1], "")
        assert pass_code(work, cy, fresh[1], "") == "recovery"


def test_wrong_codes_make_one_wait_whatever_the_password(here: Installation) -> None:
    di = here.user("di", "clerk")
    with here.system() as work:
        set_password(work, di, "di", PASSWORD)
        secret = enrolled(work, di)
        for _ in range(FREE_TRIES):
            with pytest.raises(Invalid):
                pass_code(work, di, "000000", "203.0.113.4")
            note_failure(work, attempt_key(di), "203.0.113.4", di)
        with pytest.raises(LimitExceeded):
            pass_code(work, di, code_of(secret, later(work, 60)), "")
        told = entries(work, Question(event="sign_in_failed", record=di), 10)
        assert len(told) == FREE_TRIES, "the trail names who it was, though no login was typed"
        then = later(work, 60)
        assert pass_code(then, di, code_of(secret, then), "") == "totp"


def test_a_second_step_is_good_once_and_for_ten_minutes(here: Installation) -> None:
    ed = here.user("ed", "clerk")
    with here.system() as work:
        set_password(work, ed, "ed", PASSWORD)
        ticket = begin_second_step(work, ed, "password")
        found = second_step_of(work, ticket)
        assert found is not None
        assert found.user == ed
        assert second_step_of(later(work, 601), ticket) is None
        assert second_step_of(work, "") is None
        assert end_second_step(work, ticket)
        assert not end_second_step(work, ticket)
        other = begin_second_step(work, ed, "password")
        set_password(work, ed, "ed", PASSWORD + "!")
        assert second_step_of(work, other) is None, "another password ends what the old one opened"
        assert spend(work, "passkey", "x", 5)
        assert not spend(work, "passkey", "x", 5)


def test_a_reset_takes_everything_and_signs_out(here: Installation) -> None:
    flo = here.user("flo", "clerk")
    with here.system() as work:
        enrolled(work, flo)
        make_codes(work, flo)
        start_session(work, flo, 1)
        reset_factors(work, flo)
        found = factors_of(work, flo)
        assert not found.any
        assert found.codes == 0
        assert system.count(work, "fw_session", user=flo) == 0
        [told] = entries(work, Question(event="factors_reset", record=flo), 5)
        assert told.detail == {"totp": True, "passkeys": 0, "codes": COUNT}


@pytest.mark.parametrize("what", ["password", "role", "reset", "inactive"])
def test_what_ends_every_session_within_the_request(here: Installation, what: str) -> None:
    """A3 of SECURITY."""
    user = here.user(f"ivy-{what}", "clerk")
    with here.system() as work:
        set_password(work, user, f"ivy-{what}", PASSWORD)
        tokens = [start_session(work, user, 1) for _ in range(2)]
    with here.system() as work:
        if what == "password":
            set_password(work, user, f"ivy-{what}", PASSWORD + "!")
        elif what == "role":
            assign_role(work, user, "librarian")
            withdraw_role(work, user, "librarian")
        elif what == "reset":
            reset_factors(work, user)
        else:
            update(work, "user", [Change(user, {"active": False}, None)])
    with here.system() as work:
        for token in tokens:
            forget_standing(work)
            with pytest.raises(Unauthenticated):
                authenticate_session(work, token, 30)
