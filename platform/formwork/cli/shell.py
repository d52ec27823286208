"""What every command works with: settings, the runtime, and how an answer is printed."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from formwork.kernel import Settings
from formwork.runtime import Runtime

F = TypeVar("F", bound=Callable[..., Any])
_DOCUMENT = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS


_WIDE = 240
"""Columns of a table that goes to a file or a pipe."""


def _console(is_terminal: bool) -> Console:
    return Console(highlight=False, soft_wrap=True, width=None if is_terminal else _WIDE)


@dataclass
class Shell:
    """One call of the command line. With `json` the answer is one JSON document and nothing else."""

    settings: Settings
    json: bool = False
    out: Console = field(default_factory=lambda: _console(sys.stdout.isatty()))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False, soft_wrap=True))

    @contextmanager
    def runtime(self, settings: Settings | None = None) -> Iterator[Runtime]:
        """The runtime of these settings, closed at the end."""
        runtime = Runtime(settings or self.settings)
        try:
            yield runtime
        finally:
            runtime.close()

    def say(self, text: str) -> None:
        """A line for a person; nothing with `--json`."""
        if not self.json:
            self.out.print(text, markup=False)

    def answer(self, data: Any) -> None:
        """The answer for a machine; nothing without `--json`."""
        if self.json:
            click.echo(orjson.dumps(data, default=str, option=_DOCUMENT).decode())

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Rows for a person; nothing with `--json`."""
        if self.json:
            return
        table = Table(*columns, box=None, pad_edge=False, header_style="bold", show_edge=False)
        for row in rows:
            table.add_row(*("" if cell is None else str(cell) for cell in row))
        self.out.print(table, markup=False, soft_wrap=False)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """A spinner on a terminal while the block runs."""
        if self.json or not self.err.is_terminal:
            yield
            return
        with self.err.status(text):
            yield

    @contextmanager
    def progress(self, text: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """A bar on a terminal; call what it gives with how much is done so far."""
        if self.json or not self.err.is_terminal:
            yield lambda done: None
            return
        columns = (
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(text, total=total)
            yield lambda done: bar.update(task, completed=done)


def _want_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Shell).json = True


def takes_json(command: F) -> F:
    """Let a command take `--json`."""
    option = click.option(
        "--json", is_flag=True, expose_value=False, callback=_want_json, help="Print one JSON document."
    )
    decorated: F = option(command)
    return decorated


takes_shell = click.make_pass_decorator(Shell)
"""Hands the Shell to a command as its first argument."""

takes_tenant = click.option("--tenant", default="", help="The tenant; not needed where there is only one.")


def chosen_tenant(runtime: Runtime, name: str) -> str:
    """The tenant a command is about: named, set by FORMWORK_TENANT, or the only one there is.

    Raises click.UsageError when that leaves a choice.
    """
    name = name or runtime.settings.tenant
    if name:
        return runtime.directory.get(name).name
    names = [one.name for one in runtime.directory.list() if one.state == "active"]
    if len(names) == 1:
        return names[0]
    if not names:
        raise click.UsageError("There is no tenant yet. Make one with `tenant create`.")
    raise click.UsageError(f"Say which tenant with --tenant: {', '.join(names)}.")
