"""A backup into a new tenant: its metadata is linked, its tables are made, then its rows are filled in."""

from collections.abc import Mapping
from typing import BinaryIO

from formwork.catalog import link
from formwork.definitions.stored import restore_packages
from formwork.fieldtypes.base import FieldType
from formwork.publishing.refusal import invalid_metadata
from formwork.storage import Work, locks
from formwork.storage.schema import ddl, plan
from formwork.storage.upkeep.backup import Manifest, read_documents, read_manifest, restore_backup


def restore(work: Work, file: BinaryIO, field_types: Mapping[str, FieldType]) -> Manifest:
    """Fill a tenant that is empty, in the open transaction; an error leaves it empty.

    Raises Invalid `bad_backup` for a file that is none or damaged, Conflict `not_empty`.
    """
    manifest = read_manifest(file)
    documents = read_documents(file)
    if documents:
        linked = link(restore_packages(documents), field_types, version=manifest.metadata)
        if linked.snapshot is None:
            raise invalid_metadata(linked.findings)
        locks.lock_publishing(work)
        dialect = "postgresql" if work.place.is_postgres else "sqlite"
        ddl.apply_schema(work, plan.plan_schema(None, linked.snapshot, dialect))
        work = work.with_snapshot(linked.snapshot)
    return restore_backup(work, file)
