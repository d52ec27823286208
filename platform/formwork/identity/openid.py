"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce, and what an ID token must hold.

Sources: OpenID Connect Core 1.0 (3.1), Discovery 1.0 (4), RFC 7636, RFC 9207, and RFC 9700 for what is left out.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from formwork.identity.provider import Provider
from formwork.identity.provider_documents import ProviderDocuments, endpoint
from formwork.kernel import Unauthenticated
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
class Reach:
    """How providers of a tenant are asked: the client to the outside, and what this process keeps of their answers."""

    tenant: str
    client: Client
    documents: ProviderDocuments

    def endpoint(self, provider: Provider, name: str) -> str:
        """An address of a provider; raises Unavailable."""
        return endpoint(self.documents.known(self.tenant, self.client, provider), name)


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


def begin(reach: Reach, provider: Provider, back: str, *, again: bool = False) -> tuple[str, Begun]:
    """The address at the provider where the person signs in, and what to keep; `back` is where they come back to.

    `again` asks the provider to let them show who they are whatever session they have. Raises Unavailable.
    """
    begun = Begun(*(security.generate_token(48) for _ in range(3)))
    more = {"prompt": "login"} if again else {}
    address = parameters.prepare_grant_uri(
        reach.endpoint(provider, "authorization_endpoint"),
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


def finish(
    reach: Reach, provider: Provider, secret: str, back: str, answer: Mapping[str, str], begun: Begun, now: datetime
) -> Person:
    """Who signed in, from the parameters the browser came back with.

    Raises Unauthenticated `bad_provider_login` with one text for all that does not hold, Unavailable when the provider
    cannot be reached. `begun` must be used once; the caller sees to that.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()) or not answer.get("code"):
        raise _refused()
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _refused()
    form = {
        "grant_type": "authorization_code", "code": answer["code"], "redirect_uri": back, "client_id": provider.client,
        "code_verifier": begun.verifier,
    }  # fmt: skip
    headers = {"Authorization": _basic(provider.client, secret)}
    told = reach.client.call(ClientRequest(reach.endpoint(provider, "token_endpoint"), headers, form))
    tokens = told.json() if told.status == 200 else None
    if not isinstance(tokens, dict) or not isinstance(tokens.get("id_token"), str):
        raise _refused()
    return _person(provider, tokens, _signed(reach, provider, tokens["id_token"]), begun, now)


def _signed(reach: Reach, provider: Provider, text: str) -> "jwt.Token":
    """The ID token, when a key of the provider signed it; keys that were kept are asked for anew when none did."""
    while True:
        keys = reach.documents.keys(reach.tenant, reach.client, provider)
        try:
            return jwt.decode(text, jwk.KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
        except (errors.JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            if not reach.documents.drop_keys(reach.tenant, provider):
                raise _refused() from error


def _person(provider: Provider, tokens: Mapping[str, Any], token: "jwt.Token", begun: Begun, now: datetime) -> Person:
    """The person of an ID token whose claims hold."""
    try:
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


def _basic(client: str, secret: str) -> str:
    """RFC 6749, 2.3.1: both parts are form-encoded first."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _refused() -> Unauthenticated:
    return Unauthenticated("The sign-in at the provider does not hold. Begin again.", code="bad_provider_login")
