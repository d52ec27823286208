"""What a browser keeps between two requests, signed by a key of the tenant it is for."""

from collections.abc import Callable

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from formwork.kernel import NotFound, Unavailable


class TenantState(SecureCookieSessionInterface):
    """Signs with the key of the request's tenant, so that a cookie of one tenant is nothing at another.

    `key` raises NotFound or Unavailable where no tenant answers; then nothing is read and nothing kept.
    """

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs the state of this request; None where no tenant answers."""
        try:
            key = self._key()
        except (NotFound, Unavailable):
            return None
        how = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return URLSafeTimedSerializer(key, salt=self.salt, serializer=self.serializer, signer_kwargs=how)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the browser sent; empty for what was signed elsewhere."""
        if not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request) or self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send it back, where a tenant answers."""
        if not session.modified or self.get_signing_serializer(app) is not None:
            super().save_session(app, session, response)
