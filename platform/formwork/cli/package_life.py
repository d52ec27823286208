"""`package list|install|upgrade|uninstall`: the packages of a tenant."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from formwork.cli.publish import Unconfirmed, refuse_losses, show_steps
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.definitions.layer import TENANT
from formwork.publishing import Plan, describe_plan, open_package
from formwork.publishing.packages import required_by
from formwork.publishing.upgrade import PackageConflict, describe_conflict, sentence_of
from formwork.runtime import Runtime
from formwork.runtime.packages import Choices, PackagePlan, carry_out, plan_install, plan_uninstall, plan_upgrade
from formwork.storage import Work

Planner = Callable[[Runtime, Work], PackagePlan]
_GROUPS = (("Added", ("added",)), ("Changed", ("changed", "renamed")), ("Removed", ("removed",)))

_takes_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_takes_plan = click.option("--plan", "only_plan", is_flag=True, help="Show what it would do and do nothing.")
_takes_yes = click.option("--yes", is_flag=True, help="Do not ask before fields or objects are put away.")
_takes_consent = click.option("--consent", default="", help="The consent of the plan that was looked at.")
_takes_demo = click.option("--demo", is_flag=True, help="Load the demo records too.")
_takes_mine = click.option("--keep-mine", "mine", metavar="KEY", multiple=True, help="Keep your own; or `all`.")
_takes_theirs = click.option(
    "--take-theirs", "theirs", metavar="KEY", multiple=True, help="Take the package's; or `all`."
)


@click.command("list")
@takes_tenant
@takes_json
@takes_shell
def list_(shell: Shell, tenant: str) -> None:
    """The packages of a tenant: version, what they require and who requires them."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "list packages") as work:
        present = runtime.snapshots.packages(work)
        order = work.snapshot.index.order
    found = [
        {
            "package": one.name, "version": one.manifest.version, "label": one.manifest.label,
            "requires": dict(one.manifest.requires), "required_by": required_by(present, one.name),
            "own": one.name == TENANT,
        }
        for one in (present[name] for name in order)
    ]  # fmt: skip
    rows = [
        (one["package"], one["version"], one["label"], ", ".join(required_by(present, str(one["package"]))))
        for one in found
    ]
    shell.table(("package", "version", "label", "required by"), rows)
    shell.answer(found)


@click.command()
@_takes_file
@_takes_plan
@_takes_demo
@takes_tenant
@takes_json
@takes_shell
def install(shell: Shell, file: Path, only_plan: bool, demo: bool, tenant: str) -> None:
    """Install the package of FILE with its records, all or nothing."""
    package = open_package(file.read_bytes()).content()
    note = f"Install {package.name} {package.manifest.version}."
    _fulfil(shell, tenant, _Wish(note, partial(plan_install, package=package), only_plan, demo))


@click.command()
@_takes_file
@_takes_mine
@_takes_theirs
@_takes_plan
@_takes_demo
@_takes_yes
@_takes_consent
@takes_tenant
@takes_json
@takes_shell
def upgrade(
    shell: Shell, file: Path, mine: Sequence[str], theirs: Sequence[str], only_plan: bool, demo: bool, yes: bool,
    consent: str, tenant: str,
) -> None:  # fmt: skip
    """Bring a package to the version of FILE. What you changed and the package changed too is listed to be chosen."""
    package = open_package(file.read_bytes()).content()
    note, choices = f"Upgrade {package.name} to {package.manifest.version}.", Choices(mine, theirs)
    planner = partial(plan_upgrade, package=package, choices=choices)
    _fulfil(shell, tenant, _Wish(note, planner, only_plan, demo, yes, consent))


@click.command()
@click.argument("name")
@_takes_theirs
@_takes_plan
@_takes_yes
@_takes_consent
@takes_tenant
@takes_json
@takes_shell
def uninstall(
    shell: Shell, name: str, theirs: Sequence[str], only_plan: bool, yes: bool, consent: str, tenant: str
) -> None:
    """Take a package away. Its objects and fields are put away with their values."""
    planner = partial(plan_uninstall, name=name, choices=Choices(theirs=theirs))
    _fulfil(shell, tenant, _Wish(f"Uninstall {name}.", planner, only_plan, yes=yes, consent=consent))


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants done with a package, and what they have agreed to."""

    note: str
    planner: Planner
    only_plan: bool = False
    demo: bool = False
    yes: bool = False
    consent: str = ""


def _fulfil(shell: Shell, tenant: str, wish: _Wish) -> None:
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        if wish.only_plan:
            with shell.busy("Comparing with what is there"), runtime.system_read(name, wish.note) as work:
                planned = wish.planner(runtime, work)
            show_groups(shell, planned.plan, planned.conflicts)
            shell.answer(_answer(name, planned, published=False))
            return
        try:
            planned, created = _carry_out(shell, runtime, name, wish)
        except Unconfirmed:
            if not sys.stdin.isatty():
                raise
            click.confirm("Values are put away. Go on?", abort=True, err=True)
            planned, created = _carry_out(shell, runtime, name, replace(wish, yes=True))
    shell.say(f"{wish.note} Done." if not planned.plan.is_empty else "Nothing differs.")
    for object, count in created.items():
        shell.say(f"  {object}: {count} records")
    shell.answer({**_answer(name, planned, published=not planned.plan.is_empty), "records": created})


def _carry_out(shell: Shell, runtime: Runtime, name: str, wish: _Wish) -> tuple[PackagePlan, dict[str, int]]:
    with runtime.system_write(name, wish.note) as work:
        with shell.busy("Comparing with what is there"):
            planned = wish.planner(runtime, work)
        show_groups(shell, planned.plan, planned.conflicts)
        if not wish.yes:
            refuse_losses(planned.plan, wish.consent)
        with shell.busy("Publishing"):
            done = carry_out(runtime, planned, work, wish.note, demo=wish.demo)
        return planned, dict(done.created)


def show_groups(shell: Shell, plan: Plan, conflicts: Sequence[PackageConflict]) -> None:
    """What a package would add, change and remove, and what was chosen for."""
    for title, kinds in _GROUPS:
        found = [one.sentence for one in plan.differences if one.kind in kinds]
        if found:
            shell.say(f"{title}:")
            for sentence in found:
                shell.say(f"  {sentence}")
    if conflicts:
        shell.say("Chosen for:")
        for one in conflicts:
            shell.say(f"  {sentence_of(one)}")
    show_steps(shell, plan)


def _answer(tenant: str, planned: PackagePlan, *, published: bool) -> dict[str, Any]:
    conflicts = [describe_conflict(one) for one in planned.conflicts]
    return {"tenant": tenant, "published": published, "plan": describe_plan(planned.plan), "conflicts": conflicts}
