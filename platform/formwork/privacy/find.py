"""Finding a person: by an address, a number, a name, or by a record that is theirs. Deleted records count too."""

from collections.abc import Sequence
from dataclasses import dataclass

from formwork.catalog import ObjectSpec
from formwork.kernel import Invalid
from formwork.privacy.needles import needles_of
from formwork.privacy.personal import Subject, is_about_person, personal_objects, telling_fields, text_fields
from formwork.records.erase import load_any
from formwork.storage import Work, erase

MOST = 50
"""Records of one object that are shown; whoever finds more is asked for more letters."""
_SHORTEST = 3
_SHORTEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A record that may be the person's. `title` is blank where the record has none."""

    subject: Subject
    title: str
    deleted: bool


def find_person(work: Work, text: str) -> list[Found]:
    """The records about people that hold the text in a personal field; raises Invalid for less than three letters."""
    wanted = text.strip()
    if len(wanted) < _SHORTEST:
        raise Invalid("Enter at least three characters of a name, an address or a number.", code="search_too_short")
    digits = "".join(sign for sign in wanted if sign.isdigit()).lstrip("0")
    number = [digits] if len(digits) >= _SHORTEST_NUMBER and not any(sign.isalpha() for sign in wanted) else []
    return _found(work, [wanted, *number])


def records_of(work: Work, subjects: Sequence[Subject]) -> list[Found]:
    """The records that are probably the same person's: those named, and those with their address, number or name."""
    known = shown(work, subjects)
    seen = {one.subject for one in known}
    sure = needles_of(work, subjects).sure
    return [*known, *(one for one in (_found(work, sure) if sure else []) if one.subject not in seen)]


def _found(work: Work, texts: Sequence[str]) -> list[Found]:
    subjects: list[Subject] = []
    for spec in personal_objects(work.snapshot):
        if is_about_person(work.snapshot, spec.name):
            ids = erase.mentioning(work, spec.name, _looked_at(work, spec), texts, None, MOST)
            subjects += [Subject(spec.name, id) for id in ids]
    return shown(work, subjects)


def _looked_at(work: Work, spec: ObjectSpec) -> list[str]:
    told = telling_fields(work.snapshot, spec.name)
    words = {field.name for field in text_fields(spec)}
    return [name for name in sorted(told) if name in words or name == spec.title]


def shown(work: Work, subjects: Sequence[Subject]) -> list[Found]:
    """These records with their titles, deleted ones too; those that are gone for good are left out."""
    found: list[Found] = []
    for object in dict.fromkeys(one.object for one in subjects):
        spec = work.object(object)
        title = spec.title if spec.fields[spec.title].stored else "id"
        ids = [one.id for one in subjects if one.object == object]
        rows = load_any(work, object, ids, [title, "deleted_at"])
        found += [
            Found(Subject(object, id), str(rows[id][title] or ""), rows[id]["deleted_at"] is not None)
            for id in ids
            if id in rows
        ]
    return found
