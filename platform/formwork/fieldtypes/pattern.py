"""Patterns a package writes for its text fields: sound, and quick on every text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from re import _constants as codes  # no other reader reads what is run in the same way
from re import _parser as reader
from typing import Any

MOST_MATCHED = 1_000
"""Characters of a text a pattern is tried on."""
_MOST_WAYS = 4 * (MOST_MATCHED + 1) ** 2
"""Ways through a text a pattern may have to try."""
_LATIN = 0x250
_OTHERS = "٣\u2003中ß—😀"
"""A digit, a space, letters and signs that stand for all beyond Latin."""
_REPEATED = "A repeated group must not hold a repetition, an option or a choice; it can take forever."
_WAYS = "Repetitions and choices that take the same characters follow each other; a text can take forever."
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_Signs = frozenset[int]


class _FaultError(Exception):
    """What is wrong with a pattern."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Signs a part of a pattern takes, and how many ways it has to take them; one way of one sign is a `fixed` part."""

    signs: _Signs
    ways: int = 1
    fixed: bool = True


def pattern_fault(pattern: str) -> str:
    """What is wrong with a regular expression as a sentence, or an empty text.

    Python tries every way through a text before it says no. Ways multiply where parts that can end in several
    places follow each other without a sign between them that only one of them takes, and grow exponentially where
    such parts are repeated themselves.
    """
    try:
        re.compile(pattern)
        tree = reader.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"This is no regular expression: {error}."
    if tree.state.flags != re.UNICODE.value:
        return "A pattern has no flags such as `(?i)`; write both cases."
    try:
        _require_few(_ways(_Reading(pattern).parts(tree)))
    except _FaultError as fault:
        return str(fault)
    return ""


class _Reading:
    """Reads the tree of one pattern."""

    def __init__(self, pattern: str) -> None:
        self._all = frozenset([*range(_LATIN), *map(ord, _OTHERS), *map(ord, pattern)])

    def parts(self, tree: Iterable[tuple[Any, Any]]) -> list[_Part]:
        """The parts of a tree in order; raises _FaultError."""
        found: list[_Part] = []
        for code, value in tree:
            if code in _REPEATS:
                found += self._repeat(*value)
            elif code is codes.BRANCH:
                found += self._branches([self.parts(one) for one in value[1]])
            elif code is codes.SUBPATTERN:
                _, added, taken, inner = value
                if added or taken:
                    raise _FaultError("A pattern has no flags such as `(?i:…)`; write both cases.")
                found += self.parts(inner)
            elif code is codes.ATOMIC_GROUP:
                found += self.parts(value)
            elif code in (codes.ASSERT, codes.ASSERT_NOT):
                if not _are_fixed(self.parts(value[1])):
                    raise _FaultError("What a pattern looks ahead for or back at has a fixed length.")
            elif code in (codes.GROUPREF, codes.GROUPREF_EXISTS):
                raise _FaultError("A pattern does not refer to its own groups.")
            elif code is not codes.AT:
                found.append(_Part(self._signs(code, value)))
        return found

    def _repeat(self, least: int, most: int, tree: Iterable[tuple[Any, Any]]) -> list[_Part]:
        inner = self.parts(tree)
        if most > 1 and not _are_fixed(inner):
            raise _FaultError(_REPEATED)
        if most == 0 or least == most:
            return inner if most else []
        ways = min(int(most), MOST_MATCHED) - min(int(least), MOST_MATCHED) + 1
        return [*(inner if least else []), _Part(_union(inner), ways * _ways(inner), fixed=False)]

    def _branches(self, branches: Sequence[list[_Part]]) -> list[_Part]:
        """A choice is no choice where the next sign tells which branch it is."""
        whole = _union([part for branch in branches for part in branch])
        begun = all(branch and branch[0].fixed for branch in branches)
        firsts = [branch[0].signs for branch in branches] if begun else []
        told = begun and sum(map(len, firsts)) == len(frozenset[int]().union(*firsts))
        ways = (1 if told else len(branches)) * max(map(_ways, branches))
        return [*([_Part(frozenset[int]().union(*firsts))] if begun else []), _Part(whole, ways, fixed=False)]

    def _signs(self, code: Any, value: Any) -> _Signs:
        """The signs one step takes, rather too many than too few."""
        if code is codes.LITERAL:
            return frozenset([value])
        if code is codes.NOT_LITERAL:
            return self._all - {value}
        if code is not codes.IN:
            return self._all
        negated = value[0][0] is codes.NEGATE
        found: _Signs = frozenset()
        for kind, what in value[negated:]:
            found |= self._class(kind, what, negated=negated)
        return self._all - found if negated else found

    def _class(self, kind: Any, what: Any, *, negated: bool) -> _Signs:
        if kind is codes.LITERAL:
            return frozenset([what])
        if kind is codes.RANGE:
            low, high = what
            if high >= _LATIN:  # not every sign of it is looked at
                return frozenset(range(low, min(high + 1, _LATIN))) if negated else self._all
            return frozenset(range(low, high + 1))
        name = str(what).rpartition("_")[2]
        outside = "_NOT_" in str(what)
        return frozenset(sign for sign in self._all if _is_of(chr(sign), name) is not outside)


def _is_of(sign: str, name: str) -> bool:
    match name:
        case "DIGIT":
            return sign.isdecimal()
        case "SPACE":
            return sign.isspace()
        case _:
            return sign.isalnum() or sign == "_"


def _are_fixed(parts: Iterable[_Part]) -> bool:
    return all(part.fixed for part in parts)


def _union(parts: Iterable[_Part]) -> _Signs:
    return reduce(lambda found, part: found | part.signs, parts, frozenset())


def _require_few(ways: int) -> None:
    if ways > _MOST_WAYS:
        raise _FaultError(_WAYS)


def _ways(parts: Iterable[_Part]) -> int:
    """How many ways there are through a text; raises _FaultError for too many.

    Parts that may end in several places form a chain. A sign that no part of it takes ends it: where it stands is
    certain, and what is tried again behind it is one way less of freedom.
    """
    before, chain, widest = 1, 1, 1
    taken: _Signs = frozenset()
    for part in parts:
        apart = not taken & part.signs
        if not part.fixed:
            chain = chain + part.ways if apart and taken else chain * part.ways
            widest = max(widest, part.ways)
            taken |= part.signs
        elif apart:
            before, chain, widest, taken = before * max(1, chain // widest), 1, 1, frozenset()
        elif taken:
            taken |= part.signs
        _require_few(before * chain)
    return before * chain
