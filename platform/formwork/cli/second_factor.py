"""`second-factor`: who of a tenant must have one."""

from collections.abc import Sequence
from typing import Any

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.identity.factor_policy import (
    MOST_DAYS,
    FactorPolicy,
    Who,
    factor_policy,
    forget_factor_policy,
    people_without_factor,
    set_factor_policy,
)
from formwork.storage import Work


@click.group("second-factor")
def second_factor() -> None:
    """Say who must have a second factor."""


@second_factor.command()
@takes_tenant
@takes_json
@takes_shell
def show(shell: Shell, tenant: str) -> None:
    """Show who must have one, and how many of them have none."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "factor policy show") as work:
        _tell(shell, work)


@second_factor.command()
@click.argument("who", type=click.Choice([one.value for one in Who]))
@click.option("--role", "roles", multiple=True, help="A role, where WHO is `roles`; may be repeated.")
@click.option(
    "--grace", "days", type=click.IntRange(0, MOST_DAYS), default=0, help="Days people may go on without one."
)
@takes_tenant
@takes_json
@takes_shell
def require(shell: Shell, who: str, roles: Sequence[str], days: int, tenant: str) -> None:
    """Say who must have one from now on."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "factor policy set") as work:
        set_factor_policy(work, who, roles, days)
        _tell(shell, work)


@second_factor.command()
@takes_tenant
@takes_json
@takes_shell
def default(shell: Shell, tenant: str) -> None:
    """Let the setting FORMWORK_MFA say it again."""
    with (
        shell.runtime() as runtime,
        runtime.system_write(chosen_tenant(runtime, tenant), "factor policy default") as work,
    ):
        forget_factor_policy(work)
        _tell(shell, work)


def _tell(shell: Shell, work: Work) -> None:
    policy = factor_policy(work, shell.settings.mfa)
    asked, without = people_without_factor(work, policy)
    shell.say(f"A second factor is needed by: {_words(policy)}. Of {asked} people {len(without)} have none.")
    shell.answer(_data(policy, asked, len(without)))


def _words(policy: FactorPolicy) -> str:
    who = f"the roles {', '.join(policy.roles)}" if policy.roles else policy.who.value
    return f"{who}, after {policy.grace_days} days" if policy.grace_days else who


def _data(policy: FactorPolicy, asked: int, without: int) -> dict[str, Any]:
    since = None if policy.since is None else policy.since.isoformat()
    return {
        "who": policy.who.value, "roles": list(policy.roles), "grace_days": policy.grace_days, "since": since,
        "people": asked, "without": without,
    }  # fmt: skip
