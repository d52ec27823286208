"""The views of the import wizard's steps."""

from formwork.access import Verb
from formwork.catalog import ObjectSpec
from formwork.catalog.labels import field_label
from formwork.definitions.model import ImportDef
from formwork.transfer.job import Job, State
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import Report, RowResult
from formwork.transfer.table import Table
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.pages.importing.mend import mend_view
from formwork.web.pages.importing.words import column_text, row_field, row_text
from formwork.web.views.shown import Option
from formwork.web.views.wizard import (
    BadCell,
    BadRow,
    CheckView,
    NewChoice,
    OptionsView,
    ResultView,
    RunView,
    Tally,
    UploadView,
    Wizard,
    WizardStep,
)
from formwork.web.visit import Visit, object_address

_MOST_SHOWN = 20


def wizard(
    visit: Visit, spec: ObjectSpec, current: int, job: Job | None = None, table: Table | None = None, total: int = 0
) -> Wizard:
    """What every step shows."""
    names = (_("Upload"), _("Map"), _("Options"), _("Check"), _("Run"), _("Result"))
    steps = tuple(
        WizardStep(name, "current" if at == current else "done" if at < current else "")
        for at, name in enumerate(names)
    )
    base = f"{object_address(spec.name)}/import"
    file = job.name if job is not None else ""
    if table is not None and job is not None:
        rows = say_count("%(num)d row", "%(num)d rows", total)
        columns = say_count("%(num)d column", "%(num)d columns", len(table.headers))
        file = ", ".join(part for part in (job.name, rows, columns, table.encoding.upper()) if part)
    here = f"{base}/{job.id}" if job is not None else base
    return Wizard(
        visit.label(spec), visit.plural(spec), spec.definition.icon, steps, here, object_address(spec.name), file
    )


def upload_view(visit: Visit, spec: ObjectSpec, mappings: tuple[Option, ...]) -> UploadView:
    """Step 1."""
    return UploadView(wizard(visit, spec, 0), _("CSV or Excel (.xlsx)"), _("up to 25 MB"), mappings)


def options_view(visit: Visit, spec: ObjectSpec, job: Job) -> OptionsView:
    """Step 3. Only keys whose fields the file fills are offered."""
    filled = {column.field for column in job.mapping.columns.values()} | job.mapping.set.keys()
    keys = [rule.fields for rule in spec.uniques if set(rule.fields) <= filled]
    if job.mapping.match and job.mapping.match not in keys:
        keys.append(job.mapping.match)
    matches = [Option("", _("do not look for existing records"), not job.mapping.match)]
    matches += [Option(",".join(key), _names(visit, spec, key), key == job.mapping.match) for key in keys]
    words = {
        Mode.UPSERT: (Verb.EDIT, _("Update records that exist, create the others")),
        Mode.CREATE: (Verb.CREATE, _("Only create new records")),
        Mode.UPDATE: (Verb.EDIT, _("Only update records that exist")),
    }
    modes = [
        Option(mode.value, text, mode is job.mode) for mode, (verb, text) in words.items() if visit.may(spec.name, verb)
    ]
    bad = (
        Option(OnError.SKIP.value, _("Leave them out and import the others"), job.on_error is OnError.SKIP),
        Option(OnError.NOTHING.value, _("Import nothing unless every row is good"), job.on_error is OnError.NOTHING),
    )
    return OptionsView(wizard(visit, spec, 2, job), tuple(modes), tuple(matches), bad)


def _names(visit: Visit, spec: ObjectSpec, key: tuple[str, ...]) -> str:
    return " + ".join(field_label(visit.snapshot, visit.locale, spec.fields[name]) for name in key)


def check_view(visit: Visit, spec: ObjectSpec, job: Job, report: Report) -> CheckView:
    """Step 4."""
    number, totals = visit.formats.number, report.totals
    good = totals.created + totals.updated + totals.same
    tally = Tally(number(good), number(totals.failed), number(totals.skipped), check_label=_("Passed over"))
    warning = ""
    if totals.failed:
        warning = say_count("%(num)d row would be left out", "%(num)d rows would be left out", totals.failed)
    unseen = ""
    if totals.done < totals.rows:
        unseen = say_count(
            "The check ended here, with too many bad rows. %(num)d row was not looked at.",
            "The check ended here, with too many bad rows. %(num)d rows were not looked at.",
            totals.rows - totals.done,
        )
    blocked = ""
    if good == 0:
        blocked = _("No row can be written. Correct the file or the mapping.")
    elif job.on_error is OnError.NOTHING and totals.failed:
        blocked = _("Nothing is imported while a row is bad. Decide below, or choose to leave bad rows out.")
    return CheckView(
        wizard(visit, spec, 3, job), tally, number(totals.created), number(totals.updated),
        number(totals.failed + totals.skipped), mend_view(visit, spec, job.mapping, report),
        _new_choices(visit, spec, report), warning, may_run=not blocked, blocked=blocked,
        errors_href=f"{object_address(spec.name)}/import/{job.id}/errors.csv" if totals.failed else "", unseen=unseen,
    )  # fmt: skip


