"""`backup` and `restore`: a tenant as one zip, from and to either database."""

from dataclasses import asdict
from pathlib import Path

import click

from formwork.cli.operator import shell_operator
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.cli.tenant import currency_code, known_timezone
from formwork.runtime import Runtime
from formwork.runtime.keys import read_key
from formwork.runtime.tenants import Archived, Wishes, export_to, import_from
from formwork.runtime.tenants.entry import LOCALES


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@takes_tenant
@takes_json
@takes_shell
def backup(shell: Shell, file: Path, tenant: str) -> None:
    """Write a tenant to FILE, as it is at one moment, while others go on writing. Replaces FILE when it is done."""
    with shell.runtime() as runtime:
        write_to(shell, runtime, chosen_tenant(runtime, tenant), file)


def write_to(shell: Shell, runtime: Runtime, name: str, file: Path) -> None:
    """Write a tenant to a file and tell of it."""
    with shell.busy(f"Writing {name}"):
        done = export_to(runtime, shell_operator(), name, file)
    shell.say(f"Wrote {done.rows} rows and {done.files} files of tenant {name} to {file}.")
    shell.answer(told_manifest(done))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", required=True, help="The name of the new tenant.")
@click.option("--host", "hosts", multiple=True, help="A host name it answers to; may be repeated.")
@click.option("--label", help="The organisation's name as people read it, where it is to be another one.")
@click.option("--locale", type=click.Choice(LOCALES), help="Its language, where it is to be another one.")
@click.option("--timezone", callback=known_timezone, help="Where its days begin, where it is to be elsewhere.")
@click.option(
    "--currency",
    callback=currency_code,
    help="The ISO code of its currency, for a backup that does not say it. It cannot be another one.",
)
@click.option("--database", default="", help="A name of FORMWORK_DATABASES, or `own`.")
@click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the master key the backup was made under, when that is another one than now.",
)
@click.option("--keep-keys", is_flag=True, help="Let the API keys of the backup work in a tenant of another name.")
@takes_json
@takes_shell
def restore(
    shell: Shell, file: Path, tenant: str, hosts: tuple[str, ...], label: str | None, locale: str | None,
    timezone: str | None, currency: str | None, database: str, key_file: Path | None, keep_keys: bool,
) -> None:  # fmt: skip
    """Make a new tenant from a backup, on whichever database is set. Everybody signs in again.

    Under another name than the backup's it is a copy: the API keys are revoked in it, and what waits to be sent is not.
    """
    key = read_key(key_file.read_text().strip()) if key_file is not None else None
    wishes = Wishes(label, locale, timezone, currency, hosts, database, key, keep_keys)
    with file.open("rb") as source, shell.runtime() as runtime:
        with shell.busy(f"Restoring {tenant}"):
            done = import_from(runtime, shell_operator(), tenant, source, wishes)
        made = runtime.directory.get(tenant)
    rows = f"{done.rows} rows and {done.files} files"
    shell.say(f"Restored {rows} of {done.manifest.tenant} ({done.manifest.taken_at}) to tenant {tenant}.")
    shell.say(f"It reads in {made.locale}, its days begin in {made.timezone}, its currency is {made.currency}.")
    if done.revoked:
        shell.say(f"{done.revoked} API keys are revoked in it, for it is a copy. --keep-keys would have kept them.")
    shell.answer({**told_manifest(done), "revoked_keys": done.revoked, "dropped_effects": done.dropped})


def told_manifest(done: Archived) -> dict[str, object]:
    """What an archive holds, for `--json`."""
    manifest = done.manifest
    return {
        "tenant": manifest.tenant, "taken_at": manifest.taken_at, "metadata": manifest.metadata,
        "locality": None if manifest.locality is None else asdict(manifest.locality),
        "tables": {name: {"rows": one.rows, "sha256": one.sha256} for name, one in manifest.tables.items()},
        "files": done.files,
    }  # fmt: skip
