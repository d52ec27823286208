"""`provider`: where people may sign in beside here (OpenID Connect)."""

import sys
from collections.abc import Sequence
from dataclasses import replace

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.identity.provider import Provider, every_provider, read_provider, remove_provider, set_provider
from formwork.identity.provider_documents import require_reachable
from formwork.outbound import Client, Gate


@click.group()
def provider() -> None:
    """Keep the providers people sign in with."""


@provider.command("set")
@click.argument("name")
@click.option("--label", required=True, help="What the button on the sign-in page calls it.")
@click.option("--issuer", required=True, help="The issuer's address, as the provider writes it.")
@click.option("--client", required=True, help="The client id the provider has given.")
@click.option("--domain", "domains", multiple=True, help="Make people whose verified mail address is of this domain.")
@click.option("--role", "roles", multiple=True, help="A role such people get; may be repeated.")
@takes_tenant
@takes_json
@takes_shell
def set_(
    shell: Shell,
    name: str,
    label: str,
    issuer: str,
    client: str,
    domains: Sequence[str],
    roles: Sequence[str],
    tenant: str,
) -> None:
    """Keep a provider, whose client secret is read from standard input. It is asked who it is first."""
    made = Provider(name, label, issuer, client, tuple(domains), tuple(roles))
    secret = click.prompt("Client secret", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    require_reachable(Client(Gate.of(shell.settings)), made)
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "provider set") as work:
        set_provider(work, made, secret.rstrip("\r\n"))
    shell.say(f"People may sign in with {label}. Tell it to send them back to /login/back/{name} of your host.")
    shell.answer({"name": name, "issuer": issuer, "back": f"/login/back/{name}"})


@provider.command("list")
@takes_tenant
@takes_json
@takes_shell
def list_(shell: Shell, tenant: str) -> None:
    """List the providers."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "provider list") as work:
        found = every_provider(work)
    rows = [
        (one.name, one.label, one.issuer, ", ".join(one.domains), ", ".join(one.roles), "yes" if one.enabled else "no")
        for one in found
    ]
    shell.table(("Name", "Label", "Issuer", "Domains", "Roles", "Enabled"), rows)
    shell.answer([
        {"name": one.name, "label": one.label, "issuer": one.issuer, "client": one.client, "domains": one.domains,
         "roles": one.roles, "enabled": one.enabled}
        for one in found
    ])  # fmt: skip


@provider.command("test")
@click.argument("name")
@takes_tenant
@takes_json
@takes_shell
def test(shell: Shell, name: str, tenant: str) -> None:
    """Ask a provider who it is, as a sign-in would."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "provider test") as work:
        found = read_provider(work, name)
    require_reachable(Client(Gate.of(shell.settings)), found)
    shell.say(f"{found.label} answers as {found.issuer}.")
    shell.answer({"name": name, "issuer": found.issuer})


@provider.command("enable")
@click.argument("name")
@takes_tenant
@takes_json
@takes_shell
def enable(shell: Shell, name: str, tenant: str) -> None:
    """Let people sign in with a provider again."""
    _switch(shell, name, tenant, enabled=True)


@provider.command("disable")
@click.argument("name")
@takes_tenant
@takes_json
@takes_shell
def disable(shell: Shell, name: str, tenant: str) -> None:
    """Let nobody sign in with a provider for now, and keep it."""
    _switch(shell, name, tenant, enabled=False)


def _switch(shell: Shell, name: str, tenant: str, *, enabled: bool) -> None:
    reason = "provider enable" if enabled else "provider disable"
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), reason) as work:
        set_provider(work, replace(read_provider(work, name), enabled=enabled), "")
    shell.say(f"People may sign in with {name}." if enabled else f"Nobody signs in with {name} for now.")
    shell.answer({"name": name, "enabled": enabled})


@provider.command("remove")
@click.argument("name")
@takes_tenant
@takes_json
@takes_shell
def remove(shell: Shell, name: str, tenant: str) -> None:
    """Let nobody sign in with a provider any more."""
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "provider remove") as work:
        remove_provider(work, name)
    shell.say(f"Nobody signs in with {name} any more.")
    shell.answer({"name": name})
