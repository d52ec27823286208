"""Look-ups by any field of their target, with suggestions for what does not match."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from formwork.access import Verb, decide, visible
from formwork.access.decide import decide_beyond
from formwork.catalog import FieldSpec, Query, Selected
from formwork.catalog.reading import field_expression, many_filter
from formwork.expressions import Kind, fold
from formwork.fieldtypes import RecordRef
from formwork.kernel import parse_id
from formwork.kernel.library import on_first_use
from formwork.storage import Work, read

if TYPE_CHECKING:
    from rapidfuzz import fuzz, process
else:
    fuzz = on_first_use("rapidfuzz.fuzz")
    process = on_first_use("rapidfuzz.process")

AMBIGUOUS = "ambiguous"
_LEAST_ALIKE = 80
_MOST_CANDIDATES = 20_000
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The most similar value there is, and how alike it is."""

    text: str
    percent: int


def may_find_by(work: Work, target: str, name: str) -> bool:
    """True for a field of the target that the actor may see on every record, and so find records by."""
    decision = decide_beyond(work.snapshot, work.context.actor, target)
    return decision.allowed and name in decision.open and name in work.object(target).fields


def text_keys(work: Work, target: str) -> list[str]:
    """Text fields that tell the records of an object apart: its title and what is unique by itself."""
    spec = work.object(target)
    unique = [rule.fields[0] for rule in spec.uniques if len(rule.fields) == 1]
    return [
        name for name in dict.fromkeys([spec.title, *unique])
        if spec.fields[name].type.kind is Kind.TEXT and may_find_by(work, target, name)
    ]  # fmt: skip


class Matcher:
    """Finds records by the text of a field, for one import. Only what the actor may read is found."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._known: dict[tuple[str, str], dict[str, UUID | str]] = {}
        self._asked: dict[tuple[str, str], set[str]] = {}
        self._folded: dict[tuple[str, str], dict[str, UUID | str]] = {}
        self._choices: dict[tuple[str, str], dict[str, str]] = {}
        self._complete: set[tuple[str, str]] = set()
        self._alike: dict[tuple[str, str, str], Suggestion | None] = {}

    def match(self, spec: FieldSpec, by: str | None, texts: Collection[str]) -> dict[str, "UUID | RecordRef | str"]:
        """Text -> id, or AMBIGUOUS when several records have it; what is not found is left out."""
        target = spec.targets[0]
        name = by or "id"
        if name == "id":
            return {text: id for text in texts if (id := parse_id(text)) is not None}
        self._load(target, name, texts)
        known, folded = self._known[(target, name)], self._folded[(target, name)]
        if any(text not in known for text in texts):
            self._candidates(target, name)
        found: dict[str, UUID | RecordRef | str] = {}
        for text in texts:
            hit = known.get(text, folded.get(fold(text)))
            if hit is not None:
                found[text] = hit
        return found

    def within(self, work: Work) -> None:
        """Go on in another transaction; what was found so far stays known."""
        self._work = work

    def add(self, target: str, by: str, text: str, id: UUID) -> None:
        """Make a record known that this import has just written."""
        self._note(target, by, text, id)

    def suggestion(self, spec: FieldSpec, by: str | None, text: str) -> Suggestion | None:
        """The value most like `text` among those the actor may read."""
        if by is None:
            return None
        key = (spec.targets[0], by, text)
        if key not in self._alike:
            self._alike[key] = self._most_alike(*key)
        return self._alike[key]

    def _most_alike(self, target: str, by: str, text: str) -> Suggestion | None:
        choices = self._candidates(target, by)
        hit = process.extractOne(_plain(text), choices, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE)
        if hit is None:
            return None
        best = str(hit[2])
        return Suggestion(best, round(fuzz.ratio(text.casefold(), best.casefold())))

    def _candidates(self, target: str, by: str) -> dict[str, str]:
        """Value -> the same without spaces and case, of the first records; read once."""
        key = (target, by)
        if key not in self._choices:
            rows = self._read(target, by, None)
            for id, value in rows:
                self._note(target, by, value, id)
            self._choices[key] = {value: _plain(value) for _, value in rows}
            if len(rows) < _MOST_CANDIDATES:
                self._complete.add(key)
        return self._choices[key]

    def _load(self, target: str, by: str, texts: Collection[str]) -> None:
        key = (target, by)
        asked = self._asked.setdefault(key, set())
        self._known.setdefault(key, {})
        self._folded.setdefault(key, {})
        missing = [text for text in texts if text not in asked] if key not in self._complete else []
        asked.update(missing)
        for start in range(0, len(missing), _BATCH):
            for id, value in self._read(target, by, missing[start : start + _BATCH]):
                self._note(target, by, value, id)

    def _note(self, target: str, by: str, value: str, id: UUID) -> None:
        for known, text in (
            (self._known.setdefault((target, by), {}), value),
            (self._folded.setdefault((target, by), {}), fold(value)),
        ):
            known[text] = id if known.get(text, id) == id else AMBIGUOUS

    def _read(self, target: str, by: str, texts: list[str] | None) -> list[tuple[UUID, str]]:
        snapshot, actor = self._work.snapshot, self._work.context.actor
        decision = decide(snapshot, actor, target, Verb.READ)
        if not decision.allowed or by not in decision.open:
            return []
        where = () if texts is None else (many_filter(snapshot, target, by, texts),)
        query = Query(
            target,
            (
                Selected("id", field_expression(snapshot, target, "id")),
                Selected("by", field_expression(snapshot, target, by)),
            ),
            where=where,
            limit=_MOST_CANDIDATES if texts is None else None,
        )
        rows = read.fetch(self._work, visible(snapshot, decision, actor, query))
        return [(row[0], str(row[1])) for row in rows if row[1] is not None]


def _plain(text: str) -> str:
    return text.replace(" ", "").casefold()
