"""Publishing: a plan everybody can read, then one transaction from the old version to the new one.

The command line, package installation, the API and later Studio all come through here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formwork.catalog import Snapshot, link
from formwork.catalog.renames import NO_RENAMES, Renames, renames_between
from formwork.definitions.model import PackageContent
from formwork.definitions.stored import documents_hash, dump_packages
from formwork.fieldtypes.base import FieldType
from formwork.identity import audit
from formwork.kernel import Conflict
from formwork.publishing import indexes
from formwork.publishing.consent import consent_of
from formwork.publishing.conversion import conversions, settled, take_over
from formwork.publishing.difference import Difference, compare
from formwork.publishing.in_use import refusal_of
from formwork.publishing.retire import retire_names
from formwork.publishing.retired import Retired, note_moved
from formwork.publishing.revive import Revival, note_again, used_again
from formwork.publishing.stored import with_index
from formwork.publishing.versions import with_differences
from formwork.storage import Work, derive, locks, metadata, scan, system
from formwork.storage.schema import ddl, plan
from formwork.storage.schema.concern import Concern
from formwork.storage.schema.kept import NOTHING_KEPT
from formwork.storage.schema.step import NewIndex, SchemaStep

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do. `base` is the version it was made against; another one makes it stale.

    `documents` are the packages as they will be stored, but for the index of their Snapshot. `back` is what was
    retired and is used again with its values, `concerns` tell step by step how many rows it has to do with.
    """

    base: int
    snapshot: Snapshot
    packages: Mapping[str, PackageContent]
    differences: tuple[Difference, ...]
    steps: Sequence[SchemaStep]
    documents: Mapping[str, Any]
    renames: Renames = NO_RENAMES
    back: tuple[Retired, ...] = ()
    concerns: Sequence[Concern] = ()

    @property
    def is_empty(self) -> bool:
        """True when the tenant has exactly this metadata already."""
        return not self.differences and not self.steps

    @property
    def consent(self) -> str:
        """What a person hands back to say that exactly this may be put away; "" where nothing is."""
        return consent_of(self.base, self.snapshot.version, self.steps, self.concerns)


def check_packages(
    packages: Mapping[str, PackageContent], field_types: Mapping[str, FieldType], previous: Snapshot, version: str
) -> Snapshot:
    """Link packages; raises Invalid `metadata_invalid` with every problem when they cannot be published, Conflict
    `in_use` with who uses it when something is gone that is still named.

    `version` is the hash of their documents. What no change since `previous` concerns is taken over from it.
    """
    linked = link(packages, field_types, version=version, previous=previous)
    if linked.snapshot is None:
        raise refusal_of(previous, packages, linked.findings)
    return linked.snapshot


def plan_publish(
    work: Work,
    current: Snapshot,
    packages: Mapping[str, PackageContent],
    field_types: Mapping[str, FieldType],
    retired: Sequence[Retired] = (),
) -> Plan:
    """What must change for the tenant to have these packages; raises Invalid with every problem.

    What is `retired` is used again where the packages have it. In a unit of work that writes nobody else publishes
    from here on; raises Conflict `stale_base` when somebody did since `current` was read.
    """
    if work.writable:
        locks.lock_publishing(work)
    documents = dump_packages(packages)
    snapshot = check_packages(packages, field_types, current, documents_hash(documents))
    base = metadata.current_version(work)
    if base.version and base.hash != current.version:
        raise _stale()
    dialect = "postgresql" if work.place.is_postgres else "sqlite"
    taken = {spec.table for spec in current.objects.values()} if retired else set()
    kept = Revival(work, field_types).kept(retired, taken) if retired else NOTHING_KEPT
    steps = plan.plan_schema(current if base.version else None, snapshot, dialect, kept)
    steps, concerns = settled(work, current, snapshot, steps)
    differences, renames = compare(current, snapshot), renames_between(current, snapshot)
    back = used_again(steps, retired)
    return Plan(base.version, snapshot, packages, differences, steps, documents, renames, back, concerns)


