"""`backup` and `restore`: a tenant as one zip, from and to either database."""

import os
from dataclasses import asdict, replace
from pathlib import Path

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.cli.tenant import LOCALES, currency_code, known_timezone
from formwork.files.carry import pack_contents, unpack_contents
from formwork.identity import revoke_every_key
from formwork.publishing.restore import restore as restore_into
from formwork.runtime.keys import read_key
from formwork.storage import Tenant
from formwork.storage.upkeep.backup import Locality, Manifest, read_manifest, write_backup


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@takes_tenant
@takes_json
@takes_shell
def backup(shell: Shell, file: Path, tenant: str) -> None:
    """Write a tenant to FILE, as it is at one moment, while others go on writing. Replaces FILE when it is done."""
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        part = file.with_name(f".{file.name}.part")
        try:
            with part.open("w+b") as target:
                with shell.busy(f"Backing up {name}"), runtime.consistent_read(name, "backup") as work:
                    manifest = write_backup(work, target, runtime.directory.get(name).label)
                    files = pack_contents(work, runtime.blobs(name), target)
                target.flush()
                os.fsync(target.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    shell.say(f"Wrote {_rows(manifest)} rows and {files} files of tenant {name} to {file}.")
    shell.answer({**_plain(manifest), "files": files})


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
    timezone: str | None, currency: str | None, key_file: Path | None, keep_keys: bool,
) -> None:  # fmt: skip
    """Make a new tenant from a backup, on whichever database is set. Everybody signs in again.

    Under another name than the backup's it is a copy, and the API keys are revoked in it.
    """
    with file.open("rb") as source, shell.runtime() as runtime:
        place = _locality(read_manifest(source), label, locale, timezone, currency)
        key = read_key(key_file.read_text().strip()) if key_file is not None else None
        entry = Tenant(
            tenant, runtime.clock.now(), place.label or tenant, place.locale, place.timezone, place.currency, hosts
        )
        runtime.create_tenant(entry)
        runtime.directory.change(tenant, state="creating")
        done = False
        try:
            with shell.busy(f"Restoring {tenant}"), runtime.system_write(tenant, "restore") as work:
                manifest = restore_into(work, source, runtime.registry.field_types)
                runtime.take_over(work, manifest.tenant, key)
                files = unpack_contents(work, runtime.blobs(tenant), source)
                is_copy = manifest.tenant != tenant
                revoked = revoke_every_key(work) if is_copy and not keep_keys else 0
            runtime.directory.change(tenant, state="active")
            done = True
        finally:
            if not done:
                runtime.stores.drop(tenant)
                runtime.blobs(tenant).clear()
    rows = f"{_rows(manifest)} rows and {files} files"
    shell.say(f"Restored {rows} of {manifest.tenant} ({manifest.taken_at}) to tenant {tenant}.")
    shell.say(f"It reads in {place.locale}, its days begin in {place.timezone}, its currency is {place.currency}.")
    if revoked:
        shell.say(f"{revoked} API keys are revoked in it, for it is a copy. --keep-keys would have kept them.")
    shell.answer({**_plain(manifest), "files": files, "revoked_keys": revoked})


def _locality(
    manifest: Manifest, label: str | None, locale: str | None, timezone: str | None, currency: str | None
) -> Locality:
    """What the backup says, but for what the options say otherwise.

    Raises click.UsageError for another currency, and for a backup that says nothing while options do not either.
    """
    told = manifest.locality
    if told is None:
        if locale is None or timezone is None or currency is None:
            raise click.UsageError(
                "This backup is of an older version and does not say its language, time zone and currency. "
                "Give --locale, --timezone and --currency as they were: stored amounts are in that currency."
            )
        return Locality(label or "", locale, timezone, currency)
    if currency not in (None, told.currency):
        raise click.UsageError(
            f"The amounts of this backup are kept in {told.currency}, so it cannot be restored in {currency}. "
            "Leave --currency out."
        )
    return replace(told, label=label or told.label, locale=locale or told.locale, timezone=timezone or told.timezone)


def _rows(manifest: Manifest) -> int:
    return sum(one.rows for one in manifest.tables.values())


def _plain(manifest: Manifest) -> dict[str, object]:
    return {
        "tenant": manifest.tenant, "taken_at": manifest.taken_at, "metadata": manifest.metadata,
        "locality": None if manifest.locality is None else asdict(manifest.locality),
        "tables": {name: {"rows": one.rows, "sha256": one.sha256} for name, one in manifest.tables.items()},
    }  # fmt: skip
