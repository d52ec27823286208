"""Texts of a package in one language."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from formwork.definitions.source import NOWHERE, Source


@dataclass(frozen=True, slots=True)
class TranslationDef:
    """metadata/<package>/translations/<locale>.yaml.

    `texts` maps a path of keys to its text: ("<object>", "label"), ("<object>", "fields", "<field>",
    "label"), ("<object>", "fields", "<field>", "options", "<code>"), ("navigation", "<group>"), …
    A field written as plain text is its label.
    """

    package: str
    locale: str
    texts: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    source: Source = field(default=NOWHERE, compare=False, repr=False)
