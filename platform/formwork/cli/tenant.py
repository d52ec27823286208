"""`tenant`: the tenants of this installation."""

from collections.abc import Sequence
from zoneinfo import available_timezones

import click

from formwork.cli.operator import shell_operator
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.runtime.shelves import load_folders, shipped_folder
from formwork.runtime.tenants import make, plain, set_hosts
from formwork.runtime.tenants.entry import LOCALES
from formwork.storage import Tenant
from formwork.storage.databases import OWN


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
    """Make, list, suspend, copy, move and delete tenants: organisations, each with its own database."""


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
@click.option(
    "--database", default="", help="A name of FORMWORK_DATABASES, or `own`; the one with the fewest tenants otherwise."
)
@takes_json
@takes_shell
def create(
    shell: Shell, name: str, label: str, hosts: Sequence[str], locale: str, timezone: str, currency: str, bare: bool,
    database: str,
) -> None:  # fmt: skip
    """Make a tenant with the shipped packages and their reference data."""
    with shell.runtime() as runtime:
        packages = {} if bare else load_folders(runtime, [shipped_folder()])
        entry = Tenant(name, runtime.clock.now(), label or name, locale, timezone, currency, tuple(hosts), database)
        with shell.busy("Making the database and publishing packages"):
            made = make(runtime, shell_operator(), entry, packages)
    shell.say(f"Made tenant {name}. Let somebody in: user create <login> --tenant {name} --role admin")
    shell.answer(plain(made))


@tenant.command("list")
@takes_json
@takes_shell
def list_(shell: Shell) -> None:
    """List the tenants."""
    with shell.runtime() as runtime:
        found = runtime.directory.list()
    shell.table(("Name", "Label", "State", "Hosts", "Language", "Time zone", "Currency", "Database"), [
        (one.name, one.label, _state(one), ", ".join(one.hosts), one.locale, one.timezone, one.currency,
         one.database or OWN)
        for one in found
    ])  # fmt: skip
    shell.answer([plain(one) for one in found])


@tenant.command("hosts")
@click.argument("name")
@click.argument("hosts", nargs=-1)
@takes_json
@takes_shell
def hosts_(shell: Shell, name: str, hosts: Sequence[str]) -> None:
    """Let a tenant answer to these host names and no others."""
    with shell.runtime() as runtime:
        changed = set_hosts(runtime, shell_operator(), name, hosts)
    shell.say(f"Tenant {name} answers to {', '.join(changed.hosts) or 'no host name'}.")
    shell.answer(plain(changed))


def _state(entry: Tenant) -> str:
    return f"{entry.state} until {entry.purge_at:%Y-%m-%d}" if entry.purge_at else entry.state
