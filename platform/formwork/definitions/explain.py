"""What a JSON Schema error means to the person who wrote the document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from formwork.definitions.finding import Finding
from formwork.definitions.schemas.words import LOCALE_PATTERN, NAME_PATTERN
from formwork.definitions.source import Path, Source
from formwork.fieldtypes.choice import CODE_PATTERN

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}
_PATTERNS = {
    NAME_PATTERN: "has small letters, digits and `_`, starts with a letter and is at most 41 long",
    CODE_PATTERN: "has small letters, digits and `_ . + -`, starts with a letter or digit and is at most 61 long",
    LOCALE_PATTERN: "is a language code such as `en` or `pt-BR`",
}


_FEW = 12
"""Names a mend still lists one by one."""
_NO_SUCH_SHAPE = "docs/language shows what can stand here, with an example."
_NO_SUCH_KEY = "Remove it; docs/language lists the keys that can stand here."


_OF_LAYER = {
    "hidden": "Remove it: only the tenant's own layer hides what packages say (docs/language/layers.md).",
    "after": "Remove it: here only the tenant's own layer moves things (docs/language/layers.md).",
}
"""Keys of the tenant's layer, where another document has them."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """A finding with the path it stands at, unabridged.

    `meant` is the word that was to be written where that is plain, `lacks` the key that is missing at the path.
    """

    finding: Finding
    path: Path
    meant: str = ""
    lacks: str = ""


def explain(errors: Iterable[ValidationError], source: Source) -> list[Mistake]:
    """One entry per mistake, in the order of the document."""
    found = {
        mistake.finding: mistake for error in errors for leaf in _leaves(error) for mistake in _mistakes(leaf, source)
    }
    misspelt = {(*mistake.path[:-1], mistake.meant) for mistake in found.values() if mistake.meant}
    return [found[finding] for finding in sorted(found) if (*found[finding].path, found[finding].lacks) not in misspelt]


def nearest(word: str, known: Iterable[str]) -> str:
    """`Did you mean …?` for a misspelt word, or an empty text."""
    like = _like(word, known)
    return f"Did you mean `{like}`?" if like else ""


def nearest_or_list(word: str, known: Iterable[str], no_such: str = "") -> str:
    """`Did you mean …?`, else the few words there are to choose from, else `no_such`."""
    words = list(known)
    return nearest(word, words) or (_list_of(words) if len(words) <= _FEW else "") or no_such


def _like(word: str, known: Iterable[str]) -> str:
    """The word most like it; one of the very same letters, in another order, before all others."""
    hits = get_close_matches(word.lower(), list(known), n=3, cutoff=0.6)
    return next((hit for hit in hits if sorted(hit) == sorted(word.lower())), hits[0] if hits else "")


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors worth telling: of alternatives, those of the one whose type fits, or of the one with words."""
    if error.validator not in ("anyOf", "oneOf") or not error.context or _needs_one_key(error):
        yield error
        return
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(int(inner.relative_schema_path[0]), []).append(inner)
    fitting = [inner for inner in branches.values() if not any(_is_misfit(one, error) for one in inner)]
    if not fitting:
        words = [one for one in error.context if one.validator == "enum" and isinstance(one.instance, str)]
        yield words[0] if len(words) == 1 else error
        return
    for inner in min(fitting, key=lambda one: (-max(len(leaf.absolute_path) for leaf in one), len(one))):
        yield from _leaves(inner)


def _needs_one_key(error: ValidationError) -> bool:
    """Whether the alternatives are only which key is written."""
    alternatives: Any = error.validator_value
    return all(set(one) == {"required"} for one in alternatives)


def _is_misfit(inner: ValidationError, outer: ValidationError) -> bool:
    return len(inner.absolute_path) == len(outer.absolute_path) and inner.validator in ("type", "const", "enum", "not")


def _mistakes(error: ValidationError, source: Source) -> Iterator[Mistake]:
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    limit: Any = error.validator_value
    value: Any = error.instance
    match error.validator:
        case "required":
            for key in (key for key in limit if key not in value):
                if f"{key!r}" in error.message:
                    told = _mistake(source, path, "missing_key", f"`{key}` is missing here.", f"Add `{key}:`.")
                    yield replace(told, lacks=key)
        case "additionalProperties":
            known = _keys(schema, path, value)
            for key in (key for key in value if key not in known):
                meant = "" if " " in key or key in _OF_LAYER else _like(key, known)
                mend = (
                    _quote_it(key) or _OF_LAYER.get(key, "") or nearest(key, known) or _list_of(known) or _NO_SUCH_KEY
                )
                yield _mistake(source, (*path, key), "unknown_key", f"There is no key `{key}` here.", mend, meant)
        case "propertyNames" | "pattern" if _is_key_error(error):
            yield _mistake(source, (*path, value), "bad_name", f"`{error.instance}` is no name here.", _pattern(error))
        case _:
            code, message, mend = _sentence(error)
            meant = _like(str(value), map(str, limit)) if error.validator == "enum" else ""
            yield _mistake(source, path, code, message, mend, meant)


