"""Publishing a draft: what differs, what the database does and at which cost, what is lost, then the new version."""

from collections.abc import Collection

from flask import Flask, Response, make_response, redirect, request

from formwork.kernel import Conflict, FormworkError, Invalid
from formwork.publishing import Plan
from formwork.runtime.drafts import check_draft, lay_over, plan_draft, publish_draft
from formwork.storage.schema.step import RetiredColumn, SchemaStep
from formwork.web.door import Door, notify
from formwork.web.language import say as _
from formwork.web.messages import error_text
from formwork.web.pages.studio.bench import ADDRESS, PUBLISH, Bench, bench_of
from formwork.web.pages.studio.changes import changed_documents, object_of, troubles
from formwork.web.views.shell import Notice
from formwork.web.views.studio import PublishView, StepLine
from formwork.web.visit import object_address

_HUES = {"instant": "green", "validate": "yellow", "backfill": "yellow", "rewrite": "orange", "destructive": "red"}
_LONGEST = 200


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
                _require_consent(planned)
                visit.work.unhurried()
                publish_draft(door.runtime, visit.work, bench.draft, planned, chosen, note)
        except (Invalid, Conflict) as error:
            with door.reading() as visit:
                view = _view(bench_of(door.runtime, visit), chosen, _reason(error), note)
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


def _require_consent(planned: Plan) -> None:
    """Raise Conflict `stale_base` or Invalid `needs_confirmation` for a plan that is not the one that was looked at."""
    if request.form.get("base") != str(planned.base):
        raise Conflict("Somebody published in the meantime. Look at the plan again.", code="stale_base")
    for name, wanted in _typed(planned):
        if request.form.get(name, "").strip() != wanted:
            told = _("Type %(name)s to say that you know what is taken away.", name=wanted)
            raise Invalid(told, code="needs_confirmation")


def _reason(error: FormworkError) -> str:
    if error.code == "needs_confirmation":
        return error.message
    if error.code == "stale_base":
        return _("Somebody published meanwhile. Look at what would be done now, then publish again.")
    if error.code == "metadata_invalid":
        return _("The chosen changes do not fit together. Nothing was published.")
    if error.code == "nothing_to_publish":
        return _("Choose at least one change.")
    if error.code == "draft_behind":
        return _("Another text of a chosen document was published meanwhile. Keep or discard yours on the overview.")
    return " ".join([error_text(error), *(one.message for one in error.problems[:3])])


def _typed(planned: Plan) -> tuple[tuple[str, str], ...]:
    """The names to be typed before something is taken away."""
    names = dict.fromkeys(_lost(step) for step in planned.steps if step.cost.value == "destructive")
    return tuple((f"typed.{at}", name) for at, name in enumerate(names))


def _lost(step: SchemaStep) -> str:
    change = step.change
    return f"{step.object}.{change.column.name}" if isinstance(change, RetiredColumn) else step.table


def _view(bench: Bench, chosen: Collection[str] | None, fault: str = "", note: str = "") -> PublishView:
    runtime, work = bench.runtime, bench.visit.work
    changed = changed_documents(bench, chosen)
    drafted = bench.drafted if chosen is None else lay_over(runtime, work, bench.draft, chosen)
    findings = [one for one in check_draft(runtime, work, drafted) if one.severity == "error"] if changed else []
    planned: Plan | None = None
    if changed and not findings and (chosen is None or chosen):
        try:
            planned = plan_draft(runtime, work, drafted)
        except Invalid as error:
            fault = fault or _reason(error)
    steps = planned.steps if planned is not None else ()
    return PublishView(
        changed, troubles(bench, findings),
        tuple(one.sentence for one in planned.differences) if planned is not None else (),
        tuple(StepLine(one.sentence, cost_word(one.cost.value), _HUES[one.cost.value]) for one in steps),
        _typed(planned) if planned is not None else (), planned.base if planned is not None else 0, "", fault, note,
        sum(one.chosen for one in changed),
    )  # fmt: skip


def cost_word(cost: str) -> str:
    """The class of a step."""
    return {
        "instant": _("at once"), "validate": _("checks rows"), "backfill": _("fills rows"),
        "rewrite": _("rewrites rows"), "destructive": _("loses data"),
    }[cost]  # fmt: skip
