"""How people sign in to a tenant, for who manages it: who must have a second factor, and where else people sign in."""

from typing import Any

from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.parameters import body_members
from formwork.api.route import Right, Route, Shape
from formwork.identity.factor_policy import (
    factor_policy,
    forget_factor_policy,
    people_without_factor,
    set_factor_policy,
)
from formwork.identity.provider import Provider, every_provider, read_provider, remove_provider, set_provider
from formwork.kernel import NotFound

_PROVIDER = {"label": str, "issuer": str, "client": str, "secret": str, "domains": list, "roles": list, "enabled": bool}
_POLICY = {"who": str, "roles": list, "grace_days": int}


def read_factor_policy(call: Call) -> Answer:
    """Who must have a second factor, how many people that are, and how many of them have none."""
    policy = factor_policy(call.work, call.runtime.settings.mfa)
    asked, without = people_without_factor(call.work, policy)
    return Answer({
        "who": policy.who.value, "roles": list(policy.roles), "grace_days": policy.grace_days, "since": policy.since,
        "people": asked, "without": len(without),
    })  # fmt: skip


def write_factor_policy(call: Call) -> Answer:
    """Say who must have a second factor from now on."""
    body = body_members(call.body, _POLICY)
    roles = [str(one) for one in body.get("roles", ())]
    set_factor_policy(call.work, body.get("who", ""), roles, body.get("grace_days", 0))
    return read_factor_policy(call)


def drop_factor_policy(call: Call) -> Answer:
    """Let the installation's setting hold again."""
    forget_factor_policy(call.work)
    return NO_CONTENT


def list_providers(call: Call) -> Answer:
    """The sign-in providers, disabled ones among them; never their secrets."""
    return Answer({"data": [_provider(one) for one in every_provider(call.work)]})


def write_provider(call: Call, provider: str) -> Answer:
    """Keep a provider; what the body leaves out stays as it is."""
    body = body_members(call.body, _PROVIDER)
    try:
        before = read_provider(call.work, provider)
    except NotFound:
        before = Provider(provider, "", "", "")
    made = Provider(
        provider,
        body.get("label", before.label),
        body.get("issuer", before.issuer),
        body.get("client", before.client),
        tuple(map(str, body.get("domains", before.domains))),
        tuple(map(str, body.get("roles", before.roles))),
        body.get("enabled", before.enabled),
    )
    set_provider(call.work, made, body.get("secret", ""))
    return Answer(_provider(made))


def drop_provider(call: Call, provider: str) -> Answer:
    """Forget a provider."""
    remove_provider(call.work, provider)
    return NO_CONTENT


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name, "label": provider.label, "issuer": provider.issuer, "client": provider.client,
        "domains": list(provider.domains), "roles": list(provider.roles), "enabled": provider.enabled,
    }  # fmt: skip


_FACTOR = "/sign-in/second-factor"

ROUTES = (
    Route("GET", _FACTOR, read_factor_policy, "factor_policy", "Who must have a second factor.", right=Right.MANAGE),
    Route(
        "PUT", _FACTOR, write_factor_policy, "set_factor_policy", "Say who must have a second factor.",
        right=Right.MANAGE, takes=Shape.ANY,
    ),
    Route(
        "DELETE", _FACTOR, drop_factor_policy, "forget_factor_policy",
        "Let the installation's setting say who must have a second factor.", right=Right.MANAGE, gives=Shape.NONE,
        status=204,
    ),
    Route(
        "GET", "/sign-in/providers", list_providers, "sign_in_providers", "The sign-in providers.", right=Right.MANAGE,
        gives=Shape.PLAIN_LIST,
    ),
    Route(
        "PUT", "/sign-in/providers/<provider>", write_provider, "set_sign_in_provider", "Keep a sign-in provider.",
        right=Right.MANAGE, takes=Shape.ANY,
    ),
    Route(
        "DELETE", "/sign-in/providers/<provider>", drop_provider, "remove_sign_in_provider",
        "Forget a sign-in provider.", right=Right.MANAGE, gives=Shape.NONE, status=204,
    ),
)  # fmt: skip
