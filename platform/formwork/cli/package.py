"""`package export`: a tenant's packages as files."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from formwork.cli.shell import Shell, chosen_tenant, takes_json, takes_shell, takes_tenant
from formwork.definitions import package_files
from formwork.kernel import Conflict, NotFound


@click.group()
def package() -> None:
    """Packages: written, built, tried, installed, upgraded, taken out and uninstalled."""


@package.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("names", metavar="[PACKAGE]...", nargs=-1)
@click.option("--replace", is_flag=True, help="Write over files that are there.")
@takes_tenant
@takes_json
@takes_shell
def export(shell: Shell, target: Path, names: Sequence[str], replace: bool, tenant: str) -> None:
    """Write the metadata of packages to TARGET, a folder or a file that ends in .zip.

    Every package of the tenant is written where none is named. The files are a workspace that `apply` takes.
    """
    with shell.runtime() as runtime, shell.busy("Writing packages"):
        with runtime.system_read(chosen_tenant(runtime, tenant), "export packages") as work:
            present = runtime.snapshots.packages(work)
        files: dict[str, str] = {}
        for name in names or sorted(present):
            if name not in present:
                raise NotFound(
                    f"There is no package {name}. There are: {', '.join(sorted(present))}.", code="unknown_package"
                )
            files |= package_files(present[name])
        write_files(target, files, replace=replace)
    shell.say(f"Wrote {len(files)} files to {target}.")
    shell.answer({"target": str(target), "files": list(files)})


def write_files(target: Path, files: Mapping[str, str], *, replace: bool) -> None:
    """Write all files, a zip as a whole; raises Conflict `file_exists` before anything that is there is touched."""
    if target.suffix == ".zip":
        _refuse_existing([target] if target.exists() and not replace else [])
        part = target.with_name(f".{target.name}.part")
        try:
            part.write_bytes(_packed(files))
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return
    _refuse_existing([] if replace else [target / name for name in files if (target / name).exists()])
    for name, text in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _packed(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _refuse_existing(found: Sequence[Path]) -> None:
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise Conflict(
            f"{found[0]}{more} would be written over. Name another target, or say --replace.", code="file_exists"
        )
