"""A document as leaves: everything it says, by the keys above it.

The parts of lists are known by keys of their own (`tabs`, `details`), so that a package and the layer over it name one
thing by one path: `fields.status.options.draft.label`, `forms.standard.tabs.details.sections.main.fields.owner.span`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from formwork.definitions.dump.field import thaw
from formwork.definitions.permissions import VERBS
from formwork.definitions.source import Path as Steps

Path: TypeAlias = tuple[str, ...]
"""Keys of what is said, those of parts among them."""
_LISTS: Mapping[str, tuple[str, ...]] = {
    "tabs": ("id",),
    "sections": ("id", "detail"),
    "fields": ("field",),
    "related": ("list",),
    "validations": ("rule",),
    "sharing_rules": ("rule",),
    "unique": ("fields",),
    "indexes": ("fields",),
    "navigation": ("group",),
    "items": ("object",),
    "header": ("field",),
    "quick": ("field",),
    "columns": ("field",),
    "card": ("field",),
}
"""Lists of parts, and the keys one of which names a part."""
_SWITCHES = frozenset({"features", "includes", "actions"})
"""Lists of words, each of which holds or, in the layer, does not."""
_LABELLED = frozenset({"options", "record_types", "roles"})
"""Parts that are their label when they are only a text."""
_WHOLE = frozenset({"default", "retention", "sharing", *VERBS})
"""What is said as a whole, whatever its shape."""
_NAMES = frozenset({"fields", "options", "record_types", "roles", "grants", "forms", "views", "prints"})
"""Mappings whose keys are names somebody gave, whatever words they are."""
_HEADS = frozenset({"object", "extends", "with"})


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of a document: the steps to it, the path it is known by, and the key it stands under.

    `named_by` are the keys that name a part, None for what is none.
    """

    steps: Steps
    path: Path
    key: str
    value: Any
    named_by: Sequence[str] | None = None

    def child(self, step: str | int, key: str, value: Any, named_by: Sequence[str] | None = None) -> "_Node":
        return _Node((*self.steps, step), (*self.path, key), key, value, named_by)


def leaves(data: Mapping[str, Any]) -> dict[Path, Any]:
    """What a plain document says: path to value, `True` for a part that says nothing but that it is there."""
    return {path: thaw(value) for node in _roots(data) for path, value in _leaves(node)}


def removals(data: Mapping[str, Any], goes: Callable[[Path], bool]) -> list[Steps] | None:
    """The steps to everything that has to be taken out with the leaves for which `goes` holds.

    The last in the document comes first, so that positions in lists stay right; None when nothing is left.
    """
    roots = _roots(data)
    found = [(root, *_removed(root, goes)) for root in roots]
    if all(is_gone for _, is_gone, _ in found):
        return None
    gone = [steps for root, is_gone, inner in found for steps in ([root.steps] if is_gone else inner)]
    return gone[::-1]


def _roots(data: Mapping[str, Any]) -> list[_Node]:
    return [_Node((key,), (key,), key, value) for key, value in data.items() if key not in _HEADS]


def _leaves(node: _Node) -> Iterator[tuple[Path, Any]]:
    children = _children(node)
    if children is None:
        yield _leaf(node)
    for child in children or ():
        yield from _leaves(child)


def _removed(node: _Node, goes: Callable[[Path], bool]) -> tuple[bool, list[Steps]]:
    """Whether the whole node goes, and the steps to what goes within it when it stays."""
    children = _children(node)
    if children is None:
        return goes(_leaf(node)[0]), []
    found = [(child, *_removed(child, goes)) for child in children]
    if all(is_gone for _, is_gone, _ in found):
        return True, []
    return False, [steps for child, is_gone, inner in found for steps in ([child.steps] if is_gone else inner)]


def _leaf(node: _Node) -> tuple[Path, Any]:
    if node.named_by is None:
        return node.path, node.value
    if isinstance(node.value, str) and not node.named_by:
        return (*node.path, "label"), node.value
    return node.path, True if node.named_by else node.value


def _children(node: _Node) -> list[_Node] | None:
    """What a value consists of; None for a leaf."""
    if node.named_by is not None:
        return _parts_of(node)
    value, above = node.value, node.path[:-1]
    if isinstance(value, Mapping) and above and (above[-1] in _NAMES or above[:-1] == ("grants",)):
        return [node.child(key, str(key), one) for key, one in value.items()] or None
    if node.key in _WHOLE and (node.key not in VERBS or above[:1] == ("grants",)):
        return None
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if node.key in _SWITCHES and (is_list or isinstance(value, Mapping)):
        pairs = value.items() if isinstance(value, Mapping) else [(at, True) for at in range(len(value))]
        return [node.child(step, str(value[step]) if is_list else str(step), holds) for step, holds in pairs] or None
    if node.key in _LISTS and is_list:
        keys = _LISTS[node.key]
        return [node.child(at, _key_of(part, keys), part, keys) for at, part in enumerate(value)] or None
    if isinstance(value, Mapping):
        named_by = () if node.key in _LABELLED else None
        return [node.child(key, str(key), one, named_by) for key, one in value.items()] or None
    return None


def _parts_of(node: _Node) -> list[_Node] | None:
    if not isinstance(node.value, Mapping):
        return None
    rest = {key: one for key, one in node.value.items() if key not in (node.named_by or ())}
    return [node.child(key, str(key), one) for key, one in rest.items()] or None


def _key_of(part: Any, keys: Sequence[str]) -> str:
    if isinstance(part, Mapping):
        part = next(part[key] for key in keys if key in part)
    return part if isinstance(part, str) else ", ".join(part)
