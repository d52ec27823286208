"""The error tree. One root, a few kinds; the doors map `code` to HTTP in one place, a bug stays a 500."""

from collections.abc import Iterable, Mapping

from formwork.kernel.problem import Problem


class FormworkError(Exception):
    """Root of every refusal the platform makes on purpose.

    `code` names the case (stable, listed in docs/api/errors.md), `message` is a full sentence that
    says what to do, `problems` name the places, `extra` carries values for the problem document.
    """

    default_code = "error"
    repeatable = False
    """True when two writers met by chance: what is done anew from the start may well succeed."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        problems: Iterable[Problem] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.problems = tuple(problems)
        self.extra = dict(extra or {})


class Malformed(FormworkError):
    """The request cannot be read at all, or a query is not one (400)."""

    default_code = "malformed"


class Unauthenticated(FormworkError):
    """Nobody is signed in, or the credential is not valid (401)."""

    default_code = "unauthenticated"


class Denied(FormworkError):
    """The actor is known and may not do this (403)."""

    default_code = "denied"


class NotFound(FormworkError):
    """Invisible, deleted and non-existent are the same answer (404)."""

    default_code = "not_found"


class Conflict(FormworkError):
    """Somebody else was first: old version, duplicate, running twin (409, or 412 for If-Match)."""

    default_code = "conflict"


class Raced(Conflict):
    """Somebody else wrote the same records while this write was under way; nobody asked for what they were before."""

    repeatable = True


class Invalid(FormworkError):
    """The request is readable and wrong; `problems` name every place at once (422)."""

    default_code = "invalid"


class Refused(FormworkError):
    """A rule of the tenant stands against it: a lock, a gate, a closed period (409)."""

    default_code = "refused"


class LimitExceeded(FormworkError):
    """Too much, too large or too often; the message names the limit (413 or 429)."""

    default_code = "limit_exceeded"


class Unavailable(FormworkError):
    """The database is down, locked or full; nothing was acknowledged (503 or 507 with Retry-After)."""

    default_code = "unavailable"
