"""Plain YAML scalars by the core schema of YAML 1.2 (section 10.3): `no` is text, `012` is twelve."""

import re

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MOST_DIGITS = 40

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar; raises ValueError with a sentence for numbers nobody can store."""
    if text in _NULL:
        return None
    first = text[0]
    if first.isalpha():
        if text in _TRUE:
            return True
        if text in _FALSE:
            return False
        return text
    if first not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(_short(text))
    if _BASED.fullmatch(text):
        return int(_short(text), 0)
    if _FLOAT.fullmatch(text):
        number = float(_short(text))
        if number in (float("inf"), float("-inf")):
            raise ValueError("This number is too large.")
        return number
    if _ENDLESS.fullmatch(text):
        raise ValueError("Infinity and NaN are no values of the language.")
    return text


def _short(text: str) -> str:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"A number has at most {_MOST_DIGITS} characters; quote it if it is text.")
    return text
