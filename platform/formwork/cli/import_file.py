"""`import`: a CSV or XLSX file into records, by a shipped, saved, written or guessed mapping."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

import click

from formwork.cli.people import find_user
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.definitions.model import ImportDef
from formwork.identity import actor_of
from formwork.kernel.actor import system_actor
from formwork.runtime import Identified, Identify, Runtime
from formwork.runtime.imports import import_shelf
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import Tenant, Work
from formwork.transfer.check import check_import
from formwork.transfer.errors_file import errors_file
from formwork.transfer.guess import guess_mapping
from formwork.transfer.job import find_job
from formwork.transfer.mapping import find_mapping, read_mapping_file
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import Report
from formwork.transfer.run import run_import, table_of, upload_import
from formwork.transfer.table import read_table
from formwork.transfer.undo import undo_import

_MOST_SHOWN = 20
Opener = Callable[[], AbstractContextManager[Work]]


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--object", "object_", help="The object whose records the file holds, when the mapping is guessed.")
@click.option("--mapping", help="A mapping by name: shipped in a package or saved.")
@click.option("--mapping-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A mapping as YAML.")
@click.option("--mode", type=click.Choice([one.value for one in Mode]), help="upsert, or create without a match key.")
@click.option("--all-or-nothing", is_flag=True, help="Write nothing unless every row is good.")
@click.option("--dry-run", is_flag=True, help="Try everything and take it back.")
@click.option("--as", "login", help="Whose rights count; the system's when left out.")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the rows that failed.")
@click.option("--resume", type=click.UUID, help="Go on with an import that was broken off.")
@click.option("--undo", type=click.UUID, help="Take back what an import has written.")
@takes_tenant
@takes_json
@takes_shell
def import_file(
    shell: Shell, file: Path | None, object_: str | None, mapping: str | None, mapping_file: Path | None,
    mode: str | None, all_or_nothing: bool, dry_run: bool, login: str | None, errors: Path | None,
    resume: UUID | None, undo: UUID | None, tenant: str,
) -> int:  # fmt: skip
    """Import FILE. Exit code 1 when a row failed; the others are written unless --all-or-nothing."""
    with shell.runtime() as runtime:
        entry = runtime.directory.get(chosen_tenant(runtime, tenant))
        open_work = _opener(runtime, entry, login)
        if undo is not None:
            return _undo(shell, open_work, undo)
        if resume is None:
            if file is None:
                raise click.UsageError("Name a file, or --resume or --undo an import.")
            wanted = _Wanted(object_, mapping, mapping_file, mode, all_or_nothing)
            resume = _upload(runtime, entry, open_work, file, wanted)
        shelf = import_shelf(runtime, entry)
        with open_work() as work:
            rows = table_of(find_job(work, resume), shelf).count()
        maker = TenantOptions(runtime)
        with shell.progress("Rows", rows) as told:
            if dry_run:
                trial = shelf.trial(resume)
                with runtime.write_beside(entry, _who(login), trial, cause=("import",)) as work:
                    report = check_import(work, shelf, resume, lambda done, total: told(done), maker)
            else:
                report = run_import(open_work, shelf, resume, lambda done, total: told(done), maker)
        if errors is not None and report.totals.failed and not dry_run:
            with open_work() as work:
                errors.write_bytes(errors_file(work, shelf, find_job(work, resume)))
        return _tell(shell, report, resume, dry_run=dry_run)


class _Wanted:
    """What the options say about the mapping."""

    def __init__(
        self, object_: str | None, name: str | None, file: Path | None, mode: str | None, all_or_nothing: bool
    ) -> None:
        if sum(one is not None for one in (object_, name, file)) == 0:
            raise click.UsageError("Say --mapping, --mapping-file or --object.")
        self.object = object_
        self.name = name
        self.file = file
        self.mode = Mode(mode) if mode else None
        self.on_error = OnError.NOTHING if all_or_nothing else OnError.SKIP

    def mapping(self, work: Work, data: bytes) -> ImportDef:
        """The mapping that is meant; a guessed one needs --object."""
        if self.file is not None:
            return read_mapping_file(self.file.read_bytes(), str(self.file))
        if self.name is not None:
            return find_mapping(work, self.name, self.object)
        assert self.object is not None
        return guess_mapping(work, self.object, read_table(data)).mapping


def _opener(runtime: Runtime, tenant: Tenant, login: str | None) -> Opener:
    return lambda: runtime.write(tenant, _who(login), cause=("import",))


def _who(login: str | None) -> Identify:
    def who(work: Work) -> Identified:
        if login is None:
            return Identified(system_actor("import from the shell"))
        return Identified(actor_of(work, find_user(work, login)))

    return who


def _upload(runtime: Runtime, tenant: Tenant, open_work: Opener, file: Path, wanted: _Wanted) -> UUID:
    data = file.read_bytes()
    with open_work() as work:
        mapping = wanted.mapping(work, data)
        mode = wanted.mode or (Mode.UPSERT if mapping.match else Mode.CREATE)
        shelf = import_shelf(runtime, tenant)
        return upload_import(work, shelf, file.name, data, mapping, mode, wanted.on_error).id


def _undo(shell: Shell, open_work: Opener, id: UUID) -> int:
    with shell.progress("Records", None) as told:
        undone = undo_import(open_work, id, lambda done, total: told(done))
    shell.say(f"{undone.deleted} deleted, {undone.restored} set back, {len(undone.kept)} kept.")
    for one in undone.kept[:_MOST_SHOWN]:
        shell.say(f"  line {one.line}: {one.reason}")
    kept = [{"line": one.line, "record": one.record, "reason": one.reason} for one in undone.kept]
    shell.answer({"deleted": undone.deleted, "restored": undone.restored, "kept": kept})
    return 1 if undone.kept else 0


def _tell(shell: Shell, report: Report, id: UUID, *, dry_run: bool) -> int:
    totals = report.totals
    shell.say(
        f"{'Would be' if dry_run else report.state.capitalize()}: {totals.created} created, {totals.updated} updated, "
        f"{totals.same} the same, {totals.skipped} left out, {totals.failed} failed, of {totals.rows}."
    )
    for option in report.options:
        verb = "would be added" if dry_run else "added"
        shell.say(f"  option {verb} to {option.field}: {option.label} ({option.code}), in {option.rows} rows")
    for one in report.failures[:_MOST_SHOWN]:
        for problem in one.problems:
            shell.say(f"  line {one.line}, {problem.args.get('column') or 'row'}: {problem.message}")
    if len(report.failures) > _MOST_SHOWN:
        shell.say(f"  and {len(report.failures) - _MOST_SHOWN} more")
    if not dry_run:
        shell.say(f"Take it back with `import --undo {id}`.")
    failures = [
        {"line": one.line, "problems": [{"code": p.code, "message": p.message, **p.args} for p in one.problems]}
        for one in report.failures
    ]
    options = [{"field": one.field, "code": one.code, "label": one.label, "rows": one.rows} for one in report.options]
    shell.answer(
        {"id": id, "state": report.state, "totals": totals.as_json(), "failures": failures, "new_options": options}
    )
    return 1 if totals.failed else 0
