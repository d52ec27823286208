"""Versions of packages and the ranges a manifest asks for, by the rules of semantic versioning (semver.org)."""

import re

_RANGE = re.compile(r"(\^|~|>=)?(\d+(?:\.\d+){0,2})")


def version_key(version: str) -> tuple[int, int, int]:
    """A version as numbers that compare as versions do; what is not said counts as 0."""
    first, second, third = ([int(part) for part in version.split(".")] + [0, 0])[:3]
    return first, second, third


def fits(version: str, wanted: str) -> bool:
    """Whether a version lies in a range: `^1.2` up to the next first number, `~1.2` up to the next second, `>=1.2`, or
    one version, of which only the numbers that are said count. Raises ValueError for what is no range."""
    found = _RANGE.fullmatch(wanted)
    if found is None:
        raise ValueError(f"{wanted!r} is no range of versions")
    have, least, said = version_key(version), version_key(found[2]), found[2].count(".") + 1
    match found[1]:
        case ">=":
            return have >= least
        case "^":
            return have >= least and have[0] == least[0]
        case "~":
            return have >= least and have[: min(said, 2)] == least[: min(said, 2)]
    return have[:said] == least[:said]
