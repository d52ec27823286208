"""The controls of a field's form that follow from its type, and what their values are in a document."""

from collections.abc import Mapping
from typing import Any

from formwork.fieldtypes.registry import FIELD_TYPES
from formwork.web.language import say as _
from formwork.web.pages.studio.bench import Bench
from formwork.web.pages.studio.field_types import type_label
from formwork.web.views.shown import Option
from formwork.web.views.studio import Setting

FLAGS = ("required", "unique", "history", "searchable", "restricted", "personal")
"""What a field is or is not, whatever its type."""
TEXTS = ("label", "help", "placeholder", "required_when", "visible_when", "readonly_when")
"""Texts of a field, whatever its type."""
_FIGURES = ("count", "sum", "min", "max", "avg", "latest")
_ELSEWHERE = frozenset({"consent", "options", "kinds", *_FIGURES})
"""Settings with controls of their own, or that are written as text."""
_ROLLUP_PLAIN = frozenset({"where", "of", "gives", "order_by", "refresh"})
_EXPRESSIONS = frozenset({"expression", "where", "filter", "assign_when"})


def flags(kind: str, values: Mapping[str, str]) -> tuple[Setting, ...]:
    """The flags a type can have."""
    words = {
        "required": _("Required"), "unique": _("Unique"), "history": _("Keep every change"),
        "searchable": _("Found by the search"), "restricted": _("Hidden unless a role is given it"),
        "personal": _("Personal data of somebody"),
    }  # fmt: skip
    computed = FIELD_TYPES[kind].computed
    offered = [one for one in FLAGS if not (computed and one in ("required", "unique", "history"))]
    return tuple(Setting(one, words[one], "check", values.get(one, "")) for one in offered)


def settings_of(bench: Bench, object: str, kind: str, values: Mapping[str, str]) -> tuple[Setting, ...]:
    """The controls of what only this type knows."""
    field_type = FIELD_TYPES[kind]
    required = field_type.required_settings()
    found = []
    if kind == "rollup":
        found.append(_figure(values))
    for key, shape in field_type.schema().items():
        if key == "figure_of" or (key in _ELSEWHERE and not (kind != "rollup" and key in ("min", "max"))):
            continue
        if kind == "rollup" and key not in _ROLLUP_PLAIN:
            continue
        control, options = _control(bench, object, kind, key, shape, values.get(key, ""))
        found.append(Setting(key, setting_label(key), control, values.get(key, ""), "", options, key in required))
    if kind == "rollup":
        found.insert(2, Setting("figure_of", _("Of which field of theirs"), "text", values.get("figure_of", ""),
                                _("The API name of a field; blank for a count.")))  # fmt: skip
    return tuple(found)


def setting_label(key: str) -> str:
    """What a setting is called."""
    words = {
        "max": _("Most"), "min": _("Least"), "pattern": _("Pattern"), "precision": _("Decimals"), "to": _("Points at"),
        "on_delete": _("When that record is deleted"), "filter": _("Only records where"),
        "inverse": _("Name of the list there"),
        "format": _("Format"), "gapless": _("Without gaps"), "assign_when": _("Given when"), "gives": _("Gives"),
        "expression": _("Expression"), "stored": _("Stored, so that it can be sorted fast"), "of": _("Over"),
        "where": _("Only where"), "order_by": _("Latest by"), "refresh": _("Computed anew"), "path": _("Path"),
        "multiple": _("Several files"), "accept": _("Kinds of files"), "max_size": _("Largest file in MB"),
        "country": _("Country of numbers without code"),
    }  # fmt: skip
    return words.get(key, key)


def _figure(values: Mapping[str, str]) -> Setting:
    words = {
        "count": _("Count"), "sum": _("Sum"), "min": _("Smallest"), "max": _("Largest"), "avg": _("Average"),
        "latest": _("Latest"),
    }  # fmt: skip
    chosen = values.get("figure", "count")
    options = tuple(Option(one, words[one], one == chosen) for one in _FIGURES)
    return Setting("figure", _("Figure"), "select", chosen, "", options, True)


def _control(
    bench: Bench, object: str, kind: str, key: str, shape: Mapping[str, Any], value: str
) -> tuple[str, tuple[Option, ...]]:
    if key == "to" and kind != "polymorphic_lookup":
        return "select", _objects(bench, value)
    if key == "to":
        return "text", ()
    if key == "of":
        return "select", _pointing(bench, object, value)
    if key in _EXPRESSIONS:
        return "expression", ()
    if shape.get("type") == "boolean":
        return "check", ()
    if shape.get("type") == "array":
        chosen = value.split(",")
        return "choices", tuple(Option(one, one, one in chosen) for one in shape.get("items", {}).get("enum", ()))
    words = shape.get("enum") or ([shape["const"]] if "const" in shape else None)
    if words is not None:
        blank = () if key == "gives" and kind == "formula" else (Option("", _("As usual"), not value),)
        return "select", (*blank, *(Option(one, _word(key, one), one == value) for one in words))
    return ("number" if shape.get("type") in ("integer", "number") else "text"), ()


