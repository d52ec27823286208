"""`check`: every problem of a workspace at once, each with its place and a mend."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from textwrap import wrap

import click

from formwork.catalog import link
from formwork.cli.shell import Shell, takes_json, takes_shell
from formwork.definitions import load_workspace
from formwork.definitions.lost import Lost
from formwork.definitions.model import Finding, PackageContent
from formwork.runtime import Registry
from formwork.runtime.shelves import refuse_twice, shipped_folder, workspace_folder

_LEAST_WIDTH = 40
"""Columns a terminal is taken to have at least."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read, and what is wrong with it. Files are named as seen from the current folder."""

    packages: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many findings stand against publishing."""
        return sum(one.severity == "error" for one in self.findings)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))
@takes_json
@takes_shell
def check(shell: Shell, folders: Sequence[Path]) -> int:
    """Check workspaces (folders or zips) together with the shipped packages. Exit code 1 when there are errors."""
    with shell.busy("Checking"):
        checked = check_folders(folders or [workspace_folder(shell.settings, None)], Registry())
    for one in checked.findings:
        shell.say(_written(one, shell.out.width if shell.out.is_terminal else 0))
    warnings = len(checked.findings) - checked.errors
    shell.say(f"{len(checked.packages)} packages checked: {_count(checked.errors, 'error')}, "
              f"{_count(warnings, 'warning')}.")  # fmt: skip
    shell.answer({
        "packages": checked.packages, "errors": checked.errors, "warnings": warnings,
        "findings": [asdict(one) for one in checked.findings],
    })  # fmt: skip
    return 1 if checked.errors else 0


def check_folders(folders: Sequence[Path], registry: Registry) -> Checked:
    """Read and link workspaces with the shipped packages; a name that could not be read is complained of once."""
    shipped = shipped_folder()
    places: dict[str, Path] = {}
    packages: dict[str, PackageContent] = {}
    findings: list[Finding] = []
    workspaces = []
    for folder in (shipped, *(one for one in folders if one.resolve() != shipped.resolve())):
        workspace = load_workspace(folder)
        workspaces.append(workspace)
        refuse_twice(packages, workspace.packages)
        packages.update(workspace.packages)
        places.update(dict.fromkeys(workspace.packages, folder))
        findings += [_seen_from_here(one, folder) for one in workspace.findings]
    lost = frozenset[Lost]().union(*(workspace.lost for workspace in workspaces))
    for one in link(packages, registry.field_types, lost=lost).findings:
        findings.append(_seen_from_here(one, places.get(_package_of(one), shipped)))
    return Checked(tuple(sorted(packages)), tuple(sorted(set(findings))))


def _written(finding: Finding, width: int) -> str:
    """One line that editors and scripts read; on a terminal so wide, its place and below it the sentences."""
    place = f"{finding.file}:{finding.line}:{finding.column}: {finding.severity}:"
    said = f"{finding.message} {finding.mend}".rstrip()
    if len(place) + len(said) < width or not width:
        return f"{place} {said}"
    return "\n".join((place, *wrap(said, max(width, _LEAST_WIDTH), initial_indent="    ", subsequent_indent="    ")))


def _package_of(finding: Finding) -> str:
    parts = finding.file.split("/")
    return parts[1] if len(parts) > 1 else ""


def _seen_from_here(finding: Finding, folder: Path) -> Finding:
    file = folder / finding.file
    here = Path.cwd()
    return replace(finding, file=str(file.relative_to(here) if file.is_relative_to(here) else file))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
