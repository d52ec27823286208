"""Snapshots by content: tenants on the same metadata share one, and a publish is seen at the next request."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from formwork.catalog import Snapshot
from formwork.definitions.model import PackageContent
from formwork.definitions.stored import restore_packages
from formwork.publishing import restore_snapshot
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
        self._packages: dict[str, Mapping[str, PackageContent]] = {}
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
        if version.version == 0:
            return {}
        if version.hash not in self._packages:
            self._load(work, version)
        return dict(self._packages[version.hash])

    def keep(self, snapshot: Snapshot, packages: Mapping[str, PackageContent]) -> None:
        """Remember a Snapshot and the packages it was linked from: the next publish compares with them."""
        with self._lock:
            self._known[snapshot.version] = snapshot
            self._packages[snapshot.version] = packages
            while len(self._known) > _MOST:
                gone, _ = self._known.popitem(last=False)
                self._packages.pop(gone, None)

    def _load(self, work: Work, version: metadata.MetadataVersion) -> Snapshot:
        stored = metadata.load_documents(work, version.version)
        packages = restore_packages(stored)
        snapshot = restore_snapshot(stored, self._registry.field_types, version.hash, packages)
        self.keep(snapshot, packages)
        return snapshot
