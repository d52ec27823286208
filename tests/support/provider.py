"""A sign-in provider (OpenID Connect) on a port of this machine: it keeps what it was asked, and lies on demand."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.support.server import served

CLIENT, SECRET = "formwork-test", "a secret of the provider: 1%"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
NEXT_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
"""What it signs with after it changed its keys."""


@dataclass
class LocalProvider:
    """What it says of whoever signs in: `person`. `lies` are claims put over those of the next ID tokens."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    signs_with: RSAKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    discovery: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """What was asked of its documents: `known`, `keys`."""
    keys: tuple[RSAKey, ...] = (KEY,)

    def truth(self) -> None:
        """Lie no more."""
        self.lies, self.signs_with, self.algorithm, self.discovery = {}, KEY, "RS256", {}
        self.keys = (KEY,)

    def known(self) -> Response:
        """What it says of itself."""
        self.told.append("known")
        addresses = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        named = {name: f"{self.issuer}/{path}" for name, path in addresses.items()}
        return jsonify({"issuer": self.issuer, **named, **self.discovery})

    def published(self) -> Response:
        """The keys it signs with."""
        self.told.append("keys")
        return jsonify(KeySet(list(self.keys)).as_dict(private=False))

    def authorize(self) -> Response:
        """Sign the person in at once and send them back with a code."""
        given = request.args.to_dict()
        self.asked.append(given)
        if given["client_id"] != CLIENT or given["response_type"] != "code" or given["code_challenge_method"] != "S256":
            return Response("bad request", 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = given
        return redirect(f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")  # type: ignore[return-value]

    def token(self) -> Response:
        """An ID token for a code, once, to whoever knows the secret and the verifier."""
        user, _, password = (
            base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
        )
        given = self.codes.pop(request.form.get("code", ""), None)
        known = parse_qs(f"u={user}&p={password}")
        verifier = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        if (
            given is None
            or (known["u"], known["p"]) != ([CLIENT], [SECRET])
            or base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != given["code_challenge"]
            or request.form.get("redirect_uri") != given["redirect_uri"]
        ):
            return Response('{"error": "invalid_grant"}', 400, mimetype="application/json")
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": given["nonce"], **self.person,
            **self.lies,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.signs_with.kid}
        key: Any = self.signs_with
        if self.algorithm == "HS256":
            key = jwt_key(SECRET)
        told = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=[self.algorithm])
        return jsonify({"access_token": "x", "token_type": "Bearer", "id_token": told})


def jwt_key(secret: str) -> Any:
    """A key of the shared secret, for the algorithm nobody should take."""
    return OctKey.import_key(secret)


@contextmanager
def local_provider() -> Iterator[LocalProvider]:
    """The provider for as long as the block lasts."""
    provider, app = LocalProvider(), Flask("provider")
    app.add_url_rule("/authorize", view_func=provider.authorize)
    app.add_url_rule("/token", view_func=provider.token, methods=["POST"])
    app.add_url_rule("/keys", view_func=provider.published)
    app.add_url_rule("/.well-known/openid-configuration", view_func=provider.known)
    with served(app) as address:
        provider.issuer = address
        yield provider


def place_of(address: str) -> str:
    """`host:port` of an address."""
    return urlsplit(address).netloc
