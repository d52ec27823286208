"""Workspaces of a few files in memory, for what packages and a tenant's layer say together."""

from collections.abc import Mapping

from formwork.catalog import Linked, Snapshot, link
from formwork.definitions import load_files
from formwork.definitions.model import PackageContent
from formwork.definitions.reading.shelves import ZipFiles
from formwork.fieldtypes.registry import FIELD_TYPES
from tests.support.tenants import shipped


def read(files: Mapping[str, str]) -> dict[str, PackageContent]:
    """The packages of files by their paths, each of which has to be sound."""
    workspace = load_files(ZipFiles({name: text.encode() for name, text in files.items()}))
    assert not workspace.findings, [str(one) for one in workspace.findings]
    return dict(workspace.packages)


def linked(files: Mapping[str, str]) -> Linked:
    """What core and the packages of these files link to."""
    return link({"core": shipped()["core"], **read(files)}, FIELD_TYPES)


def snapshot_of(files: Mapping[str, str]) -> Snapshot:
    """As `linked`, where nothing may be wrong; warnings are no fault."""
    found = linked(files)
    assert found.snapshot is not None, [str(one) for one in found.findings]
    return found.snapshot
