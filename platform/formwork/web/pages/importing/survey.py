"""The mapping step's findings about the values of a column, in the reader's language."""

from datetime import date, datetime

from formwork.catalog import FieldSpec
from formwork.definitions.model import ColumnMapping
from formwork.fieldtypes import BadValue, LoadContext
from formwork.transfer.survey import ColumnSurvey, DayOrders, Example, Survey
from formwork.transfer.values import circumstances, read_value
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.importing.words import row_text
from formwork.web.visit import Visit

_LONGEST = 40
_MOST_LINES = 5


def told(
    visit: Visit, field: FieldSpec, column: ColumnMapping, survey: ColumnSurvey
) -> tuple[str, str, tuple[str, ...]]:
    """The result of a column, its tone, and what to know; "" and ok when every value can be read."""
    notes: list[str] = []
    reasons: dict[str, list[str]] = {}
    for one in survey.examples:
        reason = row_text(visit, one.problem, field) if one.problem is not None else ""
        reasons.setdefault(reason, []).append(_shown(visit, one))
    notes += [f"{', '.join(shown)}: {reason}" for reason, shown in reasons.items()]
    if days := _days(visit, field, column, survey.days):
        notes.append(days)
    if survey.bad:
        text = (
            say_count("%(num)d value not found", "%(num)d values not found", survey.bad)
            if field.targets
            else say_count("%(num)d value cannot be read", "%(num)d values cannot be read", survey.bad)
        )
        return text, "bad", tuple(notes)
    if notes:
        return _("check the order"), "warn", tuple(notes)
    return "", "ok", ()


def _days(visit: Visit, field: FieldSpec, column: ColumnMapping, days: DayOrders) -> str:
    """That days stand in two orders, or in one nobody can tell."""
    if days.day_first is not None and days.month_first is not None:
        return _(
            "Both orders occur: %(day_first)s and %(month_first)s. No order reads them all. Choose the one of most; "
            "the others are told at the check.",
            day_first=_shown(visit, days.day_first),
            month_first=_shown(visit, days.month_first),
        )
    if not days.are_unclear or days.either is None:
        return ""
    context = visit.work.context
    where = circumstances(column, LoadContext(zone=context.timezone, locale=context.locale))
    try:
        value = read_value(column, field, days.either.value, where)
    except BadValue:
        return ""
    if not isinstance(value, date):
        return ""
    return _(
        "%(value)s could be day or month first. It is read as %(read)s; choose the other order if that is wrong.",
        value=_shown(visit, days.either),
        read=visit.formats.moment(value) if isinstance(value, datetime) else visit.formats.day(value),
    )


def _shown(visit: Visit, one: Example) -> str:
    value = one.value if len(one.value) <= _LONGEST else one.value[:_LONGEST] + "…"
    return _("%(value)s (line %(line)s)", value=value, line=visit.formats.number(one.line))


def basis(visit: Visit, survey: Survey) -> str:
    """How many rows the findings rest on."""
    count = visit.formats.number(survey.rows)
    if survey.whole:
        return say_count("The one row was looked at.", "All %(count)s rows were looked at.", survey.rows, count=count)
    return say_count(
        "The first row was looked at.", "The first %(count)s rows were looked at.", survey.rows, count=count
    )


def unreadable(visit: Visit, survey: Survey) -> str:
    """That rows cannot be taken apart, "" when all can."""
    if not survey.unreadable:
        return ""
    lines = ", ".join(visit.formats.number(line) for line in survey.unreadable[:_MOST_LINES])
    if len(survey.unreadable) > _MOST_LINES:
        lines += ", …"
    return say_count(
        "%(num)d row cannot be taken apart into columns (line %(lines)s). Check its quotes.",
        "%(num)d rows cannot be taken apart into columns (lines %(lines)s). Check their quotes.",
        len(survey.unreadable),
        lines=lines,
    )
