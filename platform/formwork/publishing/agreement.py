"""A plan in words and figures, and what somebody has to have seen of it before it is published."""

from typing import Any

from formwork.kernel import Conflict, Invalid
from formwork.publishing.publish import Plan
from formwork.publishing.versions import describe_difference


def describe_plan(plan_: Plan) -> dict[str, Any]:
    """A plan as JSON-ready values for command line, API and web."""
    return {
        "base": plan_.base,
        "version": plan_.snapshot.version,
        "consent": plan_.consent or None,
        "differences": [describe_difference(one) for one in plan_.differences],
        "steps": [
            {
                "kind": step.kind, "cost": step.cost.value, "object": step.object, "sentence": step.sentence,
                "rows": concern.rows, "lock": concern.lock.value, "samples": list(concern.samples),
            }
            for step, concern in zip(plan_.steps, plan_.concerns, strict=True)
        ],
    }  # fmt: skip


def require_agreed(plan_: Plan, base: int | None, consent: str | None) -> None:
    """Refuse a plan that is not the one that was looked at.

    Raises Conflict `stale_base` when it was made against another version than `base`, Invalid `needs_confirmation`
    with the plan and its consent when it loses values and `consent` is another plan's, or none.
    """
    if base is not None and base != plan_.base:
        raise Conflict(
            "Somebody else published in the meantime. Look at the new version and plan again.", code="stale_base"
        )
    if plan_.consent and consent != plan_.consent:
        raise Invalid(
            "Publishing this puts values away. Look at the plan, then send it again with its consent.",
            code="needs_confirmation",
            extra={"plan": describe_plan(plan_)},
        )
