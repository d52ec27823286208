"""The workspaces of examples/: packages of an integrator, and data files that go through the import engine."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from formwork.cli.people import find_user
from formwork.cli.shell import Shell
from formwork.identity import actor_of
from formwork.kernel import Invalid, Malformed
from formwork.runtime import Identified, Runtime
from formwork.runtime.imports import import_shelf
from formwork.runtime.shelves import shipped_folder
from formwork.runtime.tenant_options import TenantOptions
from formwork.storage import Work
from formwork.transfer.mapping import find_mapping
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import Totals
from formwork.transfer.run import run_import, table_of, upload_import

_ORDER = "order.json"
"""In the folder `data`: which file is imported with which mapping, in turn."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file and the shipped mapping it is imported with."""

    mapping: str
    file: Path


def example_folder(name: str) -> Path:
    """The workspace of an example; raises Malformed naming those there are."""
    examples = shipped_folder() / "examples"
    folder = examples / name
    if not (folder / "metadata").is_dir():
        known = sorted(one.name for one in examples.glob("*") if (one / "metadata").is_dir())
        raise Malformed(f"There is no example `{name}`. There are: {', '.join(known) or 'none'}.", code="no_workspace")
    return folder


def steps_of(folder: Path) -> tuple[Step, ...]:
    """What is imported for an example, in order; nothing when it has no data."""
    order = folder / "data" / _ORDER
    if not order.is_file():
        return ()
    return tuple(Step(one["mapping"], folder / "data" / one["file"]) for one in json.loads(order.read_text()))


def import_step(shell: Shell, runtime: Runtime, tenant: str, login: str, step: Step) -> Totals:
    """Import one file with the rights of a user; raises Invalid when a row does not go in."""
    entry = runtime.directory.get(tenant)

    def open_work() -> AbstractContextManager[Work]:
        return runtime.write(entry, lambda work: Identified(actor_of(work, find_user(work, login))), cause=("demo",))

    shelf = import_shelf(runtime, entry)
    with open_work() as work:
        mapping = find_mapping(work, step.mapping, None)
        mode = Mode.UPSERT if mapping.match else Mode.CREATE
        job = upload_import(work, shelf, step.file.name, step.file.read_bytes(), mapping, mode, OnError.SKIP)
    with shell.progress(step.file.name, table_of(job, shelf).count()) as told:
        report = run_import(open_work, shelf, job.id, lambda done, total: told(done), TenantOptions(runtime))
    if report.totals.failed:
        problems = [problem for one in report.failures for problem in one.problems]
        raise Invalid(f"{report.totals.failed} rows of {step.file.name} do not go in.", problems=problems)
    return report.totals
