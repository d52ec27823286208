"""Plain values to YAML 1.2 as a person would write it: short mappings and lists in one line, the rest as blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from formwork.definitions.reading.scalar import resolve
from formwork.kernel.library import on_first_use

if TYPE_CHECKING:
    import yaml
else:
    yaml = on_first_use("yaml")

WIDTH = 118
"""Characters a line may have before its mapping or list is written as a block."""
_INDENT = 2
_BREAKS = re.compile("[\r\x85\u2028\u2029]")
"""Ends of lines in YAML 1.1 that would be read as another one."""
_STR, _MAP, _SEQ = "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"


def yaml_text(value: Mapping[str, Any]) -> str:
    """The text that `read_yaml` reads as this value again, its keys in their order.

    Takes mappings, lists, text, whole and binary numbers, truth values and None; raises
    `yaml.representer.RepresenterError` for anything else.
    """
    text: str = yaml.serialize(
        _node(value, 0, 0), Dumper=yaml.SafeDumper, allow_unicode=True, width=10_000, indent=_INDENT
    )
    return text


def _node(value: Any, level: int, taken: int) -> yaml.Node:
    """`level` counts the mappings around a value; `taken` are characters of its line that stand before it."""
    if isinstance(value, Mapping):
        pairs = [(_text(key), _node(one, level + 1, level * _INDENT + len(key) + 2)) for key, one in value.items()]
        mapping = yaml.MappingNode(_MAP, pairs, flow_style=False)
        mapping.flow_style = not value or (level > 1 and taken + _width(mapping) <= WIDTH)
        return mapping
    if isinstance(value, list):
        items = [_node(one, level + 1, level * _INDENT + 2) for one in value]
        sequence = yaml.SequenceNode(_SEQ, items, flow_style=False)
        sequence.flow_style = taken + _width(sequence) <= WIDTH and (level < 2 or _is_plain(items))
        return sequence
    if isinstance(value, str):
        return _text(value)
    return yaml.representer.SafeRepresenter().represent_data(value)


def _text(value: str) -> yaml.ScalarNode:
    """Text, in quotes where YAML 1.2 would read something else; YAML 1.1 words such as `no` are quoted too."""
    style = '"' if _BREAKS.search(value) or not _is_read_as(value) else "|" if "\n" in value else None
    return yaml.ScalarNode(_STR, value, style=style)


def _is_read_as(value: str) -> bool:
    try:
        return resolve(value) == value
    except ValueError:
        return False


def _is_plain(items: list[yaml.Node]) -> bool:
    return all(isinstance(item, yaml.ScalarNode) for item in items)


def _width(node: yaml.Node) -> int:
    """Characters of a value in one line, about; text of several lines never fits."""
    if isinstance(node, yaml.ScalarNode):
        return WIDTH if "\n" in node.value else len(node.value) + 2 * (node.style is not None)
    parts = [_width(key) + 2 + _width(one) for key, one in node.value] if isinstance(node, yaml.MappingNode) else [
        _width(one) for one in node.value
    ]  # fmt: skip
    return sum(parts) + 2 * len(parts)
