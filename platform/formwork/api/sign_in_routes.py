"""How people sign in to a tenant, for who manages it: who must have a second factor."""

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
)  # fmt: skip
