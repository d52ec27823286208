"""Small workspaces for the tests of this room, among them the one the pages of docs/language describe."""

import re
from pathlib import Path

from formwork.definitions import load_workspace
from formwork.definitions.workspace import Workspace

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted((ROOT / "docs/language").glob("*.md")))
_EXAMPLE = re.compile(r"^```(\w+)\n# ([\w/.-]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MANIFEST = "package: {0}\nversion: 1.0.0\nlabel: Example\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, files: dict[str, str], package: str = "library") -> Workspace:
    """The workspace of these files, with a manifest for their package."""
    return load_workspace(write(folder, {f"metadata/{package}/package.yaml": MANIFEST.format(package), **files}))


def told(workspace: Workspace) -> list[str]:
    """Place, code and path of each finding."""
    return [f"{one.file}:{one.line} {one.code} {one.path}" for one in workspace.findings]


def examples_of_pages() -> dict[str, str]:
    """File name to text of every example of the pages that stands on a shelf."""
    found: dict[str, str] = {}
    for page in PAGES:
        for _, name, text in _EXAMPLE.findall(page.read_text(encoding="utf-8")):
            if name.count("/") >= 2:
                assert name not in found, f"{name} is described twice"
                found[name] = text
    return found
