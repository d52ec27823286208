"""`package own`: what a tenant made itself, as the file of a package other tenants can install."""

from pathlib import Path

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.kernel import Conflict
from formwork.publishing import open_package
from formwork.publishing.own_work import own_work
from formwork.publishing.package_file import pack


@click.command()
@click.argument("name")
@click.option("--out", type=click.Path(path_type=Path), help="The file; NAME-VERSION.zip otherwise.")
@click.option("--label", default="", help="What the package is called for people.")
@click.option("--version", default="1.0.0", show_default=True, help="Its version, three numbers.")
@click.option("--leave-out", is_flag=True, help="Leave out what only this tenant's own layer can say.")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
@takes_tenant
@takes_json
@takes_shell
def own(
    shell: Shell, name: str, out: Path | None, label: str, version: str, leave_out: bool, replace: bool, tenant: str
) -> None:
    """Make package NAME of what a tenant made itself: its objects, fields, rules, views and rights.

    The packages it needs stand among its requirements. What hides, moves or renames things of other packages cannot
    be in a package.
    """
    with (
        shell.runtime() as runtime,
        shell.busy("Reading what was made"),
        runtime.system_read(chosen_tenant(runtime, tenant), "export own work") as work,
    ):
        found = own_work(
            runtime.snapshots.packages(work), work.snapshot, name, label=label, version=version, leave_out=leave_out
        )
    target = out or Path(f"{name}-{version}.zip")
    if target.exists() and not replace:
        raise Conflict(f"{target} is there already. Name another file, or say --replace.", code="file_exists")
    data = pack(name, version, {path: text.encode() for path, text in found.files.items()})
    target.write_bytes(data)
    requires = dict(found.content.manifest.requires)
    shell.say(f"Wrote {target}: {len(found.files)} files. It requires {', '.join(requires) or 'nothing'}.")
    for key in found.left:
        shell.say(f"  left out: {key}")
    shell.answer({
        "file": str(target), "package": name, "version": version, "sha256": open_package(data).sha256,
        "files": list(found.files), "requires": requires, "left": list(found.left),
    })  # fmt: skip
