"""`privacy`: one person found, exported and anonymised."""

from dataclasses import asdict
from pathlib import Path

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.kernel import Invalid, parse_id
from formwork.privacy import Found, Subject, find_erasure, find_person, preview_erasure, records_of
from formwork.privacy.bundle import bundle
from formwork.privacy.retention import due_records
from formwork.runtime.erasures import ask_for_erasure, finish_erasures

_takes_records = click.argument("records", nargs=-1, required=True, metavar="OBJECT:ID...")


@click.group()
def privacy() -> None:
    """Find, export and anonymise everything known about one person."""


@privacy.command("find")
@click.argument("text")
@takes_tenant
@takes_json
@takes_shell
def find(shell: Shell, text: str, tenant: str) -> None:
    """Show the records about people that hold TEXT: a name, an address of mail, a number."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "privacy find") as work:
        found = find_person(work, text)
    _show(shell, found)


@privacy.command("show")
@_takes_records
@takes_tenant
@takes_json
@takes_shell
def show(shell: Shell, records: tuple[str, ...], tenant: str) -> None:
    """Show what else is probably the same person's, and how many records anonymising RECORDS changes."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "privacy show") as work:
        subjects = _subjects(records)
        found, changes = records_of(work, subjects), preview_erasure(work, subjects)
    _show(shell, found)
    shell.table(("Changes in", "Records"), [(name, str(count)) for name, count in changes.items()])


@privacy.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_takes_records
@takes_tenant
@takes_json
@takes_shell
def export(shell: Shell, file: Path, records: tuple[str, ...], tenant: str) -> None:
    """Write everything known about a person to FILE, a zip of JSON and files."""
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        with shell.busy("Gathering"), runtime.system_write(name, "privacy export") as work:
            data = bundle(work, runtime.blobs(name), _subjects(records))
    file.write_bytes(data)
    shell.say(f"Wrote {file}.")
    shell.answer({"file": str(file), "bytes": len(data)})


@privacy.command("anonymise")
@_takes_records
@click.option("--confirm", default="", help="The word ANONYMISE, so that nobody does it by mistake.")
@takes_tenant
@takes_json
@takes_shell
def anonymise(shell: Shell, records: tuple[str, ...], confirm: str, tenant: str) -> None:
    """Anonymise a person for good, and wait until it is done."""
    with shell.runtime() as runtime:
        name = chosen_tenant(runtime, tenant)
        with runtime.system_write(name, "privacy anonymise") as work:
            id = ask_for_erasure(work, _subjects(records), confirm)
        with shell.busy("Anonymising"):
            finish_erasures(runtime, lambda: runtime.system_write(name, "privacy anonymise"))
        with runtime.system_read(name, "privacy anonymise") as work:
            done = find_erasure(work, id)
    shell.table(("Changed", "Times"), [(what, str(count)) for what, count in done.totals.items()])
    shell.answer({"id": str(id), "state": done.state.value, "changed": dict(done.totals)})


@privacy.command("retention")
@takes_tenant
@takes_json
@takes_shell
def retention(shell: Shell, tenant: str) -> None:
    """Show how many records of each object have been kept long enough; the next night lets them go."""
    with shell.runtime() as runtime, runtime.system_read(chosen_tenant(runtime, tenant), "privacy retention") as work:
        due = due_records(work)
    shell.table(("Object", "Older than", "Will be", "Records"), [
        (one.object, one.before.isoformat(), f"{one.act}d", str(one.count)) for one in due
    ])  # fmt: skip
    shell.answer([asdict(one) for one in due])


def _show(shell: Shell, found: list[Found]) -> None:
    shell.table(("Record", "Title", "Deleted"), [
        (f"{one.subject.object}:{one.subject.id}", one.title, "yes" if one.deleted else "") for one in found
    ])  # fmt: skip
    shell.answer([
        {"object": one.subject.object, "id": str(one.subject.id), "title": one.title, "deleted": one.deleted}
        for one in found
    ])  # fmt: skip


def _subjects(records: tuple[str, ...]) -> list[Subject]:
    found = []
    for text in records:
        object, _, id = text.partition(":")
        known = parse_id(id)
        if known is None:
            raise Invalid(f"{text!r} is no record. Write it as `privacy find` does: object:id.", code="bad_selection")
        found.append(Subject(object, known))
    return found