def _new_choices(visit: Visit, spec: ObjectSpec, report: Report) -> tuple[NewChoice, ...]:
    return tuple(
        NewChoice(
            field_label(visit.snapshot, visit.locale, spec.fields[one.field]), one.label,
            say_count("%(num)d row", "%(num)d rows", one.rows),
        )
        for one in report.options
    )  # fmt: skip


def bad_rows(visit: Visit, spec: ObjectSpec, mapping: ImportDef, failures: tuple[RowResult, ...]) -> tuple[BadRow, ...]:
    """The first rows that failed, each with everything that is wrong with it."""
    return tuple(
        BadRow(
            visit.formats.number(one.line),
            tuple(
                BadCell(
                    str(problem.args.get("value", "")),
                    row_text(visit, problem, row_field(spec, mapping, problem)),
                    column_text(visit, spec, problem),
                )
                for problem in one.problems
            ),
        )
        for one in failures[:_MOST_SHOWN]
    )


def run_view(visit: Visit, spec: ObjectSpec, job: Job, total: int) -> RunView:
    """Step 5."""
    base = f"{object_address(spec.name)}/import/{job.id}"
    return RunView(
        wizard(visit, spec, 4, job),
        job.totals.done,
        max(1, total),
        _progress(visit, job, total),
        f"{base}/status",
        f"{base}/result",
        f"{base}/stop",
        title=_("Importing"),
        note=_("You may leave this page. The import goes on and its result stays here."),
        stop_label=_("Stop the import"),
        stop_question=_("Stop this import? Rows written so far stay, and can be taken back afterwards."),
    )


def checking_view(visit: Visit, spec: ObjectSpec, job: Job, total: int) -> RunView:
    """Step 4, while the dry run is under way."""
    base = f"{object_address(spec.name)}/import/{job.id}"
    return RunView(
        wizard(visit, spec, 3, job),
        job.totals.done,
        max(1, total),
        _progress(visit, job, total),
        f"{base}/check/status",
        f"{base}/check",
        f"{base}/stop",
        title=_("Checking every row"),
        note=_("You may leave this page. The check goes on and its result stays here. Nothing is written."),
        stop_label=_("Stop the check"),
    )


def _progress(visit: Visit, job: Job, total: int) -> str:
    number = visit.formats.number
    text = _("%(done)s of %(total)s rows", done=number(job.totals.done), total=number(total))
    if not job.totals.failed:
        return text
    return text + " · " + say_count("%(num)d with problems", "%(num)d with problems", job.totals.failed)


def result_view(visit: Visit, spec: ObjectSpec, job: Job, report: Report, *, has_file: bool) -> ResultView:
    """Step 6. Without its file an import can still be undone, but its bad rows cannot be had."""
    number, totals = visit.formats.number, report.totals
    base = f"{object_address(spec.name)}/import/{job.id}"
    written = totals.created + totals.updated
    titles = {
        State.FINISHED: say_count("%(num)d record imported", "%(num)d records imported", written),
        State.STOPPED: _("The import has stopped"),
        State.REFUSED: _("Nothing was imported"),
        State.UNDONE: _("The import was undone"),
    }
    text = _("Every row is accounted for.")
    if totals.failed:
        text = _("Some rows were left out. Correct them in the file below and import it again.")
    if job.state is State.STOPPED:
        text = _("Too many rows had errors, or somebody stopped it. What was written so far stays.")
    counts = (
        (_("Created"), number(totals.created)), (_("Updated"), number(totals.updated)),
        (_("Unchanged"), number(totals.same)), (_("Passed over"), number(totals.skipped)),
        (_("Left out"), number(totals.failed)),
    )  # fmt: skip
    return ResultView(
        wizard=wizard(visit, spec, 5, job),
        title=titles.get(job.state, _("The import is still running")),
        text=text,
        tone="ok" if job.state is State.FINISHED and not totals.failed else "warn",
        counts=counts,
        bad=bad_rows(visit, spec, job.mapping, report.failures),
        errors_href=f"{base}/errors.csv" if totals.failed and has_file else "",
        undo=f"{base}/undo" if job.state in (State.FINISHED, State.STOPPED) and written else "",
        undone=_("Records this import created are gone, those it changed have their old values.")
        if job.state is State.UNDONE
        else "",
    )
