"""`package new|build|verify|test`: a package on its way from a folder to a file."""

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from formwork.cli.package import write_files
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.definitions.reading.shelves import open_files
from formwork.kernel import Conflict
from formwork.publishing import PackageFile, build_package, open_package
from formwork.publishing.packages import find_package
from formwork.publishing.scaffold import scaffold
from formwork.runtime.package_trial import try_package
from formwork.runtime.shelves import shipped_folder, workspace_folder

_takes_folder = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The workspace; the one of the settings otherwise.",
)


@click.command()
@click.argument("name")
@click.option("--object", "object_", default="", help="The name of its first object; NAME_item otherwise.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="The workspace.")
@takes_json
@takes_shell
def new(shell: Shell, name: str, object_: str, folder: Path) -> None:
    """Write the files a new package begins with: an object, its list, its rights, its menu and a record."""
    files = scaffold(name, object_)
    write_files(folder, files, replace=False)
    shell.say(f"Wrote {len(files)} files to {folder}:")
    for path in files:
        shell.say(f"  {path}")
    shell.answer({"package": name, "folder": str(folder), "files": list(files)})


@click.command()
@click.argument("name")
@_takes_folder
@click.option("--out", type=click.Path(path_type=Path), help="The file; NAME-VERSION.zip otherwise.")
@click.option("--replace", is_flag=True, help="Write over a file that is there.")
@takes_json
@takes_shell
def build(shell: Shell, name: str, folder: Path | None, out: Path | None, replace: bool) -> None:
    """Make one file of a package: its shelves with checksums, the same whenever it is built."""
    data = build_package(open_files(workspace_folder(shell.settings, folder)), name)
    built = open_package(data)
    target = out or Path(f"{name}-{built.version}.zip")
    if target.exists() and not replace:
        raise Conflict(f"{target} is there already. Name another file, or say --replace.", code="file_exists")
    target.write_bytes(data)
    shell.say(f"Built {target}: {len(built.files)} files, SHA-256 {built.sha256}.")
    shell.answer({"file": str(target), **_shown(built)})


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@takes_json
@takes_shell
def verify(shell: Shell, file: Path) -> None:
    """Say whether FILE is the package that was built, and whether its metadata reads."""
    found = open_package(file.read_bytes())
    found.content()
    shell.say(f"{found.name} {found.version} is whole: {len(found.files)} files, SHA-256 {found.sha256}.")
    shell.answer(_shown(found))


@click.command()
@click.argument("name")
@_takes_folder
@takes_json
@takes_shell
def test(shell: Shell, name: str, folder: Path | None) -> int:
    """Try a package on an empty tenant: install it, load its records, take it out, uninstall it."""
    with shell.runtime() as runtime:
        packages = runtime.load_packages(shipped_folder())
        packages |= runtime.load_packages(workspace_folder(shell.settings, folder))
    package = find_package(packages, name)
    tried = []
    with TemporaryDirectory() as place, shell.busy("Trying"):
        for one in try_package(Path(place), package, packages):
            tried.append(one)
            shell.say(f"  {one.name}: {one.fault.message if one.fault else one.found}")
    fault = tried[-1].fault
    shell.say(f"{name} {package.manifest.version} {'failed' if fault else 'passed'}.")
    steps = [{"step": one.name, "found": one.found, "error": one.fault.code if one.fault else ""} for one in tried]
    shell.answer({"package": name, "passed": fault is None, "steps": steps})
    return 1 if fault else 0


def _shown(found: PackageFile) -> dict[str, object]:
    return {"package": found.name, "version": found.version, "sha256": found.sha256, "files": sorted(found.files)}
