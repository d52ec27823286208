"""The check step's open values: what may be decided about each, and back from the form to a mapping."""

from collections.abc import Mapping
from dataclasses import replace

from formwork.catalog import FieldSpec, ObjectSpec
from formwork.catalog.labels import option_label
from formwork.definitions.model import ImportDef
from formwork.transfer.mending import OpenValue, open_values, put_value, reopen_value, skip_value
from formwork.transfer.report import Report
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.importing.words import column_text, row_field, row_text
from formwork.web.views.shown import Option
from formwork.web.views.wizard import Decided, Mend, MendView
from formwork.web.visit import Visit

_MOST = 40
"""Distinct values shown at once; the others come when these are decided."""
_MOST_DECIDED = 60
_MOST_OPTIONS = 100
_LONGEST = 500
_USE, _BLANK, _SKIP = "use:", "blank", "skip"


def mend_view(visit: Visit, spec: ObjectSpec, mapping: ImportDef, report: Report) -> MendView:
    """Each distinct value that is wrong, with its choices, and what has been decided so far."""
    found = open_values(report.failures)
    items = tuple(_mend(visit, spec, mapping, at, one) for at, one in enumerate(found[:_MOST]))
    more = say_count("%(num)d more value", "%(num)d more values", len(found) - _MOST) if len(found) > _MOST else ""
    return MendView(items, _decided(mapping), more, any(one.choices for one in items))


def _mend(visit: Visit, spec: ObjectSpec, mapping: ImportDef, at: int, one: OpenValue) -> Mend:
    rows = say_count("%(num)d row", "%(num)d rows", one.rows)
    lines = ", ".join(visit.formats.number(line) for line in one.lines) + (", …" if one.rows > len(one.lines) else "")
    shown = Mend(
        str(at), one.column, one.value, rows, _("line %(lines)s", lines=lines),
        row_text(visit, one.problem, row_field(spec, mapping, one.problem)),
    )  # fmt: skip
    if not one.is_mendable(mapping):
        return replace(shown, column=column_text(visit, spec, one.problem))
    name = mapping.columns[one.column].field.partition(".")[0]
    field = spec.fields[name]
    choices = [Option("", _("Decide later"), True), *_replacements(visit, field, one)]
    if not field.definition.required:
        choices.append(Option(_BLANK, _("Leave the field blank")))
    choices.append(Option(_SKIP, _("Leave these rows out")))
    return replace(shown, choices=tuple(choices), may_type=not field.options or field.field_type.side_table)


def _replacements(visit: Visit, field: FieldSpec, one: OpenValue) -> list[Option]:
    like = one.problem.args.get("suggestion")
    found = [Option(f"{_USE}{like}", _("Use %(value)s", value=like))] if like else []
    for code in [code for code, option in field.options.items() if option.active][:_MOST_OPTIONS]:
        found.append(
            Option(_USE + code, _("Use %(value)s", value=option_label(visit.snapshot, visit.locale, field, code)))
        )
    return found


def _decided(mapping: ImportDef) -> tuple[Decided, ...]:
    found = []
    for header, column in mapping.columns.items():
        found += [(header, text, wanted or _("blank")) for text, wanted in column.values.items()]
        found += [(header, text, _("rows left out")) for text in column.skip]
    return tuple(Decided(str(at), *one) for at, one in enumerate(found[:_MOST_DECIDED]))


def read_mend_form(mapping: ImportDef, form: Mapping[str, str]) -> ImportDef:
    """The mapping with what the form decides: a typed value counts before a chosen one."""
    for at in range(_MOST_DECIDED):
        column, value = form.get(f"decided-column:{at}"), form.get(f"decided-value:{at}")
        if column is None or value is None:
            continue
        if form.get(f"back:{at}") and column in mapping.columns:
            mapping = reopen_value(mapping, column, value)
    for at in range(_MOST):
        column, value = form.get(f"column:{at}"), form.get(f"value:{at}")
        if column is None or value is None or column not in mapping.columns:
            continue
        typed, chosen = form.get(f"text:{at}", "").strip()[:_LONGEST], form.get(f"do:{at}", "")
        if typed or chosen.startswith(_USE):
            mapping = put_value(mapping, column, value, typed or chosen.removeprefix(_USE))
        elif chosen == _BLANK:
            mapping = put_value(mapping, column, value, "")
        elif chosen == _SKIP:
            mapping = skip_value(mapping, column, value)
    return mapping
