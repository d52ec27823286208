"""What providers say of themselves (Discovery 1.0, 4) and their keys (RFC 7517), kept for an hour in this process.

What is kept is a tenant's and a provider's own. Keys that do not check a token are asked for anew, since providers
change them (OpenID Connect Core 1.0, 10.1.1), but not more than once a minute.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from formwork.identity.provider import Provider
from formwork.kernel import Unavailable
from formwork.outbound import Client, ClientRequest

KEPT_SECONDS = 3600.0
REST_SECONDS = 60.0
"""How long keys are not asked for anew, whatever tokens come."""
_MOST = 1_000
"""Documents a process keeps; then it begins anew."""
_KNOWN, _KEYS = "known", "keys"


@dataclass(frozen=True, slots=True)
class _Kept:
    at: float
    document: Any


class ProviderDocuments:
    """One per process; safe to use from several threads, of whom two may ask the same at worst."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str, str], _Kept] = {}

    def known(self, tenant: str, client: Client, provider: Provider) -> Mapping[str, Any]:
        """What the provider says of itself; raises Unavailable when it cannot be reached or says it is another one."""
        found: Mapping[str, Any] = self._of((tenant, provider.issuer, _KNOWN), lambda: discover(client, provider))
        return found

    def keys(self, tenant: str, client: Client, provider: Provider) -> Any:
        """The keys the provider signs with, as it writes them; raises as `known` does."""
        address = endpoint(self.known(tenant, client, provider), "jwks_uri")
        return self._of((tenant, provider.issuer, _KEYS), lambda: client.call(ClientRequest(address)).json())

    def drop_keys(self, tenant: str, provider: Provider) -> bool:
        """Ask for the keys anew at the next question; False while they were asked for a short while ago."""
        kept = self._kept.get((tenant, provider.issuer, _KEYS))
        if kept is None or self._clock() - kept.at < REST_SECONDS:
            return False
        self._kept.pop((tenant, provider.issuer, _KEYS), None)
        return True

    def forget(self, tenant: str, provider: Provider) -> None:
        """Keep nothing of a provider: somebody set it anew."""
        for part in (_KNOWN, _KEYS):
            self._kept.pop((tenant, provider.issuer, part), None)

    def _of(self, key: tuple[str, str, str], ask: Callable[[], Any]) -> Any:
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept.at >= KEPT_SECONDS:
            if len(self._kept) >= _MOST:
                self._kept = {}
            kept = self._kept[key] = _Kept(self._clock(), ask())
        return kept.document


def discover(client: Client, provider: Provider) -> Mapping[str, Any]:
    """What the provider says of itself now; its issuer must be the one that was set (Discovery 1.0, 4.3)."""
    answer = client.call(ClientRequest(provider.issuer.rstrip("/") + "/.well-known/openid-configuration"))
    found = answer.json() if answer.status == 200 else None
    if not isinstance(found, dict) or found.get("issuer") != provider.issuer:
        message = "The provider does not say of itself what was set here."
        raise Unavailable(message, code="outbound_failed")
    return found


def endpoint(known: Mapping[str, Any], name: str) -> str:
    """An address of the provider; of https wherever its issuer is."""
    address = known.get(name)
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(known["issuer"]).scheme):
        raise Unavailable(f"The provider names no `{name}`.", code="outbound_failed")
    return address


def require_reachable(client: Client, provider: Provider) -> None:
    """Raise what a sign-in would when the provider cannot be reached or is another one than was set."""
    known = discover(client, provider)
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        endpoint(known, name)
