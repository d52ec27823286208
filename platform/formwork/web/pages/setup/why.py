"""Find out why: the question an administrator puts, and the answer as a path of rules."""

import re
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from flask import Flask, Response, request

from formwork import records
from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import field_label, rule_label
from formwork.kernel import NotFound, parse_id
from formwork.records.why import SENTENCES, WORDS, Explanation, Path, Question, Step, explain, tell
from formwork.records.why import Fact as Kind
from formwork.web.door import Door
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.setup.person_choice import chosen_person, person_choice
from formwork.web.titles import called
from formwork.web.views.rights import Fact, Verdict, Way, WhyView
from formwork.web.views.shown import Option
from formwork.web.visit import Visit

ADDRESS = "/setup/explain"
_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MOST = 8
_OFFERED = (Verb.READ, Verb.EDIT, Verb.DELETE, Verb.CREATE, Verb.TRANSFER, Verb.SHARE, Verb.EXPORT, Verb.MERGE)
_FIELDS = (Verb.READ, Verb.EDIT, Verb.CREATE)
_SAID = frozenset({*SENTENCES.values(), *WORDS.values()})
"""Every text that is translated here, though it is written in the room of records."""


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(ADDRESS)
    def find_out_why() -> Response:
        with door.reading() as visit:
            return door.page(visit, "pages/why.html", _view(visit, request.args))


def translate(text: str) -> str:
    """A sentence of an explanation in the reader's language."""
    return _(text) if text in _SAID else text


def verb_word(verb: Verb) -> str:
    """A verb as a heading says it."""
    word = translate(WORDS[verb.value])
    return word[:1].upper() + word[1:]


def _view(visit: Visit, asked: Mapping[str, str]) -> WhyView:
    person = chosen_person(visit, asked)
    verb = next((one for one in _OFFERED if one.value == asked.get("verb")), Verb.READ)
    spec = visit.snapshot.objects.get(asked.get("object", ""))
    typed = asked.get("record", "").strip()
    record, candidates, fault = _record(visit, spec, typed)
    if person is None and asked.get("user:title", "").strip():
        fault = _("Choose a person from the list.")
    field = asked.get("field", "") if spec is not None and asked.get("field") in spec.fields else ""
    verdict = None
    if person is not None and spec is not None and not fault and not candidates:
        asked_record = None if verb is Verb.CREATE else record
        question = Question(person, verb, spec.name, asked_record, field if field and verb in _FIELDS else None)
        try:
            verdict = _verdict(visit, spec, explain(visit.work, question))
        except NotFound:
            fault = _("There is no such person any more.")
    shown = str(record) if record is not None and not typed else typed
    return WhyView(
        person_choice(visit, asked, person, _("Person"), invalid=person is None and bool(asked.get("user:title"))),
        tuple(Option(one.value, verb_word(one), one is verb) for one in _OFFERED),
        _objects(visit, spec), shown, _fields(visit, spec, field), fault, candidates, verdict,
    )  # fmt: skip


def _objects(visit: Visit, chosen: ObjectSpec | None) -> tuple[Option, ...]:
    found = sorted(visit.snapshot.objects.values(), key=lambda spec: (visit.label(spec).casefold(), spec.name))
    return tuple(Option(spec.name, visit.label(spec), spec is chosen) for spec in found)


def _fields(visit: Visit, spec: ObjectSpec | None, chosen: str) -> tuple[Option, ...]:
    if spec is None:
        return ()
    labels = {name: field_label(visit.snapshot, visit.locale, field) for name, field in spec.fields.items()}
    return tuple(Option(name, labels[name], name == chosen) for name in sorted(labels, key=lambda n: labels[n]))


def _record(visit: Visit, spec: ObjectSpec | None, typed: str) -> tuple[UUID | None, tuple[Option, ...], str]:
    """The record a title, a number, an id or an address means; several to choose from; or what is wrong."""
    if not typed or spec is None:
        return None, (), ""
    named = _ID.search(typed)
    if named is not None:
        return parse_id(named[0]), (), ""
    hits = records.suggest(visit.work, spec.name, typed, limit=_MOST)
    if len(hits) == 1:
        return parse_id(str(hits[0]["id"])), (), ""
    if not hits:
        return None, (), _("No %(record)s is called so.", record=visit.label_inside(spec))
    return None, tuple(Option(str(hit["id"]), called(visit, spec, hit["id"], hit["title"])) for hit in hits), ""


def _verdict(visit: Visit, spec: ObjectSpec, found: Explanation) -> Verdict:
    return Verdict(
        found.allowed, _title(visit, spec, found), _summary(found),
        tuple(_fact(visit, step) for step in found.state), tuple(_way(visit, path) for path in found.paths),
        tuple(_fact(visit, step) for step in found.field), tuple(_told(visit, step) for step in found.needed),
    )  # fmt: skip


def _title(visit: Visit, spec: ObjectSpec, found: Explanation) -> str:
    question = found.question
    what = f"{visit.label(spec)} “{found.title}”" if question.record is not None else visit.plural(spec)
    if question.field is not None:
        label = field_label(visit.snapshot, visit.locale, spec.fields[question.field])
        what = _("field “%(field)s” of %(what)s", field=label, what=what)
    told = {"verb": verb_word(question.verb), "what": what, "person": found.person}
    if found.allowed:
        return _("%(verb)s: yes. %(person)s, %(what)s", **told)
    return _("%(verb)s: no. %(person)s, %(what)s", **told)


def _summary(found: Explanation) -> str:
    if found.allowed:
        count = len(found.leading)
        return say_count("%(num)d way opens it.", "%(num)d ways open it.", count)
    if found.field and found.leading and not found.field[-1].holds:
        return _("The record is open; the field is not.")
    if not found.paths:
        return _("Nothing that was granted opens it.")
    return say_count("%(num)d way was looked at, and it ends before.",
                     "%(num)d ways were looked at, and all end before.", len(found.paths))  # fmt: skip


def _way(visit: Visit, path: Path) -> Way:
    grant = next((one for one in path.steps if one.fact in (Kind.GRANT, Kind.BASELINE, Kind.MANAGE_ALL)), path.steps[0])
    rest = tuple(_fact(visit, step) for step in path.steps if step is not grant)
    return Way(path.holds, _told(visit, grant), rest)


def _fact(visit: Visit, step: Step) -> Fact:
    return Fact(step.holds, _told(visit, step))


def _told(visit: Visit, step: Step) -> str:
    return tell(step, translate, partial(rule_label, visit.snapshot, visit.locale))
