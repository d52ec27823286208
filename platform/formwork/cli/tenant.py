"""`tenant`: the tenants of this installation."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

import click

from formwork.cli.install import install
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.cli.shelves import load_folders, shipped_folder
from formwork.storage import Tenant

LOCALES = ("en", "es", "zh", "ko")
"""The languages the product is written in."""


def known_timezone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The value of a `--timezone`; raises click.BadParameter when there is no such time zone."""
    if value is not None and value not in available_timezones():
        raise click.BadParameter(f"{value!r} is no time zone. Write one such as Europe/Madrid.")
    return value


def currency_code(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """The value of a `--currency`; raises click.BadParameter when it is no ISO 4217 code."""
    if value is not None and not (len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise click.BadParameter(f"{value!r} is no ISO currency code. Write three capital letters such as EUR.")
    return value


@click.group()
def tenant() -> None:
    """Make, list and delete tenants: organisations, each with its own database."""


@tenant.command("create")
@click.argument("name")
@click.option("--label", default="", help="The organisation's name as people read it.")
@click.option("--host", "hosts", multiple=True, help="A host name it answers to; may be repeated.")
@click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True)
@click.option(
    "--timezone",
    default="UTC",
    show_default=True,
    callback=known_timezone,
    help="Where its days begin, such as Europe/Madrid.",
)
@click.option(
    "--currency", default="EUR", show_default=True, callback=currency_code, help="The ISO code of its currency."
)
@click.option("--bare", is_flag=True, help="Without the shipped packages.")
@takes_json
@takes_shell
def create(
    shell: Shell, name: str, label: str, hosts: Sequence[str], locale: str, timezone: str, currency: str, bare: bool
) -> None:
    """Make a tenant with the shipped packages and their reference data."""
    with shell.runtime() as runtime:
        packages = {} if bare else load_folders(runtime, [shipped_folder()])
        entry = Tenant(name, runtime.clock.now(), label or name, locale, timezone, currency, hosts=tuple(hosts))
        with shell.busy("Making the database"):
            runtime.create_tenant(entry)
        if packages:
            install(shell, runtime, name, packages, demo=False)
        made = runtime.directory.get(name)
    shell.say(f"Made tenant {name}. Let somebody in: user create <login> --tenant {name} --role admin")
    shell.answer(_plain(made))


@tenant.command("list")
@takes_json
@takes_shell
def list_(shell: Shell) -> None:
    """List the tenants."""
    with shell.runtime() as runtime:
        found = runtime.directory.list()
    shell.table(("Name", "Label", "State", "Hosts", "Language", "Time zone", "Currency"), [
        (one.name, one.label, one.state, ", ".join(one.hosts), one.locale, one.timezone, one.currency) for one in found
    ])  # fmt: skip
    shell.answer([_plain(one) for one in found])


@tenant.command("hosts")
@click.argument("name")
@click.argument("hosts", nargs=-1)
@takes_json
@takes_shell
def hosts_(shell: Shell, name: str, hosts: Sequence[str]) -> None:
    """Let a tenant answer to these host names and no others."""
    with shell.runtime() as runtime:
        changed = runtime.directory.set_hosts(name, hosts)
    shell.say(f"Tenant {name} answers to {', '.join(changed.hosts) or 'no host name'}.")
    shell.answer(_plain(changed))


@tenant.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@takes_json
@takes_shell
def delete(shell: Shell, name: str, yes: bool) -> None:
    """Delete a tenant and all its records, for good. Take a `backup` first."""
    with shell.runtime() as runtime:
        found = runtime.directory.get(name)
        if not yes:
            click.confirm(f"Delete tenant {found.name} ({found.label}) with every record?", abort=True, err=True)
        runtime.stores.drop(name)
    shell.say(f"Tenant {name} is gone.")
    shell.answer({"deleted": name})


def _plain(entry: Tenant) -> dict[str, Any]:
    return {
        "name": entry.name, "label": entry.label, "state": entry.state, "hosts": list(entry.hosts),
        "locale": entry.locale, "timezone": entry.timezone, "currency": entry.currency,
        "created_at": entry.created_at.isoformat(),
    }  # fmt: skip
