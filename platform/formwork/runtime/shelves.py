"""Workspaces on disk: the shipped shelves, and the folder a command is about."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import formwork
from formwork.definitions.model import PackageContent
from formwork.kernel import Invalid, Malformed, Problem, Settings
from formwork.runtime.runtime import Runtime

_CODE = Path(formwork.__file__).resolve().parent
_MARK = Path("metadata/core/package.yaml")


def shipped_folder() -> Path:
    """The shipped shelves: the repository in a checkout, the copy inside the package where it is installed.

    Raises Malformed when neither is there.
    """
    for folder in (_CODE.parents[1], _CODE / "workspace"):
        if (folder / _MARK).is_file():
            return folder
    raise Malformed("The shipped packages are missing. Install the product again.", code="no_workspace")


def workspace_folder(settings: Settings, folder: Path | None) -> Path:
    """The workspace a command is about: the one named, the one of FORMWORK_WORKSPACE, or the shipped shelves."""
    if folder is not None:
        return folder
    return settings.workspace if (settings.workspace / "metadata").is_dir() else shipped_folder()


def load_folders(runtime: Runtime, folders: Iterable[Path]) -> dict[str, PackageContent]:
    """The packages of several workspaces; raises Invalid with every problem, or when two bring the same package."""
    found: dict[str, PackageContent] = {}
    for folder in folders:
        packages = runtime.load_packages(folder)
        refuse_twice(found, packages)
        found.update(packages)
    return found


def refuse_twice(first: Mapping[str, PackageContent], second: Mapping[str, PackageContent]) -> None:
    """Raise Invalid for packages that two workspaces bring."""
    problems = [
        Problem(f"/{name}", "package_twice", f"Package `{name}` is in two of the workspaces. Name only one of them.")
        for name in sorted(first.keys() & second.keys())
    ]
    if problems:
        raise Invalid("The workspaces do not go together.", code="package_twice", problems=problems)


def fingerprint(folders: Iterable[Path]) -> str:
    """A hash of every file on the shelves of these workspaces: equal means nothing has to be published."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for shelf in _shelves(folder) for path in shelf.rglob("*") if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _shelves(folder: Path) -> list[Path]:
    names = ("metadata", "objects", "layouts", "workflows", "plugins", "seed")
    return [folder / name for name in names if (folder / name).is_dir()]
