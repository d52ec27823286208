"""Packages as a tenant's database keeps them: with an index, by which they are linked object by object."""

from collections.abc import Mapping
from typing import Any

from formwork.catalog import Index, Snapshot, dump_index, link, link_stored, restore_index
from formwork.definitions.model import PackageContent
from formwork.definitions.stored import restore_packages
from formwork.fieldtypes.base import FieldType
from formwork.publishing.refusal import invalid_metadata


def with_index(documents: Mapping[str, Any], index: Index) -> dict[str, Any]:
    """The documents of packages together with the index of the Snapshot they were linked to."""
    return {**documents, "index": dump_index(index)}


def restore_snapshot(
    stored: Mapping[str, Any],
    field_types: Mapping[str, FieldType],
    version: str,
    packages: Mapping[str, PackageContent] | None = None,
) -> Snapshot:
    """The Snapshot of stored documents, without checking again what was checked before they were stored.

    Documents of an earlier version of the product are linked as a whole; raises Invalid `metadata_invalid`
    when this version finds a problem in them.
    """
    packages = restore_packages(stored) if packages is None else packages
    index = restore_index(stored.get("index"))
    if index is not None:
        return link_stored(packages, index, field_types, version)
    linked = link(packages, field_types, version=version)
    if linked.snapshot is None:
        raise invalid_metadata(linked.findings)
    return linked.snapshot
