"""Who calls: an API key in the Authorization header, or the browser's session with a proof of origin."""

from zoneinfo import ZoneInfo, available_timezones

from flask import Request
from werkzeug.http import parse_accept_header

from formwork.identity import (
    authenticate_key,
    authenticate_session,
    key_credential,
    language_of,
    session_credential,
)
from formwork.identity.factor_policy import factor_duty
from formwork.identity.session import factor_of
from formwork.kernel import ANONYMOUS, Denied, Unauthenticated
from formwork.runtime import Identified, Runtime
from formwork.storage import Work
from formwork.storage.standing import Credential

_SESSION_COOKIE = "fw_session"
_SAFE = frozenset({"GET", "HEAD"})
_ZONES = available_timezones()
_MORE = 8
"""Languages of an Accept-Language header that are looked at."""


def credential_of(runtime: Runtime, request: Request) -> Credential | None:
    """What the request will be known by, to be read together with the versions; None when it names nothing."""
    header = request.headers.get("Authorization")
    if header is not None:
        return key_credential(header.partition(" ")[2].strip())
    token = request.cookies.get(_cookie(runtime))
    return session_credential(token) if token else None


def identify(runtime: Runtime, request: Request, work: Work) -> Identified:
    """The caller of a request; raises Unauthenticated, or Denied `csrf` for a write from a foreign page."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer" or not text.strip():
            raise Unauthenticated("Send `Authorization: Bearer <key>`.", code="unauthenticated")
        actor = authenticate_key(work, text.strip())
    else:
        settings = runtime.settings
        token = request.cookies.get(_cookie(runtime))
        if not token:
            raise Unauthenticated("Sign in, or send an API key, and try again.")
        actor = authenticate_session(work, token, settings.session_idle_minutes)
        duty = None if factor_of(work, token) else factor_duty(work, settings.mfa, actor)
        if duty is not None and duty.is_over(work.context.now):
            raise Denied("Set up a second factor under sign-in and security to go on.", code="factor_needed")
        if request.method not in _SAFE:
            _require_own_origin(request)
    locale, zone = language_of(actor)
    chosen = _accepted(work, request.headers.get("Accept-Language")) or locale
    return Identified(actor, chosen, ZoneInfo(zone) if zone in _ZONES else None)


def nobody(work: Work) -> Identified:
    """The caller of a public address, whoever it is."""
    return Identified(ANONYMOUS)


def session_token(runtime: Runtime, request: Request) -> str:
    """The token of the browser's session a request is made in, blank for one with a key."""
    return "" if "Authorization" in request.headers else request.cookies.get(_cookie(runtime), "")


def _cookie(runtime: Runtime) -> str:
    return f"__Host-{_SESSION_COOKIE}" if runtime.settings.secure_cookies else _SESSION_COOKIE


def _require_own_origin(request: Request) -> None:
    """A browser says where a write comes from; only our own pages may use the session."""
    if request.headers.get("Origin") != request.host_url.rstrip("/"):
        raise Denied("Writes with a session come from this product's own pages. Send an API key instead.", code="csrf")


def _accepted(work: Work, header: str | None) -> str | None:
    if not header or header == "*":
        return None
    known = {"en", *work.snapshot.texts}
    for tag, quality in list(parse_accept_header(header))[:_MORE]:
        language = tag.split("-")[0].lower()
        if quality > 0 and language in known:
            return language
    return None
