"""`export`: the records of an object as CSV or XLSX."""

from pathlib import Path

import click

from formwork.cli.people import find_user
from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.identity import actor_of
from formwork.kernel.actor import system_actor
from formwork.records import ListRequest
from formwork.runtime import Identified
from formwork.storage import Work
from formwork.transfer.export import Format, export_records


@click.command("export")
@click.argument("object_", metavar="OBJECT")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--field", "fields", multiple=True, help="A field or path; may be repeated. All fields when left out.")
@click.option("--filter", "filters", multiple=True, help="A condition; several are joined by and.")
@click.option("--sort", "sort", multiple=True, help="A sort key, `-` before it for descending.")
@click.option("--as", "login", help="Whose rights count; the system's when left out.")
@takes_tenant
@takes_json
@takes_shell
def export_file(
    shell: Shell, object_: str, file: Path, fields: tuple[str, ...], filters: tuple[str, ...], sort: tuple[str, ...],
    login: str | None, tenant: str,
) -> None:  # fmt: skip
    """Write the records of OBJECT to FILE, which ends in .csv or .xlsx and is replaced when it is done."""
    if file.suffix not in (".csv", ".xlsx"):
        raise click.UsageError("The file ends in .csv or .xlsx.")

    def who(work: Work) -> Identified:
        if login is None:
            return Identified(system_actor("export from the shell"))
        return Identified(actor_of(work, find_user(work, login)))

    request = ListRequest(object_, fields, filters, sort)
    part = file.with_name(f".{file.name}.part")
    with shell.runtime() as runtime, shell.busy(f"Exporting {object_}"):
        entry = runtime.directory.get(chosen_tenant(runtime, tenant))
        try:
            with runtime.read(entry, who) as work, part.open("wb") as out:
                for piece in export_records(work, request, Format(file.suffix[1:])):
                    out.write(piece)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    shell.say(f"Wrote {file}.")
    shell.answer({"file": str(file), "bytes": file.stat().st_size})