def publish(work: Work, plan_: Plan, note: str = "") -> int:
    """Apply a plan in the open transaction and give the new version's number.

    Tables, computed values, documents and ledger are written together; an error leaves the old
    version whole. Indexes of large tables are built outside it, see `indexes`. Raises Conflict
    `stale_base` when another publish came first, Invalid `duplicates` when existing records break a unique rule.
    """
    locks.lock_publishing(work)
    if metadata.current_version(work).version != plan_.base:
        raise _stale()
    indexes.settle(work, plan_.base)
    large = indexes.on_large_tables(work, plan_.steps)
    prepared = indexes.prepare(work, plan_.base, plan_.steps, large)
    later = [step for step in large if step not in prepared and not _is_unique(step)]
    _change_tables(work, plan_, [one for one in plan_.steps if one not in prepared and one not in later])
    after = work.with_snapshot(plan_.snapshot)
    _compute(after, plan.computations(plan_.steps))
    documents = with_differences(with_index(plan_.documents, plan_.snapshot.index), plan_.differences)
    version = metadata.store_documents(work, plan_.base, plan_.snapshot.version, documents, note)
    system.remove(work, indexes.LEDGER, equals={"state": indexes.PREPARING})
    _record_steps(work, version, plan_.steps, later)
    told = {"version": version, "note": note, "differences": len(plan_.differences), "steps": len(plan_.steps)}
    audit.note(work, audit.Event.PUBLISH, detail=told)
    if later:
        indexes.finish_later(after, plan_.snapshot)
    return version


def _stale() -> Conflict:
    return Conflict(
        "Somebody else published in the meantime. Look at the new version and plan again.", code="stale_base"
    )


def _change_tables(work: Work, plan_: Plan, steps: Sequence[SchemaStep]) -> None:
    """Apply steps, and put right what is known by the names that change. Indexes wait for converted values."""
    converted = list(conversions(work.snapshot, plan_.snapshot, steps))
    tables = {one.step.table for one in converted}
    waiting = [step for step in steps if isinstance(step.change, NewIndex) and step.table in tables]
    moves = ddl.apply_schema(work, [step for step in steps if step not in waiting])
    note_moved(work, moves)
    note_again(work, plan_.snapshot, plan_.back)
    retire_names(work, plan_.snapshot, plan_.renames, plan_.base + 1)
    if converted:
        take_over(work.with_snapshot(plan_.snapshot), converted, moves, plan_.base + 1)
        ddl.apply_schema(work, waiting)


def _is_unique(step: SchemaStep) -> bool:
    return isinstance(step.change, NewIndex) and step.change.index.unique


def _record_steps(work: Work, version: int, steps: Sequence[SchemaStep], later: Sequence[SchemaStep]) -> None:
    rows = [
        {"version": version, "position": position, "kind": step.kind, "cost": step.cost.value,
         "sentence": step.sentence, "state": indexes.WAITING if step in later else indexes.DONE, "at": work.context.now}
        for position, step in enumerate(steps)
    ]  # fmt: skip
    system.append(work, indexes.LEDGER, rows)


def _compute(work: Work, wanted: Sequence[tuple[str, str]]) -> None:
    """Compute stored derived fields that are new or changed, and what follows from them, in their order."""
    fields = set(wanted)
    for derivation in work.snapshot.derivations if fields else ():
        place = (derivation.object, derivation.field)
        if place not in fields and not any((one.object, one.field) in fields for one in derivation.inputs):
            continue
        fields.add(place)
        for batch in scan.every_id(work, derivation.object, _BATCH):
            derive.recompute(work, derivation.object, [derivation.field], batch)


def merge_packages(
    present: Mapping[str, PackageContent], added: Mapping[str, PackageContent]
) -> dict[str, PackageContent]:
    """The tenant's packages with the added ones in place of their former versions."""
    return {**present, **added}