def _is_key_error(error: ValidationError) -> bool:
    return "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str)


def _mistake(source: Source, path: Path, code: str, message: str, mend: str, meant: str = "") -> Mistake:
    place = source.at(*path)
    dotted = ".".join(str(step) for step in path)
    return Mistake(Finding(place.file, place.line, place.column, dotted, code, message, mend), path, meant)


def _keys(schema: Any, path: Path, value: Any) -> list[str]:
    """The keys a mapping may have; a field that is changed may become one of its own by its type."""
    known = list(schema.get("properties", {}))
    is_change = len(path) == 2 and path[0] == "fields" and "type" not in value and "type" not in known
    return [*known, "type"] if is_change else known


def _sentence(error: ValidationError) -> tuple[str, str, str]:
    value: Any = error.instance
    limit: Any = error.validator_value
    shown = f"`{value}`" if isinstance(value, str | int | float) and len(str(value)) <= 60 else "This"
    match error.validator:
        case "enum":
            return (
                "bad_choice",
                f"{shown} is not one of the words possible here.",
                nearest(str(value), map(str, limit)) or _list_of(limit),
            )
        case "const":
            return "bad_choice", f"{shown} is not possible here.", f"Write `{limit}`.".replace("`True`", "`true`")
        case "type":
            return "bad_type", f"{shown} is {_kind(value)}; this takes {_kinds(limit)}.", _write_a(limit, value)
        case "anyOf" | "oneOf" if _needs_one_key(error):
            keys = [one["required"][0] for one in limit]
            return (
                "one_of",
                f"Exactly one of {', '.join(f'`{key}`' for key in keys)} belongs here.",
                "Write one of them and remove the others.",
            )
        case "anyOf" | "oneOf":
            kinds = sorted({_TYPES[kind] for one in limit for kind in _types_in(one, error)})
            message = f"{shown} is {_kind(value)}; this takes {' or '.join(kinds) or 'something else'}."
            return "bad_type", message, _NO_SUCH_SHAPE
        case "pattern":
            return "bad_form", f"{shown} does not have the form needed here.", _pattern(error)
        case "minLength" | "minItems" | "minProperties":
            return (
                "too_short",
                "This is empty." if limit == 1 else f"This has fewer than {limit} items.",
                "Fill it or leave the key out.",
            )
        case "maxLength":
            return "too_long", f"This text has {len(value)} characters; {limit} are allowed.", "Shorten it."
        case "maxItems":
            return "too_many", f"This list has {len(value)} items; {limit} are allowed.", "Remove some of them."
        case "minimum" | "exclusiveMinimum":
            return "too_small", f"{shown} is too small; the least is {limit}.", "Write a larger one."
        case "maximum":
            return "too_large", f"{shown} is too large; the most is {limit}.", "Write a smaller one."
    return "bad_value", f"{shown} is not possible here.", _NO_SUCH_SHAPE


def _types_in(shape: Any, error: ValidationError) -> list[str]:
    if "type" in shape:
        return [shape["type"]] if isinstance(shape["type"], str) else list(shape["type"])
    if "$ref" in shape or "enum" in shape or "const" in shape or "pattern" in shape:
        return ["string"]
    return [kind for inner in shape.get("anyOf", ()) for kind in _types_in(inner, error)]


def _kind(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "a mapping"


def _kinds(wanted: str | list[str]) -> str:
    return " or ".join(_TYPES[one] for one in ([wanted] if isinstance(wanted, str) else wanted))


def _write_a(wanted: str | list[str], value: object) -> str:
    """How a value of the wrong type is written right."""
    kinds = {wanted} if isinstance(wanted, str) else set(wanted)
    if "string" in kinds:
        return "Put it in quotes." if isinstance(value, bool | int | float) else "Write it as one text in quotes."
    if kinds & {"integer", "number"}:
        return "Write digits without quotes, such as `10`."
    if "boolean" in kinds:
        return "Write `true` or `false`, without quotes."
    if "array" in kinds:
        return "Write a list: `[a, b]`, or one `- item` a line."
    return "Write keys with values below it, or `{key: value}`."


def _pattern(error: ValidationError) -> str:
    pattern = str(error.validator_value)
    known = _PATTERNS.get(pattern)
    if known:
        return f"It {known}."
    schema: Any = error.schema
    if "description" in schema:
        return str(schema["description"])
    return f"It has to match {pattern}."


def _quote_it(key: str) -> str:
    """A sentence with a comma in a flow mapping reads as a key with blanks."""
    return "Put the text that holds a comma in quotes." if " " in key else ""


def _list_of(words: Iterable[Any]) -> str:
    listed = [f"`{word}`" for word in words]
    return f"Known are {', '.join(listed)}." if len(listed) <= 40 else ""
