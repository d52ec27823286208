"""What the tenant's layer says of other packages' things taken back: they are as their packages have them again."""

from collections.abc import Callable, Collection
from typing import TypeAlias

from formwork.definitions.edit.objects import Changes, Files
from formwork.definitions.edit.yaml_edit import remove_parts
from formwork.definitions.layer import TENANT
from formwork.definitions.layer_kinds import says_more
from formwork.definitions.leaves import Path, leaves, removals
from formwork.definitions.place_of_file import place_of
from formwork.definitions.reading.yaml_text import read_yaml

Goes: TypeAlias = Callable[[Path], bool]


def reset(files: Files, object: str, area: str, path: Path = ()) -> Changes:
    """The changes of the layer's files that let go what they say of an object below a path, comments kept.

    `area` is `object`, `layout` or `permissions` (the grants on the object); an empty path means all of it. Fields of
    the layer's own stay, with all that is said of them, unless the path leads to one. Nothing to let go gives no
    changes.
    """
    changes: Changes = {}
    for name, text in sorted(files.items()):
        place = place_of(name)
        if place is None or place.package != TENANT or place.kind not in ("object", "layout", "permissions"):
            continue
        data = read_yaml(text.encode("utf-8"), name).data
        if place.kind != area or not says_more(place.kind, data, TENANT):
            continue
        if area != "permissions" and data["extends"] != object:
            continue
        own = {field for field, one in (data.get("fields") or {}).items() if "type" in one}
        goes = _granted_on(object, path) if area == "permissions" else _said_below(path, own)
        if not any(goes(leaf) for leaf in leaves(data)):
            continue
        gone = removals(data, goes)
        changes[name] = None if gone is None else remove_parts(text, gone)
    return changes


def _granted_on(object: str, path: Path) -> Goes:
    return lambda leaf: leaf[:1] == ("grants",) and leaf[2:3] == (object,) and leaf[: len(path)] == path


def _said_below(path: Path, own: Collection[str]) -> Goes:
    """Whether a leaf stands below a path; those of the layer's own fields only where the path leads to one."""
    return lambda leaf: leaf[: len(path)] == path and (len(path) > 1 or leaf[0] != "fields" or leaf[1] not in own)
