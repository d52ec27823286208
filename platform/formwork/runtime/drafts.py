"""The draft of a tenant: laid over what is published, checked, planned and published like everything else."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from formwork.catalog import link
from formwork.definitions import package_files
from formwork.definitions.layer import TENANT
from formwork.definitions.load import load_texts
from formwork.definitions.model import Finding, PackageContent, Workspace
from formwork.kernel import Conflict, Invalid
from formwork.publishing import Plan, invalid_metadata
from formwork.publishing.draft import Draft, read_draft, settle_draft
from formwork.runtime.runtime import Runtime
from formwork.storage import Work


@dataclass(frozen=True, slots=True)
class Drafted:
    """The tenant's packages with the draft in them, and what is wrong in its files."""

    packages: Mapping[str, PackageContent]
    read: Workspace


def draft_of(runtime: Runtime, work: Work) -> Draft:
    """The draft of a tenant over the layer as published."""
    layer = runtime.snapshots.packages(work).get(TENANT)
    return read_draft(work, {} if layer is None else package_files(layer))


def lay_over(runtime: Runtime, work: Work, draft: Draft, paths: Collection[str] | None = None) -> Drafted:
    """The packages with the whole draft laid over, or with the changes of these documents only."""
    present = runtime.snapshots.packages(work)
    read = load_texts(draft.files(paths))
    layer = read.packages.get(TENANT)
    if layer is None:
        return Drafted({name: one for name, one in present.items() if name != TENANT}, read)
    return Drafted({**present, TENANT: layer}, read)


def check_draft(runtime: Runtime, work: Work, drafted: Drafted) -> tuple[Finding, ...]:
    """Everything that is wrong with the packages and the draft over them, in a fixed order."""
    linked = link(
        drafted.packages, runtime.registry.field_types, version="", previous=work.snapshot, lost=drafted.read.lost
    )
    return tuple(sorted({*drafted.read.findings, *linked.findings}))


def plan_draft(runtime: Runtime, work: Work, drafted: Drafted) -> Plan:
    """What publishing the draft would do; raises Invalid `metadata_invalid` with every problem."""
    if any(one.severity == "error" for one in drafted.read.findings):
        raise invalid_metadata([one for one in check_draft(runtime, work, drafted) if one.severity == "error"])
    layer = drafted.packages.get(TENANT)
    return runtime.plan(work, {} if layer is None else {TENANT: layer})


def publish_draft(
    runtime: Runtime, work: Work, draft: Draft, plan: Plan, paths: Collection[str] | None = None, note: str = ""
) -> Work:
    """Publish the plan of a draft, or of these documents of it, which then leave the draft.

    Gives the unit of work under the new metadata. Raises Invalid `nothing_to_publish`, Conflict `draft_behind`
    naming the documents that were published otherwise since they were changed.
    """
    chosen = [one for one in draft.documents if paths is None or one.path in paths]
    if not chosen:
        raise Invalid("Nothing is chosen to be published.", code="nothing_to_publish")
    behind = [one.path for one in chosen if draft.is_behind(one)]
    if behind:
        raise Conflict(
            "Another version of a changed document was published meanwhile. Compare both and keep or discard yours.",
            code="draft_behind",
            extra={"documents": behind},
        )
    after = runtime.publish(work, plan, note)
    settle_draft(after, chosen)
    return replace(after)
