"""`tenant export|import|clone|move`: all of a tenant as one file, another tenant, or in another database."""

from pathlib import Path

import click

from formwork.cli.backup import told_manifest, write_to
from formwork.cli.operator import shell_operator
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.runtime.tenants import Wishes, clone, move, plain


@click.command("export")
@click.argument("name")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@takes_json
@takes_shell
def export(shell: Shell, name: str, file: Path) -> None:
    """Write all of a tenant to FILE: metadata, records and files, as `backup` does. `restore` makes a tenant of it."""
    with shell.runtime() as runtime:
        write_to(shell, runtime, runtime.directory.get(name).name, file)


@click.command("clone")
@click.argument("name")
@click.argument("copy")
@click.option("--without-data", is_flag=True, help="Only the metadata and the people, with their roles and passwords.")
@click.option(
    "--rows", type=click.IntRange(1), help="Only the newest so many records of each object, and what they need."
)
@click.option("--host", "hosts", multiple=True, help="A host name it answers to; may be repeated.")
@click.option("--label", help="The organisation's name as people read it, where it is to be another one.")
@click.option("--database", default="", help="A name of FORMWORK_DATABASES, or `own`.")
@takes_json
@takes_shell
def clone_(
    shell: Shell, name: str, copy: str, without_data: bool, rows: int | None, hosts: tuple[str, ...],
    label: str | None, database: str,
) -> None:  # fmt: skip
    """Make a tenant COPY of NAME as it is now: with all its data, a sample, or none.

    API keys do not work in it, and mails and webhooks that wait are not sent a second time.
    """
    if without_data and rows is not None:
        raise click.UsageError("Give --rows or --without-data, not both.")
    wishes = Wishes(label=label, hosts=hosts, database=database)
    with shell.runtime() as runtime, shell.busy(f"Copying {name}"):
        done = clone(runtime, shell_operator(), name, copy, wishes, 0 if without_data else rows)
    shell.say(f"Made tenant {copy} of {name}: {done.rows} rows and {done.files} files.")
    if done.revoked:
        shell.say(f"{done.revoked} API keys are revoked in it, for it is a copy.")
    shell.answer({**told_manifest(done), "revoked_keys": done.revoked, "dropped_effects": done.dropped})


@click.command("move")
@click.argument("name")
@click.argument("database")
@takes_json
@takes_shell
def move_(shell: Shell, name: str, database: str) -> None:
    """Move a tenant to DATABASE, a name of FORMWORK_DATABASES or `own`. Meanwhile it says that it is worked on."""
    with shell.runtime() as runtime, shell.busy(f"Moving {name}"):
        found = move(runtime, shell_operator(), name, database)
    shell.say(f"Tenant {name} is in database {database}. People sign in anew.")
    shell.answer(plain(found))
