"""One file with all of a tenant: metadata, records, files. Written while others write, restored on any database."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeAlias

from formwork.files.carry import pack_contents, unpack_contents
from formwork.identity import revoke_every_key
from formwork.identity.link import end_every_link
from formwork.jobs.outbox import drop_waiting
from formwork.kernel import Invalid
from formwork.publishing.restore import restore
from formwork.runtime.runtime import Runtime
from formwork.runtime.tenants.entry import require_entry
from formwork.runtime.tenants.lifecycle import remove
from formwork.runtime.tenants.operator import Operator
from formwork.storage import State, Tenant, Work
from formwork.storage.standing import set_suspended
from formwork.storage.upkeep.backup import Locality, Manifest, read_manifest, write_backup
from formwork.storage.upkeep.part import EVERYTHING, Part

Choose: TypeAlias = Callable[[Work], Part]
"""Says which part of a tenant goes along."""


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive holds: what it says of itself, and how many files."""

    manifest: Manifest
    files: int

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.manifest.tables.values())


@dataclass(frozen=True, slots=True)
class Restored(Archived):
    """What was restored; `revoked` API keys do not work in it, `dropped` waiting effects are not done again."""

    revoked: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a restored tenant is to be otherwise than its archive says; None leaves it.

    `key` is the master key the archive was made under, None for this installation's.
    """

    label: str | None = None
    locale: str | None = None
    timezone: str | None = None
    currency: str | None = None
    hosts: tuple[str, ...] = ()
    database: str = ""
    key: bytes | None = None
    keep_keys: bool = False


def export_to(runtime: Runtime, by: Operator, name: str, file: Path) -> Archived:
    """Write a tenant as it is at one moment to a file, which is replaced when it is whole."""
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("w+b") as target:
            found = export_stream(runtime, by, name, target)
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return found


def export_stream(runtime: Runtime, by: Operator, name: str, target: BinaryIO) -> Archived:
    """Write a tenant to a seekable file; it is told of before anybody can have it."""
    found = write_archive(runtime, name, target)
    by.tell_tenant(runtime, "export", name, {"rows": found.rows, "files": found.files})
    return found


def write_archive(runtime: Runtime, name: str, target: BinaryIO, choose: Choose | None = None) -> Archived:
    """Write a tenant, or the part of it that is chosen, to a seekable file."""
    with runtime.consistent_read(name, "export") as work:
        part = EVERYTHING if choose is None else choose(work)
        manifest = write_backup(work, target, runtime.directory.get(name).label, part)
        return Archived(manifest, pack_contents(work, runtime.blobs(name), target, part))


def import_from(
    runtime: Runtime, by: Operator, name: str, source: BinaryIO, wishes: Wishes, act: str = "import"
) -> Restored:
    """Make a new tenant from an archive; nothing of it is left when that fails. Everybody signs in again.

    Under another name than the archive's it is a copy: API keys are revoked, and effects that waited are not done a
    second time. Raises Invalid `bad_backup` or `bad_locality`, Conflict for a name or host that is taken.
    """
    place = locality(read_manifest(source), wishes)
    entry = Tenant(
        name, runtime.clock.now(), place.label or name, place.locale, place.timezone, place.currency, wishes.hosts,
        wishes.database,
    )  # fmt: skip
    require_entry(entry)
    runtime.stores.create(entry, State.CREATING)
    done = False
    try:
        with runtime.system_write(name, "restore") as work:
            restored = fill(runtime, work, source, wishes)
        runtime.directory.change(name, state=State.ACTIVE)
        done = True
    finally:
        if not done:
            remove(runtime, name)
    told = {"from": restored.manifest.tenant, "taken_at": restored.manifest.taken_at, "rows": restored.rows}
    by.tell(runtime, act, name, told)
    return restored


def fill(runtime: Runtime, work: Work, source: BinaryIO, wishes: Wishes) -> Restored:
    """Fill the empty tenant of an open unit of work from an archive."""
    name = work.context.tenant
    manifest = restore(work, source, runtime.registry.field_types)
    work = work.with_snapshot(runtime.snapshots.current(work))
    runtime.take_over(work, manifest.tenant, wishes.key)
    set_suspended(work, False)
    files = unpack_contents(work, runtime.blobs(name), source)
    is_copy = manifest.tenant != name
    if is_copy:
        end_every_link(work)
    revoked = revoke_every_key(work) if is_copy and not wishes.keep_keys else 0
    return Restored(manifest, files, revoked, drop_waiting(work) if is_copy else 0)


def locality(manifest: Manifest, wishes: Wishes) -> Locality:
    """What the archive says, but for what the wishes say otherwise.

    Raises Invalid `bad_locality` for another currency, and for an archive that says nothing while they do not either.
    """
    told = manifest.locality
    if told is None:
        if wishes.locale is None or wishes.timezone is None or wishes.currency is None:
            raise Invalid(
                "This backup is of an older version and does not say its language, time zone and currency. "
                "Give --locale, --timezone and --currency as they were: stored amounts are in that currency.",
                code="bad_locality",
            )
        return Locality(wishes.label or "", wishes.locale, wishes.timezone, wishes.currency)
    if wishes.currency not in (None, told.currency):
        raise Invalid(
            f"The amounts of this backup are kept in {told.currency}, so it cannot be restored in {wishes.currency}. "
            "Leave --currency out.",
            code="bad_locality",
        )
    return replace(
        told, label=wishes.label or told.label, locale=wishes.locale or told.locale,
        timezone=wishes.timezone or told.timezone,
    )  # fmt: skip
