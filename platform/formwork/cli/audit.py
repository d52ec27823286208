"""`audit`: the trail on the screen or in a file, and whether anybody touched it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.identity.audit import Entry, Event, Question, entries, names_of
from formwork.identity.audit_seal import verify_trail
from formwork.transfer.audit_export import export_audit

_takes_event = click.option("--event", type=click.Choice([one.value for one in Event]), help="Only this event.")
_takes_since = click.option("--since", type=click.DateTime(), help="Only later than this moment (UTC).")


@click.group()
def audit() -> None:
    """Read the audit trail, and find out whether anybody touched it."""


@audit.command("list")
@_takes_event
@_takes_since
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Entries at most.")
@takes_tenant
@takes_json
@takes_shell
def list_(shell: Shell, event: str | None, since: datetime | None, limit: int, tenant: str) -> None:
    """Show the newest entries."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "audit list") as work:
        found = entries(work, _question(event, since), limit)
        names = names_of(work, found)
    shell.table(("At (UTC)", "Event", "Who", "From", "What"), [
        (f"{one.at:%Y-%m-%d %H:%M:%S}", one.event, _who(one, names), one.address, _what(one)) for one in found
    ])  # fmt: skip
    shell.answer([asdict(one) for one in found])


@audit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_takes_event
@_takes_since
@takes_tenant
@takes_json
@takes_shell
def export(shell: Shell, file: Path, event: str | None, since: datetime | None, tenant: str) -> None:
    """Write entries to FILE as CSV, newest first. It is replaced when it is done."""
    part = file.with_name(f".{file.name}.part")
    with shell.runtime() as runtime, shell.busy("Exporting the audit trail"):
        try:
            with (
                runtime.system_read(chosen_tenant(runtime, tenant), "audit export") as work,
                part.open("wb") as out,
            ):
                for piece in export_audit(work, _question(event, since)):
                    out.write(piece)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    shell.say(f"Wrote {file}.")
    shell.answer({"file": str(file), "bytes": file.stat().st_size})


@audit.command("verify")
@takes_tenant
@takes_json
@takes_shell
def verify(shell: Shell, tenant: str) -> int:
    """Say whether anybody changed, added or took away entries. The exit code is 1 when somebody did."""
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        with shell.busy("Looking at every seal"), runtime.consistent_read(name, "audit verify") as work:
            verdict = verify_trail(work)
    for problem in verdict.problems:
        shell.say(problem)
    if not verdict.problems:
        shell.say(
            f"Nobody touched the {verdict.entries} entries under {verdict.seals} seals; "
            f"{verdict.unsealed} newer ones wait for theirs."
        )
    shell.answer({"tenant": name, **asdict(verdict)})
    return 1 if verdict.problems else 0


def _question(event: str | None, since: datetime | None) -> Question:
    return Question(event=event, since=None if since is None else since.replace(tzinfo=UTC))


def _who(entry: Entry, names: Mapping[UUID, str]) -> str:
    return names.get(entry.by, str(entry.by)) if entry.by is not None else entry.reason


def _what(entry: Entry) -> str:
    told = [f"{name}={value}" for name, value in entry.detail.items()]
    return " ".join([*([entry.object] if entry.object else []), *told])
