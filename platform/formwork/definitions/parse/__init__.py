"""Checked plain values to definitions, one file per kind."""

from formwork.definitions.parse.document import KINDS, parse_document, restore_document
from formwork.definitions.parse.field import apply_change

__all__ = ["KINDS", "apply_change", "parse_document", "restore_document"]
