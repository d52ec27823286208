"""Options that an import adds to fields: a change of the tenant's own layer, published like every other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formwork.definitions import package_files
from formwork.definitions.edit import new_text, set_value
from formwork.definitions.edit.objects import document_of
from formwork.definitions.layer import TENANT, with_manifest
from formwork.definitions.load import load_texts
from formwork.definitions.model import PackageContent
from formwork.publishing import Plan
from formwork.runtime.runtime import Runtime
from formwork.storage import Work
from formwork.transfer.options import NewOption


@dataclass(frozen=True, slots=True)
class TenantOptions:
    """An OptionMaker over the packages of the tenant at hand."""

    runtime: Runtime

    def try_on(self, work: Work, options: Sequence[NewOption]) -> Work:
        """The work under metadata with these options, nothing published. Adding options changes no table."""
        return work.with_snapshot(self._plan(work, options).snapshot)

    def publish(self, work: Work, options: Sequence[NewOption]) -> Work:
        """Publish them in this transaction; the note of the version names them."""
        work.unhurried()
        names = ", ".join(f"{one.object}.{one.field}: {one.label}" for one in options)
        return self.runtime.publish(work, self._plan(work, options), f"Options added by an import: {names}"[:200])

    def _plan(self, work: Work, options: Sequence[NewOption]) -> Plan:
        present = self.runtime.snapshots.packages(work)
        return self.runtime.plan(work, {TENANT: with_options(present, options)})


def with_options(present: Mapping[str, PackageContent], options: Sequence[NewOption]) -> PackageContent:
    """The tenant's own layer with these options added to fields."""
    own = present.get(TENANT)
    files = with_manifest({} if own is None else package_files(own))
    for one in options:
        path = document_of(files, one.object)
        text = files.get(path) or new_text({"extends": one.object})
        files[path] = set_value(text, ("fields", one.field, "options", one.code), one.label)
    return load_texts(files).packages[TENANT]
