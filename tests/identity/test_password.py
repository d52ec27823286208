"""Passwords: what is accepted, and that an unknown login costs as much as a known one."""

import hashlib
import secrets
from pathlib import Path

import pytest

from formwork.identity.known_password import is_known
from formwork.identity.password import _HASHER, NOBODY, check_password, hash_password, require_good
from formwork.kernel import Invalid, Unavailable


def test_an_unknown_login_is_checked_with_the_same_effort() -> None:
    assert not _HASHER.check_needs_rehash(NOBODY)
    assert not check_password("any password", NOBODY)


def test_a_password_is_known_by_its_hash_only() -> None:
    encoded = hash_password("a long enough word")
    assert check_password("a long enough word", encoded)
    assert not check_password("A long enough word", encoded)
    assert not check_password("a long enough word", "not a hash")


@pytest.mark.parametrize("password", ["short", "x" * 129, "Somebody@Here", "Password1", "qwertyuiop"])
def test_a_password_that_is_easily_found_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        require_good(password, "somebody@here")
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
