"""Passwords: what is accepted, and that an unknown login costs as much as a known one."""

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock

import pytest

from formwork.identity import password
from formwork.identity.known_password import is_known
from formwork.identity.password import _HASHER, AT_ONCE, LONGEST, NOBODY, check_password, hash_password, require_good
from formwork.kernel import Invalid, Unavailable


def test_an_unknown_login_is_checked_with_the_same_effort() -> None:
    assert not _HASHER.check_needs_rehash(NOBODY)
    assert not check_password("any password", NOBODY)


def test_a_password_is_known_by_its_hash_only() -> None:
    encoded = hash_password("a long enough word")
    assert check_password("a long enough word", encoded)
    assert not check_password("A long enough word", encoded)
    assert not check_password("a long enough word", "not a hash")


def test_the_hash_costs_what_owasp_asks_at_least() -> None:
    """Section 6 of SECURITY: Argon2id with 19 MiB, two passes, one lane."""
    assert hash_password("any password").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_long_password_counts_to_its_last_character_and_needs_no_digits() -> None:
    long = "all small letters and spaces, " * 4
    for chosen in (long[:64], long[: LONGEST - 8] + "the end.", "üñí ¢öðé " * 8):
        require_good(chosen, "somebody")
        assert not check_password(chosen[:-1] + "#", hash_password(chosen)), "nothing is cut off"


def test_no_more_than_four_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst of sign-ins cannot take all memory: 19 MiB each."""
    running, most, lock, full = 0, 0, Lock(), Event()

    class Slow:
        def verify(self, _encoded: str, _given: str) -> bool:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                if running == AT_ONCE:
                    full.set()
            assert full.wait(30)
            with lock:
                running -= 1
            return True

    monkeypatch.setattr(password, "_HASHER", Slow())
    with ThreadPoolExecutor(3 * AT_ONCE) as threads:
        assert all(threads.map(lambda _: check_password("x", "y"), range(3 * AT_ONCE)))
    assert most == AT_ONCE


@pytest.mark.parametrize("chosen", ["short", "x" * 129, "Somebody@Here", "Password1", "qwertyuiop"])
def test_a_password_that_is_easily_found_is_refused(chosen: str) -> None:
    with pytest.raises(Invalid) as caught:
        require_good(chosen, "somebody@here")
    assert caught.value.code == "weak_password"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 500])
def test_a_breached_password_is_found_wherever_it_stands_in_the_file(tmp_path: Path, count: int) -> None:
    breached = [secrets.token_urlsafe(9) for _ in range(count)]
    lines = sorted(f"{hashlib.sha1(one.encode()).hexdigest().upper()}:{len(one) ** 3}" for one in breached)
    file = tmp_path / "breached.txt"
    file.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    assert all(is_known(one, file) for one in breached)
    assert not any(is_known(secrets.token_urlsafe(9), file) for _ in range(200))


def test_a_file_that_cannot_be_read_is_never_taken_for_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        require_good("a long enough sentence", "somebody", tmp_path / "none.txt")
    assert caught.value.code == "bad_setting"
