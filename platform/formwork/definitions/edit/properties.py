"""What the tenant layer says of an object itself: its names, looks, features and validation rules."""

from collections.abc import Mapping
from typing import Any

from formwork.definitions.edit.objects import Changes, Files, document_of
from formwork.definitions.edit.yaml_edit import new_text, remove_key, set_value
from formwork.definitions.reading.yaml_text import read_yaml

_RULES = "validations"


def with_properties(files: Files, object: str, wanted: Mapping[str, Any], base: Mapping[str, Any]) -> Changes:
    """Properties of an object; one that is as in `base`, what the packages say, leaves the file."""
    path = document_of(files, object)
    text = files.get(path) or new_text({"extends": object})
    written = _data(text)
    for key, value in wanted.items():
        if base.get(key) == value:
            text = remove_key(text, (key,)) if key in written else text
        elif written.get(key) != value:
            text = set_value(text, (key,), value)
    if set(_data(text)) == {"extends"}:
        return {path: None} if path in files else {}
    return {} if text == files.get(path) else {path: text}


def with_rule(files: Files, object: str, rule: Mapping[str, Any]) -> Changes:
    """A validation rule of an object, in place of what the layer says of the one of that name."""
    path = document_of(files, object)
    text = files.get(path) or new_text({"extends": object})
    rules = _rules(_data(text))
    at = next((at for at, one in enumerate(rules) if one.get("rule") == rule["rule"]), len(rules))
    return {path: set_value(text, (_RULES, at) if rules else (_RULES,), dict(rule) if rules else [dict(rule)])}


def without_rule(files: Files, object: str, name: str) -> Changes:
    """What the layer says of a rule taken out."""
    path = document_of(files, object)
    text = files.get(path, "")
    data = _data(text)
    left = [one for one in _rules(data) if one.get("rule") != name]
    if len(left) == len(_rules(data)):
        return {}
    text = set_value(text, (_RULES,), left) if left else remove_key(text, (_RULES,))
    return {path: None} if set(_data(text)) == {"extends"} else {path: text}


def written_rule(files: Files, object: str, name: str) -> Mapping[str, Any] | None:
    """What the layer says of a rule, None for nothing."""
    rules = _rules(_data(files.get(document_of(files, object), "")))
    return next((one for one in rules if one.get("rule") == name), None)


def _data(text: str) -> dict[str, Any]:
    data = read_yaml(text.encode("utf-8"), "").data
    return data if isinstance(data, dict) else {}


def _rules(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = data.get(_RULES)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
