"""What the tenant layer says of the rights of roles on an object."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.edit.objects import PERMISSIONS, Changes, Files
from formwork.definitions.edit.yaml_edit import Keys, new_text, remove_key, set_value
from formwork.definitions.reading.yaml_text import read_yaml

_GRANTS = "grants"


def written_grants(files: Files, object: str) -> dict[str, dict[str, Any]]:
    """What the layer says of an object, by role."""
    grants = _data(files.get(PERMISSIONS, "")).get(_GRANTS)
    found: dict[str, dict[str, Any]] = {}
    for role, objects in grants.items() if isinstance(grants, dict) else ():
        said = objects.get(object) if isinstance(objects, dict) else None
        if isinstance(said, dict):
            found[role] = said
    return found


def with_grants(files: Files, object: str, wanted: Mapping[str, Mapping[str, Any]]) -> Changes:
    """Verbs by role as `wanted`: a value, or None for what packages say. Everything else stays as it is."""
    text = files.get(PERMISSIONS)
    before = written_grants(files, object)
    for role, verbs in wanted.items():
        for verb, value in verbs.items():
            known = before.get(role, {})
            path = (_GRANTS, role, object, verb)
            if value is None:
                text = _without(text or "", path) if verb in known else text
            elif verb not in known or known[verb] != value:
                text = set_value(text, path, value) if text else new_text({_GRANTS: {role: {object: {verb: value}}}})
    if text == files.get(PERMISSIONS):
        return {}
    return {PERMISSIONS: text if text and _data(text) else None}


def _without(text: str, path: Keys) -> str:
    """The text without a key, and without what is left empty above it."""
    here = remove_key(text, path)
    above = path[:-1]
    value: Any = _data(here)
    for key in above:
        value = value[key]
    if value:
        return here
    return _without(here, above) if len(above) > 1 else "" if len(_data(here)) == 1 else remove_key(here, above)


def _data(text: str) -> dict[str, Any]:
    data = read_yaml(text.encode("utf-8"), PERMISSIONS).data if text else None
    return data if isinstance(data, dict) else {}
