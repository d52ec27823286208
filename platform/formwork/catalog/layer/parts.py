"""Parts with keys: those a layer names are changed, moved, taken away or added; all others stay as packages say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from formwork.catalog.findings import Findings
from formwork.definitions.check_part import check_part
from formwork.definitions.dump.field import thaw
from formwork.definitions.model import Place, Source

T = TypeVar("T")
_WORDS = ("hidden", "after")


@dataclass(frozen=True, slots=True)
class Said:
    """What a layer says of one part: its key, the properties it names, and where it stands."""

    key: str
    body: Mapping[str, Any]
    source: Source

    @property
    def is_hidden(self) -> bool:
        """True when the part is to go."""
        return bool(self.body.get("hidden"))

    @property
    def after(self) -> str | None:
        """The key the part is to stand behind."""
        return self.body.get("after")

    @property
    def properties(self) -> dict[str, Any]:
        """The body without the words that are about its place."""
        return {key: value for key, value in self.body.items() if key not in _WORDS}


def named(written: Mapping[str, Any], source: Source, word: str = "label") -> list[Said]:
    """The parts of a mapping by key; one that is only a text says `word`."""
    return [Said(key, {word: one} if isinstance(one, str) else one, source.below(key)) for key, one in written.items()]


def listed(written: Sequence[Any], source: Source, *keys: str) -> list[Said]:
    """The parts of a list by the first of `keys` they say; one that is only a text is its key."""
    found = []
    for index, one in enumerate(written):
        body = {keys[0]: one} if isinstance(one, str) else one
        key = next(str(body[name]) for name in keys if name in body)
        found.append(Said(key, body, source.below(index)))
    return found


def lay(
    parts: Mapping[str, T],
    said: Iterable[Said],
    change: Callable[[T | None, Said], T | None],
    findings: Findings,
    *,
    hide: Callable[[T], T] | None = None,
) -> dict[str, T]:
    """The parts in their order with what is said laid over them.

    `change` gives a part with the properties said, or a new one for None, or None where that is not possible; `hide`
    marks what is hidden instead of taking it away. What should stand behind a part that is not there stands at the
    end, which is noted.
    """
    result = dict(parts)
    for one in said:
        known = result.get(one.key)
        if one.is_hidden and known is None:
            _warn(findings, one, "nothing_hidden", "hidden", f"There is no `{one.key}` any more that could be hidden.")
            continue
        if one.is_hidden and hide is None:
            del result[one.key]
            continue
        changed = change(known, one)
        if changed is not None:
            result[one.key] = changed if hide is None or not one.is_hidden else hide(changed)
            result = moved(result, one, findings)
    return result


def moved(parts: dict[str, T], one: Said, findings: Findings) -> dict[str, T]:
    """The parts with one behind the key it names."""
    if one.after is None:
        return parts
    rest = {key: part for key, part in parts.items() if key != one.key}
    if one.after not in rest:
        _warn(findings, one, "no_anchor", "after", f"There is no `{one.after}` any more to stand behind.")
        return {**rest, one.key: parts[one.key]}
    result: dict[str, T] = {}
    for key, part in rest.items():
        result[key] = part
        if key == one.after:
            result[one.key] = parts[one.key]
    return result


def lay_names(names: Sequence[str], written: Sequence[Any], source: Source, findings: Findings) -> tuple[str, ...]:
    """Names of fields with others added, moved and taken away."""
    said = listed(written, source, "field")
    return tuple(lay(dict.fromkeys(names, ""), said, lambda known, _: known or "", findings))


def switched(words: Sequence[str], written: Mapping[str, bool] | Sequence[str]) -> tuple[str, ...]:
    """Words with those of a list added, or each of a mapping added or taken away."""
    wanted = dict(written) if isinstance(written, Mapping) else dict.fromkeys(written, True)
    kept = [word for word in words if wanted.get(word, True)]
    return tuple(dict.fromkeys([*kept, *(word for word, holds in wanted.items() if holds)]))


def is_sound(findings: Findings, kind: str, part: str, data: Any, source: Source) -> bool:
    """Whether a value can be the part of a document of the kind; tells what is wrong with it at `source`."""
    faults = [] if findings.trusts else check_part(kind, part, thaw(data), source)
    for one in faults:
        findings.at(Place(one.file, one.line, one.column), one.code, one.path, one.message, one.mend)
    return not faults


def _warn(findings: Findings, one: Said, code: str, word: str, message: str) -> None:
    path = ".".join(str(step) for step in one.source.base)
    mend = "Remove the line." if word == "hidden" else "It stands at the end; name another key."
    findings.at(one.source.at(word), code, path, message, mend, severity="warning")
