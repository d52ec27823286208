"""The metadata language: YAML documents to frozen definitions, every problem with its place."""

from formwork.definitions.dump.document import dump_document
from formwork.definitions.dump.files import package_files
from formwork.definitions.load import load_files, load_workspace
from formwork.definitions.parse import KINDS, apply_change, parse_document
from formwork.definitions.schemas.kinds import SCHEMAS

__all__ = [
    "KINDS", "SCHEMAS", "apply_change", "dump_document", "load_files", "load_workspace", "package_files",
    "parse_document",
]  # fmt: skip
