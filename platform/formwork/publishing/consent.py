"""Saying yes to exactly what a plan puts away: a token over the plan's base, its target and what it loses."""

import hashlib
import json
from collections.abc import Sequence

from formwork.storage.schema.concern import Concern
from formwork.storage.schema.step import SchemaStep, StepCost


def consent_of(base: int, target: str, steps: Sequence[SchemaStep], concerns: Sequence[Concern]) -> str:
    """What a person hands back to say that this and nothing else may be put away; "" where a plan loses nothing."""
    lost = [
        (step.kind, step.table, step.sentence, concern.rows)
        for step, concern in zip(steps, concerns, strict=True)
        if step.cost is StepCost.DESTRUCTIVE
    ]
    return hashlib.sha256(json.dumps([base, target, lost]).encode()).hexdigest()[:32] if lost else ""
