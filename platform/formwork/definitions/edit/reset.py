"""What the tenant's layer says of other packages' things taken back: they are as their packages have them again."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from formwork.definitions.edit.objects import Changes, Files
from formwork.definitions.edit.yaml_edit import remove_parts
from formwork.definitions.layer import TENANT
from formwork.definitions.layer_kinds import says_more
from formwork.definitions.leaves import Path, leaves, removals
from formwork.definitions.place_of_file import FilePlace, place_of
from formwork.definitions.reading.yaml_text import read_yaml

Goes: TypeAlias = Callable[[Path], bool]
Chooser: TypeAlias = Callable[[FilePlace, Mapping[str, Any]], Goes | None]
"""Which leaves of a document of the layer go; None for a document that is left alone."""


def reset(files: Files, object: str, area: str, path: Path = ()) -> Changes:
    """The changes of the layer's files that let go what they say of an object below a path, comments kept.

    `area` is `object`, `layout` or `permissions` (the grants on the object); an empty path means all of it. Fields of
    the layer's own stay, with all that is said of them, unless the path leads to one. Nothing to let go gives no
    changes.
    """

    def choose(place: FilePlace, data: Mapping[str, Any]) -> Goes | None:
        if place.kind != area or (area != "permissions" and data["extends"] != object):
            return None
        if area == "permissions":
            return lambda leaf: leaf[:1] == ("grants",) and leaf[2:3] == (object,) and leaf[: len(path)] == path
        return _said_below(path, {field for field, one in (data.get("fields") or {}).items() if "type" in one})

    return let_go(files, choose)


def let_go(files: Files, choose: Chooser) -> Changes:
    """The changes of the layer's files without the chosen leaves of documents about other packages' things."""
    changes: Changes = {}
    for name, text in sorted(files.items()):
        place = place_of(name)
        if place is None or place.package != TENANT or place.kind is None:
            continue
        data: Any = read_yaml(text.encode("utf-8"), name).data
        if not _is_difference(place, data):
            continue
        goes = choose(place, data)
        if goes is None or not any(goes(leaf) for leaf in leaves(data)):
            continue
        gone = removals(data, goes)
        changes[name] = None if gone is None else remove_parts(text, gone)
    return changes


def _is_difference(place: FilePlace, data: Any) -> bool:
    return says_more(place.kind or "", data, TENANT) or place.kind == "translation"


def _said_below(path: Path, own: Collection[str]) -> Goes:
    """Whether a leaf stands below a path; those of the layer's own fields only where the path leads to one."""
    return lambda leaf: leaf[: len(path)] == path and (len(path) > 1 or leaf[0] != "fields" or leaf[1] not in own)
