"""The words a person is known by: those that are theirs alone, and those that are theirs in their own records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from formwork.catalog import FieldSpec, Snapshot
from formwork.fieldtypes import phone_text
from formwork.privacy.personal import Subject, telling_fields
from formwork.records.erase import load_any
from formwork.storage import Work

_SHORTEST_NAME = 5
_SHORTEST = 3
_STREET = "street"


@dataclass(frozen=True, slots=True)
class Needles:
    """`sure` are looked for everywhere (addresses of mail, numbers, the whole name), `loose` where it is about them."""

    sure: tuple[str, ...]
    loose: tuple[str, ...]

    def as_json(self) -> dict[str, list[str]]:
        """How they are kept while the person is being anonymised."""
        return {"sure": list(self.sure), "loose": list(self.loose)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Needles":
        """What `as_json` gave."""
        return cls(tuple(kept.get("sure", ())), tuple(kept.get("loose", ())))


def needles_of(work: Work, subjects: Iterable[Subject]) -> Needles:
    """The words of these records, deleted ones too."""
    sure: set[str] = set()
    loose: set[str] = set()
    groups: dict[str, list[Any]] = {}
    for one in subjects:
        groups.setdefault(one.object, []).append(one.id)
    for object, ids in groups.items():
        spec = work.object(object)
        fields = [spec.fields[name] for name in sorted(telling_fields(work.snapshot, object))]
        for row in load_any(work, object, ids, [field.name for field in fields]).values():
            for field in fields:
                words = [word.strip() for word in _words(row[field.name], field.value_type.name)]
                loose.update(word for word in words if len(word) >= _SHORTEST)
                sure.update(_sure(work.snapshot, object, field, words))
    return Needles(tuple(sorted(sure)), tuple(sorted(loose | sure)))


def _sure(snapshot: Snapshot, object: str, field: FieldSpec, words: list[str]) -> Iterable[str]:
    kind = field.value_type.name
    if kind == "email":
        return words
    if kind == "phone":
        return [*words, *(phone_text(word, field.value_settings.get("country")) for word in words)]
    if field.name == snapshot.object(object).title:
        return [word for word in words if len(word) >= _SHORTEST_NAME and (" " in word or not word.isascii())]
    return ()


def _words(value: Any, kind: str) -> Iterable[str]:
    """The words of a value; of an address the street only, since many people live in a city."""
    if isinstance(value, str):
        yield value
    elif kind == "address" and value is not None:
        yield from _words(getattr(value, _STREET), "text")
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _words(item, kind)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item, kind)
