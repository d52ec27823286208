"""Judges what will be stored: required values, options of the record type, validation rules."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from formwork.catalog import FieldSpec
from formwork.expressions import Environment
from formwork.records.compiled import CompiledObject, CompiledRule, compiled_object
from formwork.records.draft import Draft
from formwork.records.graph import Graph
from formwork.records.loading import load_needs
from formwork.storage import Work


def validate_early(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Blame drafts of one object for everything that can be told before they are written."""
    if not drafts:
        return
    rules = compiled_object(work.snapshot, drafts[0].object.name)
    load_needs(work, graph, rules.early_needs, drafts)
    early = [rule for rule in rules.rules if not rule.late]
    for draft in drafts:
        _check_required(graph, draft, rules)
        _check_options(draft, rules.optioned)
        if rules.readonly_when and not draft.is_new:
            here, row = environment_of(graph, draft), graph.draft_row(draft)
            for one in rules.readonly_when:
                if one.field in draft.said and draft.has_changed(one.field) and one.closure(row, here):
                    draft.blame("read_only", "This field cannot be changed in the record's present state.", one.field)
        _ask_all(graph, draft, early)


def _check_required(graph: Graph, draft: Draft, rules: CompiledObject) -> None:
    required: Iterable[str] = rules.required
    if rules.required_when:
        here, row = environment_of(graph, draft), graph.draft_row(draft)
        more = {one.field for one in rules.required_when if one.closure(row, here)}.union(required)
        required = [name for name in draft.object.fields if name in more]
    blank = [name for name in required if _is_blank(draft.values.get(name))]
    if not blank:
        return
    # A name that is answered like an unknown one says nothing of the field: what else is wrong there is told as ever.
    told = {problem.pointer for problem in draft.problems if problem.code != "unknown_field"}
    for name in blank:
        if f"{draft.pointer}/{name}" not in told and _applies(draft, name):
            draft.blame("required", "Fill in this field.", name, field=name)


def validate_late(work: Work, graph: Graph, drafts: Sequence[Draft]) -> None:
    """Ask the rules that read details or roll-ups, once those are written."""
    if not drafts:
        return
    rules = compiled_object(work.snapshot, drafts[0].object.name)
    late = [rule for rule in rules.rules if rule.late]
    if not late:
        return
    load_needs(work, graph, rules.late_needs, drafts)
    for draft in drafts:
        _ask_all(graph, draft, late)


def has_late_rules(work: Work, object: str) -> bool:
    """True when the object has rules that wait for details and roll-ups."""
    return any(rule.late for rule in compiled_object(work.snapshot, object).rules)


def environment_of(graph: Graph, draft: Draft) -> Environment:
    """The circumstances of a draft's own expressions: what it was before is `old`."""
    return graph.environment if draft.is_new else replace(graph.environment, old=graph.old_row(draft))


def _ask_all(graph: Graph, draft: Draft, rules: Sequence[CompiledRule]) -> None:
    """Blame the draft for each rule whose error condition holds."""
    if not rules:
        return
    here, row = environment_of(graph, draft), graph.draft_row(draft)
    for rule in rules:
        spec = rule.rule
        if spec.when_changed and not draft.is_new and not any(draft.has_changed(name) for name in spec.when_changed):
            continue
        if rule.closure(row, here):
            draft.blame("rule", spec.message, spec.at, rule=spec.rule, object=draft.object.name)


def _check_options(draft: Draft, optioned: frozenset[str]) -> None:
    """Options the record type allows; an inactive option may stay but not be chosen anew."""
    types = draft.object.definition.record_types
    chosen = draft.values.get("record_type")
    allowed = types[chosen].options if chosen is not None and chosen in types else {}
    if chosen is not None and types and chosen not in types:
        draft.blame("bad_option", "Choose one of the record types of this object.", "record_type")
    for name in draft.said & optioned:
        if not draft.has_changed(name):
            continue
        field = draft.object.fields[name]
        for code in _codes(draft.values[name]):
            option = field.options.get(code)
            if (name in allowed and code not in allowed[name]) or (option is not None and not option.active):
                draft.blame("bad_option", "This choice is not offered here. Choose another one.", name, field=name)


def _codes(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, tuple) else (value,)


def _applies(draft: Draft, name: str) -> bool:
    """False for a field the record's type does not have, and for numbers given at the write."""
    field: FieldSpec = draft.object.fields[name]
    types = field.definition.record_types
    return (types is None or draft.values.get("record_type") in types) and field.definition.type != "auto_number"


def _is_blank(value: Any) -> bool:
    return value is None or value == ()
