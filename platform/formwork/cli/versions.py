"""`versions`, `diff`, `rollback`, `retired`: what was published, and going back to it."""

from collections.abc import Sequence
from typing import Any

import click

from formwork.cli.publish import refuse_losses, show_plan
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.publishing import Plan, describe_plan
from formwork.publishing.retired import list_retired
from formwork.publishing.versions import describe_difference, differences_between
from formwork.runtime import Runtime
from formwork.runtime.going_back import restoring, rolling_back
from formwork.storage import Work, metadata

_takes_yes = click.option("--yes", is_flag=True, help="Do not ask before values are put away.")
_takes_consent = click.option("--consent", default="", help="The consent of the plan that was looked at.")


@click.command()
@click.argument("old", type=click.IntRange(0))
@click.argument("new", type=click.IntRange(0), required=False)
@takes_tenant
@takes_json
@takes_shell
def diff(shell: Shell, old: int, new: int | None, tenant: str) -> None:
    """Show what differs from version OLD of the metadata to NEW, or to the one in force."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "diff") as work:
        to = metadata.current_version(work).version if new is None else new
        found = differences_between(work, old, to, runtime.registry.field_types)
    for one in found:
        shell.say(one.sentence)
        for key, (was, now) in one.changes.items():
            shell.say(f"  {key}: {_written(was)} → {_written(now)}")
    if not found:
        shell.say("Nothing differs.")
    shell.answer({"from": old, "to": to, "differences": [describe_difference(one) for one in found]})


@click.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Versions at most.")
@takes_tenant
@takes_json
@takes_shell
def versions(shell: Shell, limit: int, tenant: str) -> None:
    """Show the versions of the metadata that were published, the newest first."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "versions") as work:
        found = metadata.list_versions(work, limit)
    rows = [(one.version, f"{one.at:%Y-%m-%d %H:%M:%S}" if one.at else "", one.note) for one in found]
    shell.table(("Version", "At (UTC)", "What for"), rows)
    shell.answer([{"version": one.version, "at": one.at, "by": one.by, "note": one.note} for one in found])


@click.command()
@click.argument("version", type=click.IntRange(1))
@click.option("--plan", "only_plan", is_flag=True, help="Show what it would do and change nothing.")
@_takes_yes
@_takes_consent
@takes_tenant
@takes_json
@takes_shell
def rollback(shell: Shell, version: int, only_plan: bool, yes: bool, consent: str, tenant: str) -> None:
    """Publish an older VERSION of the metadata as a new one; what was retired since comes back with its values."""

    def make(runtime: Runtime, work: Work) -> Plan:
        return rolling_back(runtime, work, version)

    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        if only_plan:
            with runtime.system_read(name, "plan a roll back") as work:
                planned = make(runtime, work)
            show_plan(shell, planned)
            shell.answer(describe_plan(planned))
            return
        with runtime.system_write(name, "roll back") as work:
            planned = make(runtime, work)
            _publish(shell, runtime, work, planned, f"Back to version {version}.", None if yes else consent)


@click.group()
def retired() -> None:
    """Look at fields and objects that were taken away, and bring them back."""


@retired.command("list")
@takes_tenant
@takes_json
@takes_shell
def list_(shell: Shell, tenant: str) -> None:
    """Show what can be brought back, the newest first."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "retired") as work:
        found = [one for one in list_retired(work) if one.definition is not None]
    rows = [(_path(one.object, one.field), one.label, f"{one.at:%Y-%m-%d %H:%M:%S}", one.version) for one in found]
    shell.table(("What", "Label", "Retired at (UTC)", "By version"), rows)
    shell.answer([
        {"object": one.object, "field": one.field or None, "label": one.label, "at": one.at, "version": one.version}
        for one in found
    ])  # fmt: skip


@retired.command("restore")
@click.argument("what", metavar="OBJECT[.FIELD]")
@takes_tenant
@takes_json
@takes_shell
def restore(shell: Shell, what: str, tenant: str) -> None:
    """Bring a field or an object back with its values."""
    object, _, field = what.partition(".")
    with shell.runtime() as runtime, runtime.system_write(chosen_tenant(runtime, tenant), "restore") as work:
        planned = restoring(runtime, work, object, field)
        _publish(shell, runtime, work, planned, f"{what} brought back.", "")


def _publish(shell: Shell, runtime: Runtime, work: Work, planned: Plan, note: str, consent: str | None) -> None:
    """Show a plan and publish it; raises Refused `unconfirmed` when it loses values nobody agreed to."""
    show_plan(shell, planned)
    if consent is not None:
        refuse_losses(planned, consent)
    if not planned.is_empty:
        runtime.publish(work, planned, note)
    shell.answer({"published": not planned.is_empty, "plan": describe_plan(planned)})


def _path(object: str, field: str) -> str:
    return f"{object}.{field}" if field else object


def _written(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(one) for one in value)
    return "nothing" if value is None else str(value)