def _word(key: str, word: str) -> str:
    words = {
        "set_null": _("Leave the link blank"), "restrict": _("Refuse to delete it"), "cascade": _("Delete this too"),
        "nightly": _("Every night"),
    }  # fmt: skip
    return type_label(word) if key == "gives" else words.get(word, word)


def _objects(bench: Bench, value: str) -> tuple[Option, ...]:
    every = [one for one in bench.composition.objects.values() if one.master is None]
    options = sorted((Option(one.name, bench.label(one), one.name == value) for one in every), key=_label)
    return (Option("", _("Choose an object"), not value), *options)


def _pointing(bench: Bench, object: str, value: str) -> tuple[Option, ...]:
    """Every look-up and master field that points at an object."""
    found = []
    for one in bench.composition.objects.values():
        for field in bench.fields(one).values():
            if field.type in ("lookup", "master_detail") and field.settings.get("to") == object:
                name = f"{one.name}.{field.name}"
                label = f"{bench.plural(one)} ({bench.field_label(one.name, field)})"
                found.append(Option(name, label, name == value))
    return (Option("", _("Choose the records"), not value), *sorted(found, key=_label))


def _label(option: Option) -> str:
    return option.label.casefold()


def to_values(written: Mapping[str, Any]) -> dict[str, str]:
    """What a document says of a field as texts of the form's controls."""
    values = {key: _text(value) for key, value in written.items() if key not in ("options", "type")}
    if "default" in written:
        default = written["default"]
        is_expression = isinstance(default, dict) and "expression" in default
        values["default"] = f"= {default['expression']}" if is_expression else _text(default)
    if written.get("type") == "rollup":
        for figure in _FIGURES:
            if figure in written:
                values["figure"] = figure
                values["figure_of"] = "" if written[figure] is True else str(written[figure])
                values.pop(figure)
    return values


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, list | tuple):
        return ",".join(str(one) for one in value)
    return str(value)


def to_written(kind: str, form: Mapping[str, str], several: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the form says of a field, as a document holds it; blank controls are left out."""
    written: dict[str, Any] = {}
    for key in TEXTS:
        if text := form.get(key, "").strip():
            written[key] = text
    for key in FLAGS:
        if form.get(key) == "1":
            written[key] = True
    if default := form.get("default", "").strip():
        written["default"] = _default(kind, default)
    for key, shape in FIELD_TYPES[kind].schema().items():
        if key in _ELSEWHERE and not (kind != "rollup" and key in ("min", "max")):
            continue
        if kind == "rollup" and key not in _ROLLUP_PLAIN:
            continue
        value = _value(kind, key, shape, form.get(key, "").strip(), several.get(key, []))
        if value is not None and value is not False and value not in ("", []):
            written[key] = value
    if kind == "rollup":
        figure = form.get("figure", "count")
        if figure in _FIGURES:
            written[figure] = True if figure == "count" else form.get("figure_of", "").strip()
    return written


def _value(kind: str, key: str, shape: Mapping[str, Any], text: str, several: list[str]) -> Any:
    if shape.get("type") == "boolean":
        return text == "1"
    if key == "to" and kind == "polymorphic_lookup":
        return [one.strip() for one in text.split(",") if one.strip()]
    if shape.get("type") == "array":
        return [one for one in several if one]
    if "const" in shape:
        return shape["const"] if text else None
    return _number(text) if _takes_number(shape) else text


def _takes_number(shape: Mapping[str, Any]) -> bool:
    kinds = shape.get("type")
    return kinds in ("integer", "number") or (isinstance(kinds, list) and "number" in kinds)


def _number(text: str) -> Any:
    """A number as a document holds it; what is none stays text, and the check of the draft says so."""
    plain = text.removeprefix("-")
    if plain.isascii() and plain.isdigit() and len(plain) < 19:
        return int(text)
    whole, dot, rest = plain.partition(".")
    if dot and whole.isascii() and whole.isdigit() and rest.isascii() and rest.isdigit() and len(plain) < 19:
        return float(text)
    return text


def _default(kind: str, text: str) -> Any:
    if text.startswith("="):
        return {"expression": text[1:].strip()}
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return _number(text) if kind in ("integer", "number", "rating") else text
