"""Changes of the tenant layer's files about an object: made, its fields written, changed, moved and taken out.

Every function takes the files of the layer and gives those that change, path to text; None takes a file away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from formwork.definitions.edit.yaml_edit import move_key, new_text, remove_key, rename_key, set_value
from formwork.definitions.layer import TENANT
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.kernel import Invalid

Files: TypeAlias = Mapping[str, str]
Changes: TypeAlias = dict[str, str | None]
PERMISSIONS = f"metadata/{TENANT}/permissions.yaml"
NAVIGATION = f"metadata/{TENANT}/navigation.yaml"
FULL_USE = {"create": True, "read": "all", "edit": "all", "delete": "own"}
"""What a role that works with a new object may do."""


@dataclass(frozen=True, slots=True)
class NewObject:
    """What somebody says of an object that is made. `title` is the name and label of its first field.

    `group` is the group of the menu it stands in, blank for none; `roles` may work with it.
    """

    name: str
    label: str
    plural: str
    title: tuple[str, str]
    icon: str = ""
    hue: str = ""
    features: tuple[str, ...] = ()
    group: str = ""
    roles: tuple[str, ...] = ()


def with_object(files: Files, new: NewObject) -> Changes:
    """An object with its title field, its place in the menu and the rights of roles.

    Without a layout its form and list are made from its fields, so that every further field is on them at once.
    """
    name, label = new.title
    written: dict[str, Any] = {"object": new.name, "label": new.label, "plural": new.plural}
    written |= {key: value for key, value in (("icon", new.icon), ("hue", new.hue)) if value}
    written |= {"title": name, "sharing": "private"}
    if new.features:
        written["features"] = list(new.features)
    written["fields"] = {name: {"type": "text", "label": label, "required": True, "searchable": True}}
    changes: Changes = {f"objects/{TENANT}/{new.name}.yaml": new_text(written)}
    if new.group:
        changes[NAVIGATION] = _placed(files.get(NAVIGATION), new.group, new.name)
    rights = files.get(PERMISSIONS)
    for role in new.roles:
        rights = _set(rights, ("grants", role, new.name), FULL_USE)
    return changes | ({PERMISSIONS: rights} if new.roles else {})


def document_of(files: Files, object: str) -> str:
    """The file in which the layer says what it has to say about an object, whether it is there yet or not."""
    for path, text in sorted(files.items()):
        if path.startswith(f"objects/{TENANT}/"):
            data = read_yaml(text.encode("utf-8"), path).data
            if isinstance(data, dict) and object in (data.get("object"), data.get("extends")) and "with" not in data:
                return path
    return f"objects/{TENANT}/{object}.yaml"


def written_field(files: Files, object: str, name: str) -> dict[str, Any] | None:
    """What the layer says of a field: all of it for a field of its own, else what it changes; None for nothing."""
    text = files.get(document_of(files, object))
    data = None if text is None else read_yaml(text.encode("utf-8"), "").data
    found = (data.get("fields") or {}).get(name) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else None


def with_field(files: Files, object: str, name: str, written: Mapping[str, Any]) -> Changes:
    """A field with what is to be written of it; only what differs is touched. Nothing to say takes it out."""
    path = document_of(files, object)
    text = files.get(path) or new_text({"extends": object})
    before = written_field(files, object, name)
    if not written:
        return {} if before is None else without_field(files, object, name)
    if before is None:
        return {path: set_value(text, ("fields", name), dict(written))}
    for key in before.keys() - written.keys():
        text = remove_key(text, ("fields", name, key))
    for key, value in written.items():
        if key not in before or before[key] != value or _order(before[key]) != _order(value):
            text = set_value(text, ("fields", name, key), value)
    return {path: text}


def without_field(files: Files, object: str, name: str) -> Changes:
    """What the layer says of a field taken out; a file that only extends and says nothing more goes with it."""
    path = document_of(files, object)
    text = remove_key(files.get(path, ""), ("fields", name))
    data = read_yaml(text.encode("utf-8"), path).data
    if isinstance(data, dict) and not data.get("fields") and "fields" in data and "extends" in data:
        if set(data) <= {"extends", "fields"}:
            return {path: None}
        text = remove_key(text, ("fields",))
    return {path: text}


def renamed_field(files: Files, object: str, name: str, new: str, *, live: bool = True) -> Changes:
    """A field of the layer under another name; of one that is `live`, `renamed_from` keeps its values.

    Raises Invalid `bad_document` for a field the layer does not bring, or a name that is taken.
    """
    path = document_of(files, object)
    before = written_field(files, object, name)
    if before is None:
        raise Invalid(f"`{name}` is no field of the tenant layer.", code="bad_document")
    text = rename_key(files.get(path, ""), ("fields", name), new)
    if read_yaml(text.encode("utf-8"), path).data.get("title") == name:
        text = set_value(text, ("title",), new)
    if not live:
        return {path: text}
    known = before.get("renamed_from")
    names = [*(known if isinstance(known, list) else [known] if known else []), name]
    return {path: set_value(text, ("fields", new, "renamed_from"), names[0] if len(names) == 1 else names)}


def moved_field(files: Files, object: str, name: str, after: str | None) -> Changes:
    """A field of the layer behind another one of it, or first."""
    path = document_of(files, object)
    return {path: move_key(files.get(path, ""), ("fields", name), after)}


def _set(text: str | None, path: tuple[str, ...], value: Any) -> str:
    if text is None:
        for key in reversed(path):
            value = {key: value}
        return new_text(value)
    return set_value(text, path, value)


def _placed(text: str | None, group: str, object: str) -> str:
    if text is None:
        return new_text({"navigation": [{"group": group, "items": [object]}]})
    data = read_yaml(text.encode("utf-8"), NAVIGATION).data
    groups = data.get("navigation") if isinstance(data, dict) else None
    known = groups if isinstance(groups, list) else []
    for at, one in enumerate(known):
        if isinstance(one, dict) and one.get("group") == group and isinstance(one.get("items"), list):
            return set_value(text, ("navigation", at, "items", len(one["items"])), object)
    return set_value(text, ("navigation", len(known)), {"group": group, "items": [object]})


def _order(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else []
