"""Packages into a tenant: publish what differs, then the records they bring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from formwork.cli.shell import Shell
from formwork.definitions.model import PackageContent
from formwork.publishing import Plan, load_seeds
from formwork.runtime import Runtime


@dataclass(slots=True)
class Installed:
    """What an installation did: the plan that was published, records made by object."""

    plan: Plan
    created: dict[str, int] = field(default_factory=dict)


def say_nothing(_shell: Shell, _plan: Plan) -> None:
    """Publish without telling the plan."""


def install(
    shell: Shell,
    runtime: Runtime,
    tenant: str,
    packages: Mapping[str, PackageContent],
    *,
    demo: bool,
    show: Callable[[Shell, Plan], None] = say_nothing,
) -> Installed:
    """Publish packages and load their seeds, in one transaction: an error leaves the tenant as it was.

    `show` is called with the plan before it is published.
    """
    with runtime.system_write(tenant, "install packages") as work:
        with shell.busy("Comparing with what is there"):
            plan = runtime.plan(work, packages)
        show(shell, plan)
        done = Installed(plan)
        if not plan.is_empty:
            with shell.busy(f"Publishing: {len(plan.steps)} steps"):
                work = runtime.publish(work, plan, "Installed from the command line.")
        seeds = [seed for package in packages.values() for seed in package.seeds]
        with shell.busy("Loading records"):
            report = load_seeds(work, seeds, demo=demo)
        done.created = {name: count for name, count in report.created.items() if count}
    return done
