"""Passwords: what is accepted, and that an unknown login costs as much as a known one."""

import pytest

from formwork.identity.password import _HASHER, NOBODY, check_password, hash_password, require_good
from formwork.kernel import Invalid


def test_an_unknown_login_is_checked_with_the_same_effort() -> None:
    assert not _HASHER.check_needs_rehash(NOBODY)
    assert not check_password("any password", NOBODY)


def test_a_password_is_known_by_its_hash_only() -> None:
    encoded = hash_password("a long enough word")
    assert check_password("a long enough word", encoded)
    assert not check_password("A long enough word", encoded)
    assert not check_password("a long enough word", "not a hash")


@pytest.mark.parametrize("password", ["short", "x" * 129, "Somebody@Here"])
def test_a_password_that_is_easily_found_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        require_good(password, "somebody@here")
    assert caught.value.code == "weak_password"
