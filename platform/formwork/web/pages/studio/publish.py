"""Publishing a draft: what differs, what the database does and at which cost, what is lost, then the new version."""

from collections.abc import Collection

from flask import Flask, Response, make_response, redirect, request

from formwork.definitions.model import Finding
from formwork.kernel import Conflict, FormworkError, Invalid
from formwork.publishing import Plan
from formwork.publishing.agreement import require_agreed
from formwork.runtime.drafts import check_draft, lay_over, plan_draft, publish_draft
from formwork.storage.schema.concern import Concern, Lock
from formwork.storage.schema.step import RetiredColumn, SchemaStep
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.language import say_count
from formwork.web.messages import error_text
from formwork.web.pages.studio.bench import ADDRESS, PUBLISH, Bench, bench_of
from formwork.web.pages.studio.changes import changed_documents, object_of, troubles
from formwork.web.views.shell import Notice
from formwork.web.views.studio import PublishView, StepLine
from formwork.web.visit import object_address

_HUES = {"instant": "green", "validate": "yellow", "backfill": "yellow", "rewrite": "orange", "destructive": "red"}
_LONGEST = 200
_UNFIT = ("metadata_invalid", "in_use")
"""Refusals because the packages do not fit together."""
_FOLD = "__fold"
"""Ends the name of a column that another one is sorted by."""


def register(app: Flask, door: Door) -> None:
    """Add the page."""

    @app.get(PUBLISH)
    def studio_publish() -> Response:
        chosen = frozenset(request.args.getlist("document")) if "chosen" in request.args else None
        with door.reading() as visit:
            return door.page(visit, "pages/studio_publish.html", _view(bench_of(door.runtime, visit), chosen))

    @app.post(PUBLISH)
    def studio_make_live() -> Response:
        chosen = frozenset(request.form.getlist("document"))
        note = request.form.get("note", "").strip()[:_LONGEST]
        try:
            with door.writing() as visit:
                bench = bench_of(door.runtime, visit)
                new = _new_object(bench, chosen)
                planned = plan_draft(door.runtime, visit.work, lay_over(door.runtime, visit.work, bench.draft, chosen))
                require_consent(planned)
                visit.work.unhurried()
                publish_draft(door.runtime, visit.work, bench.draft, planned, chosen, note)
        except (Invalid, Conflict) as error:
            with door.reading() as visit:
                view = _view(bench_of(door.runtime, visit), chosen, publish_fault(error), note)
                return door.page(visit, "pages/studio_publish.html", view, 422)
        href, label = (object_address(new), _("Open it")) if new else ("", "")
        notify(Notice(_("Version %(number)s is live", number=planned.base + 1), href=href, href_label=label))
        return make_response(redirect(ADDRESS, 303))


def _new_object(bench: Bench, chosen: Collection[str]) -> str:
    """The first object the chosen changes make, blank for none."""
    for one in bench.draft.documents:
        about = object_of(one.path, one.text)
        if one.path in chosen and one.path.startswith("objects/") and about not in bench.visit.snapshot.objects:
            return about
    return ""


def require_consent(planned: Plan) -> None:
    """Raise Conflict `stale_base` or Invalid `needs_confirmation` for a plan that is not the one that was looked at."""
    base = request.form.get("base", "")
    looked_at = int(base) if base.isascii() and base.isdigit() and len(base) < 10 else -1
    require_agreed(planned, looked_at, request.form.get("consent"))
    for name, wanted in typed_names(planned):
        if request.form.get(name, "").strip() != wanted:
            told = _("Type %(name)s to say that you know what is taken away.", name=wanted)
            raise Invalid(told, code="needs_confirmation", extra={"typed": wanted})


def publish_fault(error: FormworkError) -> str:
    """Why nothing was published, in words."""
    if error.code == "needs_confirmation":
        return (
            error.message
            if "typed" in error.extra
            else _("What is taken away is not what you looked at. Look again, then publish.")
        )
    if error.code == "stale_base":
        return _("Somebody published meanwhile. Look at what would be done now, then publish again.")
    if error.code in _UNFIT:
        return _("The chosen changes do not fit together. Nothing was published.")
    if error.code == "nothing_to_publish":
        return _("Choose at least one change.")
    if error.code == "draft_behind":
        return _("Another text of a chosen document was published meanwhile. Keep or discard yours on the overview.")
    return " ".join([error_text(error), *(one.message for one in error.problems[:3])])


def typed_names(planned: Plan) -> tuple[tuple[str, str], ...]:
    """The controls and names to be typed before values are put away."""
    pairs = zip(planned.steps, planned.concerns, strict=True)
    names = dict.fromkeys(_lost(step) for step, concern in pairs if step.cost.value == "destructive" and concern.rows)
    return tuple((f"typed.{at}", name) for at, name in enumerate(names))


def _lost(step: SchemaStep) -> str:
    change = step.change
    if isinstance(change, RetiredColumn):
        return f"{step.object}.{change.column.name.removesuffix(_FOLD)}"
    return step.object or step.table


def _view(bench: Bench, chosen: Collection[str] | None, fault: str = "", note: str = "") -> PublishView:
    runtime, work = bench.runtime, bench.visit.work
    changed = changed_documents(bench, chosen)
    drafted = bench.drafted if chosen is None else lay_over(runtime, work, bench.draft, chosen)
    findings: list[Finding] = []
    planned: Plan | None = None
    if changed and (chosen is None or chosen):
        try:
            planned = plan_draft(runtime, work, drafted)
        except (Invalid, Conflict) as error:
            if error.code in _UNFIT:
                findings = [one for one in check_draft(runtime, work, drafted) if one.severity == "error"]
            else:
                fault = fault or publish_fault(error)
    return PublishView(
        changed, troubles(bench, findings),
        tuple(one.sentence for one in planned.differences) if planned is not None else (),
        step_lines(planned) if planned is not None else (),
        typed_names(planned) if planned is not None else (), planned.base if planned is not None else 0,
        planned.consent if planned is not None else "", fault, note,
        sum(one.chosen for one in changed),
    )  # fmt: skip


def step_lines(planned: Plan) -> tuple[StepLine, ...]:
    """The steps of a plan with what each costs and concerns."""
    return tuple(
        StepLine(step.sentence, cost_word(step.cost.value), _HUES[step.cost.value], _more(concern))
        for step, concern in zip(planned.steps, planned.concerns, strict=True)
    )


def _more(concern: Concern) -> str:
    waits = {Lock.NONE: "", Lock.WRITES: _("writing waits"), Lock.ALL: _("everybody waits a moment")}
    rows = "" if concern.rows is None else say_count("%(num)d record", "%(num)d records", concern.rows)
    some = _("such as %(values)s", values=", ".join(str(one) for one in concern.samples)) if concern.samples else ""
    return ", ".join(part for part in (rows, waits[concern.lock], some) if part)


def cost_word(cost: str) -> str:
    """The class of a step."""
    return {
        "instant": _("at once"), "validate": _("checks rows"), "backfill": _("fills rows"),
        "rewrite": _("rewrites rows"), "destructive": _("loses data"),
    }[cost]  # fmt: skip
