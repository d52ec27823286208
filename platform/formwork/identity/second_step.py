"""The second step of a sign-in: who takes it, what counts, and how it is throttled."""

from dataclasses import dataclass
from uuid import UUID

from formwork.identity.attempt import forget_failures, require_no_wait
from formwork.identity.audit import Event, note
from formwork.identity.passkey import count_passkeys, remove_passkeys
from formwork.identity.recovery import codes_left, remove_codes, take_code
from formwork.identity.session_end import end_sessions_of
from formwork.identity.ticket import Ticket, issue_ticket, look_at_ticket, use_ticket, withdraw_tickets
from formwork.identity.totp import bad_code, has_totp, remove_totp, take_totp
from formwork.storage import Work

PURPOSE = "second step"
MINUTES = 10
"""How long the second step may be taken after the first (ASVS 5.0, 6.5.5)."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a user has beside a password: an authenticator app, passkeys, recovery codes that are left."""

    totp: bool
    passkeys: int
    codes: int

    @property
    def any(self) -> bool:
        """True when a sign-in with a password takes a second step. Recovery codes alone are none."""
        return self.totp or self.passkeys > 0


def factors_of(work: Work, user: UUID) -> Factors:
    """The second factors of a user."""
    return Factors(has_totp(work, user), count_passkeys(work, user), codes_left(work, user))


def begin_second_step(work: Work, user: UUID, how: str) -> str:
    """The ticket of somebody who took the first step; `how` names that (`password`, `provider`)."""
    return issue_ticket(work, PURPOSE, MINUTES, user, {"how": how})


def second_step_of(work: Work, ticket: str) -> Ticket | None:
    """Whose second step a ticket is, None when it is over."""
    return look_at_ticket(work, PURPOSE, ticket)


def end_second_step(work: Work, ticket: str) -> bool:
    """End a second step that was passed; False when somebody else did meanwhile."""
    return use_ticket(work, PURPOSE, ticket) is not None


def attempt_key(user: UUID) -> str:
    """Under what failed second steps are counted. Apart from passwords, whose count a right password ends."""
    return f"second step of {user}"


def pass_code(work: Work, user: UUID, code: str, address: str) -> str:
    """Take a code of the app or a recovery code; gives which (`totp`, `recovery`).

    Raises LimitExceeded `throttled` while the user or the address has to wait, whatever the code, and Invalid
    `bad_code`. The caller notes a failure in a transaction of its own, under `attempt_key`.
    """
    require_no_wait(work, attempt_key(user), address)
    plain = "".join(code.split())
    if take_totp(work, user, plain):
        forget_failures(work, attempt_key(user))
        return "totp"
    if take_code(work, user, plain):
        forget_failures(work, attempt_key(user))
        return "recovery"
    raise bad_code()


def reset_factors(work: Work, user: UUID) -> None:
    """Take every second factor of a user away, by somebody who manages the tenant; their sessions end."""
    had = factors_of(work, user)
    remove_totp(work, user)
    remove_passkeys(work, user)
    remove_codes(work, user)
    withdraw_tickets(work, user)
    forget_failures(work, attempt_key(user))
    detail = {"totp": had.totp, "passkeys": had.passkeys, "codes": had.codes}
    note(work, Event.FACTORS_RESET, object="user", record=user, detail=detail)
    end_sessions_of(work, user)
