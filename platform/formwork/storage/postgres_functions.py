"""What PostgreSQL lacks of the language, as functions in each tenant's schema, made with the system tables.

Its own lower and upper depend on the server's locale and know no full case mapping, so the tables of
this Python are written into fw_lower, fw_upper and fw_fold. fw_fixed cuts a number to 18 digits before
the point and 10 after and gives NULL for a larger one.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from sqlalchemy import Connection
from sqlalchemy.sql.elements import quoted_name

_CODES = (range(1, 0xD800), range(0xE000, 0x20000), range(0xE0000, 0xE0200))
"""Everything Unicode gives a case, a combining class or no case at all lies here; the rest is ideographs."""
_SIGMA, _FINAL_SIGMA = "Σ", "ς"

_HEAD = """
CREATE OR REPLACE FUNCTION {name}(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $fw$
DECLARE
  result text := value;
  sources text[] := {sources};
  targets text[] := {targets};
BEGIN
  IF octet_length(result) = char_length(result) THEN
    RETURN {ascii}(result COLLATE "C");
  END IF;
"""
_TAIL = """
  IF result ~ {changing} THEN
    result := translate(result, {singles}, {replacements});
  END IF;
  IF result ~ {special} THEN
    FOR place IN 1 .. array_length(sources, 1) LOOP
      result := replace(result, sources[place], targets[place]);
    END LOOP;
  END IF;
{last}
  RETURN {answer};
END $fw$
"""
_FIXED = """
CREATE OR REPLACE FUNCTION {name}(value numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $fw$
BEGIN
  value := round(value, 10);
  RETURN CASE WHEN abs(value) < 1000000000000000000 THEN value END;
END $fw$
"""
_STRIP = "  result := regexp_replace(normalize(result, NFKD), {marks}, '', 'g');\n"
_DONE = """  IF octet_length(result) = char_length(result) THEN
    RETURN lower(result COLLATE "C");
  END IF;
"""


def create_functions(connection: Connection, schema: str) -> None:
    """Make the functions in a tenant's schema, or bring them up to date."""
    quote = connection.dialect.identifier_preparer.quote
    for name, body in _bodies():
        place = f"{quote(quoted_name(schema, quote=True))}.{quote(quoted_name(name, quote=True))}"
        connection.exec_driver_sql(body.replace("{name}", place).replace("%", "%%"))


def _characters() -> Iterator[str]:
    return (chr(code) for codes in _CODES for code in codes)


@lru_cache(maxsize=1)
def _bodies() -> tuple[tuple[str, str], ...]:
    strip = _STRIP.replace("{marks}", _literal(_class(c for c in _characters() if unicodedata.combining(c))))
    return (
        ("fw_upper", _function(str.upper, "upper")),
        ("fw_lower", _function(str.lower, "lower", first=_final_sigma())),
        ("fw_fold", _function(str.casefold, "lower", first=strip + _DONE, last=strip)),
        ("fw_fixed", _FIXED),
    )


def _function(change: Callable[[str], str], ascii_name: str, first: str = "", last: str = "") -> str:
    changed = {c: change(c) for c in _characters() if change(c) != c}
    singles = {c: new for c, new in changed.items() if len(new) == 1}
    specials = {c: new for c, new in changed.items() if len(new) != 1}
    parts = {
        "{sources}": _array(specials),
        "{targets}": _array(specials.values()),
        "{ascii}": ascii_name,
        "{singles}": _text(singles),
        "{replacements}": _text(singles.values()),
        "{changing}": _literal(_class(singles)),
        "{special}": _literal(_class(specials)),
        "{last}": last,
        "{answer}": "result",
    }
    body = _HEAD + first + _TAIL
    for mark, text in parts.items():
        body = body.replace(mark, text)
    return body


def _final_sigma() -> str:
    """A capital sigma at the end of a word becomes the final one, by the rule of Unicode that Python follows."""
    ignored = [c for c in _characters() if ("a" + c + _SIGMA).lower()[-1] == _FINAL_SIGMA and not _is_cased_only(c)]
    cased = [c for c in _characters() if _is_cased_only(c)]
    skipped, letters = _class(ignored), _class(cased)
    pattern = f"(?<={letters}{skipped}*){_SIGMA}(?!{skipped}*{letters})"
    return f"  result := regexp_replace(result, {_literal(pattern)}, '{_FINAL_SIGMA}', 'g');\n"


def _is_cased_only(character: str) -> bool:
    """Whether a character is cased and not one that is skipped when looking for cased ones."""
    return (character + _SIGMA).lower()[-1] == _FINAL_SIGMA and (" " + character + _SIGMA).lower()[-1] == _FINAL_SIGMA


def _class(characters: Iterable[str]) -> str:
    """A bracket expression of ranges."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges) + "]"


def _text(characters: Iterable[str]) -> str:
    return _literal("".join(characters))


def _array(texts: Iterable[str]) -> str:
    return "ARRAY[" + ",".join(_literal(text) for text in texts) + "]"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
