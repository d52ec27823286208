"""`plan` and `apply`: what a workspace would change in a tenant, and changing it."""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from formwork.cli.install import Installed, install
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.kernel import Refused
from formwork.publishing import Plan, describe_plan
from formwork.runtime.shelves import load_folders, workspace_folder

_takes_folders = click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))


@click.command()
@_takes_folders
@takes_tenant
@takes_json
@takes_shell
def plan(shell: Shell, folders: Sequence[Path], tenant: str) -> None:
    """Show what applying workspaces would change. Changes nothing."""
    with shell.runtime() as runtime, shell.busy("Comparing with what is there"):
        packages = load_folders(runtime, folders or [workspace_folder(shell.settings, None)])
        with runtime.system_read(chosen_tenant(runtime, tenant), "plan packages") as work:
            planned = runtime.plan(work, packages)
    show_plan(shell, planned)
    shell.answer(describe_plan(planned))


@click.command()
@_takes_folders
@takes_tenant
@click.option("--demo", is_flag=True, help="Load the demo records of the packages too.")
@click.option("--yes", is_flag=True, help="Do not ask before fields or objects with their values are put away.")
@click.option("--consent", default="", help="The consent of the plan that was looked at, instead of a yes to any.")
@takes_json
@takes_shell
def apply(shell: Shell, folders: Sequence[Path], tenant: str, demo: bool, yes: bool, consent: str) -> None:
    """Publish workspaces to a tenant and load the records they bring, all of it or nothing.

    A server that is running uses the new metadata from its next request on.
    """
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        with shell.busy("Reading packages"):
            packages = load_folders(runtime, folders or [workspace_folder(shell.settings, None)])
        show = show_plan if yes else partial(_show_agreed, consent)
        try:
            done = install(shell, runtime, name, packages, demo=demo, show=show)
        except Unconfirmed:
            if not sys.stdin.isatty():
                raise
            click.confirm("Values are put away. Go on?", abort=True, err=True)
            done = install(shell, runtime, name, packages, demo=demo)
    shell.say(f"Applied to tenant {name}." if not done.plan.is_empty else f"Tenant {name} was up to date.")
    for object, count in done.created.items():
        shell.say(f"  {object}: {count} records")
    shell.answer(answer_of(name, done))


class Unconfirmed(Refused):
    """The plan puts values away and nobody has said yes. Raised inside the transaction, which it undoes."""


def _show_agreed(consent: str, shell: Shell, plan_: Plan) -> None:
    show_plan(shell, plan_)
    refuse_losses(plan_, consent)


def refuse_losses(plan_: Plan, consent: str) -> None:
    """Raise Refused `unconfirmed` when a plan puts values away and `consent` is not its own."""
    if plan_.consent and consent != plan_.consent:
        raise Unconfirmed(
            "The plan puts fields or objects away, with their values. Look at it, then say --yes, or "
            f"--consent {plan_.consent} for exactly this plan.",
            code="unconfirmed",
        )


def answer_of(tenant: str, done: Installed) -> dict[str, Any]:
    """An installation as JSON-ready values."""
    return {
        "tenant": tenant,
        "published": not done.plan.is_empty,
        "plan": describe_plan(done.plan),
        "records": done.created,
    }


def show_plan(shell: Shell, plan_: Plan) -> None:
    """A plan for a person: what differs, then the steps in the database with their cost."""
    if plan_.is_empty:
        shell.say("Nothing differs.")
        return
    shell.say("What changes:")
    for one in plan_.differences:
        shell.say(f"  {one.sentence}")
    show_steps(shell, plan_)


def show_steps(shell: Shell, plan_: Plan) -> None:
    """What a plan does in the database, and the consent it wants."""
    if plan_.steps:
        shell.say("In the database:")
        for step, concern in zip(plan_.steps, plan_.concerns, strict=True):
            rows = "" if concern.rows is None else f" ({concern.rows:,} rows)"
            shell.say(f"  [{step.cost.value}] {step.sentence}{rows}")
    if plan_.consent:
        shell.say(f"Consent to exactly this: {plan_.consent}")
