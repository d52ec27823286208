"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce, and what an ID token must hold.

Sources: OpenID Connect Core 1.0 (3.1), Discovery 1.0 (4), RFC 7636, RFC 9207, and RFC 9700 for what is left out.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from formwork.identity.provider import Provider
from formwork.kernel import Unauthenticated, Unavailable
from formwork.kernel.library import on_first_use
from formwork.outbound import Client, ClientRequest

if TYPE_CHECKING:
    from authlib.common import security
    from authlib.oauth2.rfc6749 import parameters
    from authlib.oauth2.rfc7636 import challenge
    from authlib.oidc.core import claims as oidc
    from joserfc import errors, jwk, jwt
else:
    security = on_first_use("authlib.common.security")
    parameters = on_first_use("authlib.oauth2.rfc6749.parameters")
    challenge = on_first_use("authlib.oauth2.rfc7636.challenge")
    oidc = on_first_use("authlib.oidc.core.claims")
    errors = on_first_use("joserfc.errors")
    jwk = on_first_use("joserfc.jwk")
    jwt = on_first_use("joserfc.jwt")

MINUTES = 10
"""How long somebody may take at the provider."""
_SCOPE = "openid email profile"
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Only signatures whose key we cannot make ourselves."""
_LEEWAY = 60
"""Seconds by which clocks may differ."""
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser keeps until it comes back; each is good once."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a provider knows them. `verified` is about the mail address, `strong` about a second factor there."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    strong: bool


def begin(client: Client, provider: Provider, back: str, *, again: bool = False) -> tuple[str, Begun]:
    """The address at the provider where the person signs in, and what to keep; `back` is where they come back to.

    `again` asks the provider to let them show who they are whatever session they have. Raises Unavailable.
    """
    begun = Begun(*(security.generate_token(48) for _ in range(3)))
    more = {"prompt": "login"} if again else {}
    address = parameters.prepare_grant_uri(
        _endpoint(_discover(client, provider), "authorization_endpoint"),
        provider.client,
        "code",
        back,
        _SCOPE,
        begun.state,
        nonce=begun.nonce,
        code_challenge=challenge.create_s256_code_challenge(begun.verifier),
        code_challenge_method="S256",
        **more,
    )
    return str(address), begun


def require_reachable(client: Client, provider: Provider) -> None:
    """Raise what `begin` would when the provider cannot be reached or is another one than was set."""
    known = _discover(client, provider)
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _endpoint(known, name)


def finish(
    client: Client, provider: Provider, secret: str, back: str, answer: Mapping[str, str], begun: Begun, now: datetime
) -> Person:
    """Who signed in, from the parameters the browser came back with.

    Raises Unauthenticated `bad_provider_login` with one text for all that does not hold, Unavailable when the provider
    cannot be reached. `begun` must be used once; the caller sees to that.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()) or not answer.get("code"):
        raise _refused()
    known = _discover(client, provider)
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _refused()
    form = {
        "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": back, "client_id": provider.client,
        "code_verifier": begun.verifier,
    }  # fmt: skip
    headers = {"Authorization": _basic(provider.client, secret)}
    told = client.call(ClientRequest(_endpoint(known, "token_endpoint"), headers, form))
    tokens = told.json() if told.status == 200 else None
    if not isinstance(tokens, dict) or not isinstance(tokens.get("id_token"), str):
        raise _refused()
    keys = client.call(ClientRequest(_endpoint(known, "jwks_uri"))).json()
    return _person(provider, tokens, keys, begun, now)


def _person(provider: Provider, tokens: Mapping[str, Any], keys: Any, begun: Begun, now: datetime) -> Person:
    """The person of an ID token whose signature and claims hold."""
    try:
        token = jwt.decode(tokens["id_token"], jwk.KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
        params = {"nonce": begun.nonce, "client_id": provider.client, "access_token": tokens.get("access_token")}
        options: Any = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client},
        }
        claims = oidc.CodeIDToken(token.claims, token.header, options, params)
        claims.validate(int(now.timestamp()), _LEEWAY)
    except (errors.JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _refused() from error
    subject, amr = claims.get("sub"), claims.get("amr") or []
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
        raise _refused()
    email, name = (str(claims.get(one) or "")[:_LONGEST] for one in ("email", "name"))
    return Person(
        provider.issuer, subject, email, claims.get("email_verified") is True, name, "mfa" in amr
    )  # fmt: skip


def _discover(client: Client, provider: Provider) -> Mapping[str, Any]:
    """What the provider says of itself; its issuer must be the one that was set (Discovery 1.0, 4.3)."""
    answer = client.call(ClientRequest(provider.issuer.rstrip("/") + "/.well-known/openid-configuration"))
    found = answer.json() if answer.status == 200 else None
    if not isinstance(found, dict) or found.get("issuer") != provider.issuer:
        message = "The provider does not say of itself what was set here."
        raise Unavailable(message, code="outbound_failed")
    return found


def _endpoint(known: Mapping[str, Any], name: str) -> str:
    """An address of the provider; of https wherever its issuer is."""
    address = known.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(known["issuer"]).scheme):
        raise Unavailable(f"The provider names no `{name}`.", code="outbound_failed")
    return address


def _basic(client: str, secret: str) -> str:
    """RFC 6749, 2.3.1: both parts are form-encoded first."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _refused() -> Unauthenticated:
    return Unauthenticated("The sign-in at the provider does not hold. Begin again.", code="bad_provider_login")
