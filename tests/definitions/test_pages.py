"""The pages of docs/language: their examples are one workspace that reads, checks and links."""

import re
from pathlib import Path

import pytest

from formwork.catalog import link
from formwork.definitions import SCHEMAS, load_workspace
from formwork.definitions.layer_kinds import LAYER_KINDS
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.definitions.workspaces import PAGES, ROOT, examples_of_pages, write
from tests.support.tenants import shipped

EXAMPLES = examples_of_pages()
KIND_PAGES = {
    "translation": "translations",
    "conversion": "mapping",
    "workflow_test": "workflow",
    "package_test": "package",
    "dashboard": "report",
    **dict.fromkeys(LAYER_KINDS, "layers"),
}


def test_the_examples_load_without_a_finding(tmp_path: Path) -> None:
    workspace = load_workspace(write(tmp_path, EXAMPLES))
    assert not [str(finding) for finding in workspace.findings]
    library, lending = workspace.packages["library"], workspace.packages["lending"]
    assert {one.name for one in library.objects} == {"author", "book", "copy", "imprint"}
    assert lending.extensions[0].changes["state"].properties["options"]
    assert [seed.demo for seed in library.seeds] == [False, True, True]


def test_the_examples_link_with_core(tmp_path: Path) -> None:
    workspace = load_workspace(write(tmp_path, EXAMPLES))
    core = shipped()["core"]
    linked = link({"core": core, **workspace.packages}, FIELD_TYPES)
    assert not [str(finding) for finding in linked.findings if finding.severity == "error"]


def test_the_mistakes_page_tells_the_truth(tmp_path: Path) -> None:
    page = (ROOT / "docs/language/README.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n# mistake: (\S+)\n(.*?)```.*?```text\n(.*?)```", page, re.DOTALL)
    assert found
    name, text, said = found.groups()
    manifest = "package: library\nversion: 1.0.0\nlabel: Library\n"
    workspace = load_workspace(write(tmp_path, {"metadata/library/package.yaml": manifest, name: text}))
    assert [str(finding) for finding in workspace.findings] == said.strip().splitlines()


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_kind_has_a_page_that_names_its_keys(kind: str) -> None:
    page = (ROOT / f"docs/language/{KIND_PAGES.get(kind, kind)}.md").read_text(encoding="utf-8")
    keys = set(SCHEMAS[kind].get("properties", {}))
    if kind == "object":
        definitions = SCHEMAS[kind]["$defs"]
        keys = {*definitions["object"]["properties"], *definitions["extension"]["properties"]}
        keys |= set(definitions["common"]["properties"])
    assert not {key for key in keys - {"system"} if not re.search(rf"\b{key}\b", page)}


def test_pages_say_kinds_of_every_shelf() -> None:
    contents = (ROOT / "docs/language/README.md").read_text(encoding="utf-8")
    assert not [page.name for page in PAGES if page.name != "README.md" and f"({page.name})" not in contents]
