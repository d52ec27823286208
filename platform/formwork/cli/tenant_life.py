"""`tenant suspend|resume|delete|purge|log`: the states of a tenant, and what was done to which."""

from pathlib import Path
from uuid import UUID

import click

from formwork.cli.operator import shell_operator
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.runtime.tenants import delete_now, export_to, plain, plain_entry, purge_due, resume, schedule, suspend


@click.command("suspend")
@click.argument("name")
@click.option("--reason", default="", help="Why; only operators read it.")
@click.option("--revoke-keys", is_flag=True, help="End its API keys for good; otherwise they rest until it is resumed.")
@takes_json
@takes_shell
def suspend_(shell: Shell, name: str, reason: str, revoke_keys: bool) -> None:
    """Let nobody in and no job run, from the next request on. Nothing is lost."""
    with shell.runtime() as runtime:
        found = suspend(runtime, shell_operator(), name, reason, revoke_keys=revoke_keys)
    shell.say(f"Tenant {name} is suspended. tenant resume {name} lets people in again.")
    shell.answer(plain(found))


@click.command("resume")
@click.argument("name")
@takes_json
@takes_shell
def resume_(shell: Shell, name: str) -> None:
    """Let people in again; also takes back a deletion whose time has not come."""
    with shell.runtime() as runtime:
        found = resume(runtime, shell_operator(), name)
    shell.say(f"Tenant {name} is active again. People sign in anew.")
    shell.answer(plain(found))


@click.command("delete")
@click.argument("name")
@click.option("--export", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it there first.")
@click.option("--no-export", is_flag=True, help="Do not ask about an export.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days of grace instead of FORMWORK_GRACE_DAYS.")
@click.option("--reason", default="", help="Why; only operators read it.")
@click.option("--now", is_flag=True, help="At once and for good; the name has to be typed again.")
@click.option("--confirm", metavar="NAME", help="With --now: the tenant's name again, where nobody can be asked.")
@takes_json
@takes_shell
def delete(
    shell: Shell, name: str, file: Path | None, no_export: bool, days: int | None, reason: str, now: bool,
    confirm: str | None,
) -> None:  # fmt: skip
    """Delete a tenant: it is suspended, and its data goes when its days of grace are over."""
    with shell.runtime() as runtime:
        found = runtime.directory.get(name)
        if file is None and not no_export and shell.err.is_terminal:
            text = click.prompt("Export its data first to (a file name, empty for no export)", default="", err=True)
            file = Path(text) if text else None
        if file is not None:
            with shell.busy(f"Exporting {name}"):
                export_to(runtime, shell_operator(), name, file)
        if now:
            if confirm is None:
                confirm = click.prompt(f"Type the name of {found.label or name} to delete it for good", err=True)
            delete_now(runtime, shell_operator(), name, confirm)
            shell.say(f"Tenant {name} is gone.")
            shell.answer({"deleted": name, "export": None if file is None else str(file)})
            return
        left = schedule(runtime, shell_operator(), name, days or runtime.settings.grace_days, reason)
    shell.say(f"Tenant {name} is closed, and its data goes on {left.purge_at:%Y-%m-%d}. tenant resume {name} keeps it.")
    shell.answer({**plain(left), "export": None if file is None else str(file)})


@click.command("purge")
@takes_json
@takes_shell
def purge(shell: Shell) -> None:
    """Remove the tenants whose days of grace are over; the worker does it too."""
    with shell.runtime() as runtime:
        gone = purge_due(runtime, shell_operator())
    shell.say(f"Gone: {', '.join(gone)}." if gone else "No tenant's time is over.")
    shell.answer({"deleted": list(gone)})


@click.command("log")
@click.option("--tenant", "name", default="", help="Only what was done to this one, gone ones included.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@click.option("--before", type=click.UUID, help="Only entries older than this one: the next page.")
@takes_json
@takes_shell
def log(shell: Shell, name: str, limit: int, before: UUID | None) -> None:
    """What operators did, newest first."""
    with shell.runtime() as runtime:
        found = runtime.stores.log.list(name, limit, before)
    shell.table(("At", "By", "Act", "Tenant", "Detail"), [
        (f"{one.at:%Y-%m-%d %H:%M:%S}", one.by, one.act, one.tenant,
         ", ".join(f"{key}: {value}" for key, value in one.detail.items() if value not in ("", None)))
        for one in found
    ])  # fmt: skip
    shell.answer([plain_entry(one) for one in found])
