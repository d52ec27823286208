"""Packages installed, upgraded and taken away: planned like every publish, with the choices the layer needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from formwork.definitions.layer import TENANT
from formwork.definitions.model import PackageContent
from formwork.publishing import Plan, load_seeds, plan_publish
from formwork.publishing.packages import installed, uninstalled, upgraded
from formwork.publishing.upgrade import PackageConflict, conflicts_between, settled
from formwork.runtime.runtime import Runtime
from formwork.storage import Work


@dataclass(frozen=True, slots=True)
class Choices:
    """Who has the say where a package and the layer changed one key: keys, parts above them, or `all`."""

    mine: Collection[str] = ()
    theirs: Collection[str] = ()


NO_CHOICES = Choices()


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """What publishing would do, the conflicts that were settled for it, and the package whose seeds come along."""

    plan: Plan
    conflicts: tuple[PackageConflict, ...] = ()
    package: PackageContent | None = None


@dataclass(frozen=True, slots=True)
class PackageDone:
    """The unit of work under the new metadata, and how many records of each object were made."""

    work: Work
    created: Mapping[str, int] = field(default_factory=dict)


def plan_install(runtime: Runtime, work: Work, package: PackageContent) -> PackagePlan:
    """What installing a package would do; raises Conflict `package_installed`, Invalid `metadata_invalid`."""
    return _planned(runtime, work, installed(runtime.snapshots.packages(work), package), NO_CHOICES, package)


def plan_upgrade(runtime: Runtime, work: Work, package: PackageContent, choices: Choices = NO_CHOICES) -> PackagePlan:
    """What another version of a package would do.

    Raises NotFound `unknown_package` or `unknown_key`, Conflict `older_version` or `package_conflicts` naming each key
    that nobody has chosen for, and Invalid `metadata_invalid`.
    """
    return _planned(runtime, work, upgraded(runtime.snapshots.packages(work), package), choices, package)


def plan_uninstall(runtime: Runtime, work: Work, name: str, choices: Choices = NO_CHOICES) -> PackagePlan:
    """What taking a package away would do; its objects and fields are retired with their values.

    Raises NotFound `unknown_package` or `unknown_key`, and Conflict `required_by`, `package_conflicts`, or `in_use`
    where what the tenant made itself cannot do without it.
    """
    return _planned(runtime, work, uninstalled(runtime.snapshots.packages(work), name), choices, None)


def carry_out(runtime: Runtime, planned: PackagePlan, work: Work, note: str, *, demo: bool = False) -> PackageDone:
    """Publish a plan and load the records of its package, in the open transaction."""
    if not planned.plan.is_empty:
        work = runtime.publish(work, planned.plan, note)
    if planned.package is None:
        return PackageDone(work)
    report = load_seeds(work, planned.package.seeds, demo=demo)
    return PackageDone(work, {name: count for name, count in report.created.items() if count})


def _planned(
    runtime: Runtime, work: Work, after: dict[str, PackageContent], choices: Choices, package: PackageContent | None
) -> PackagePlan:
    present = runtime.snapshots.packages(work)
    found = conflicts_between(present, after)
    layer = settled(present.get(TENANT), found, choices.mine, choices.theirs)
    after = {name: one for name, one in after.items() if name != TENANT} | ({} if layer is None else {TENANT: layer})
    plan = plan_publish(work, work.snapshot, after, runtime.registry.field_types)
    return PackagePlan(plan, found, package)
