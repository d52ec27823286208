"""Snapshots by content: tenants on the same metadata share one, and a publish is seen at the next request."""

from collections import OrderedDict
from threading import Lock

from formwork.catalog import Snapshot
from formwork.definitions.model import PackageContent
from formwork.publishing import restore_packages, restore_snapshot
from formwork.runtime.registry import Registry
from formwork.storage import NO_METADATA, Work, metadata
from formwork.storage.standing import standing_of

_MOST = 256
"""Snapshots kept in memory; the least recently used one goes first."""


class Snapshots:
    """One per process."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = Lock()

    def current(self, work: Work) -> Snapshot:
        """The Snapshot of the tenant's version in force: one small read when it is in memory."""
        standing = standing_of(work)
        if standing.version == 0:
            return NO_METADATA
        found = self._known.get(standing.hash)
        return found if found is not None else self._load(work, metadata.current_version(work))

    def packages(self, work: Work) -> dict[str, PackageContent]:
        """The packages of the version in force, as definitions."""
        version = metadata.current_version(work)
        return restore_packages(metadata.load_documents(work, version.version)) if version.version else {}

    def keep(self, snapshot: Snapshot) -> None:
        """Remember a Snapshot that was just published here."""
        with self._lock:
            self._known[snapshot.version] = snapshot
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def _load(self, work: Work, version: metadata.MetadataVersion) -> Snapshot:
        stored = metadata.load_documents(work, version.version)
        snapshot = restore_snapshot(stored, self._registry.field_types, version.hash)
        self.keep(snapshot)
        return snapshot
