"""The path of a record: the options of the select field in its header that have categories, in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from formwork.catalog import FieldSpec
from formwork.catalog.labels import option_label
from formwork.forms import FieldView
from formwork.web.views.record import Step
from formwork.web.visit import Visit

_OFF_PATH = frozenset({"lost", "cancelled", "rejected", "failed"})
"""Categories that end a record away from its path; shown only when it is there."""
_MOST_STEPS = 9


def path_steps(visit: Visit, header: Sequence[FieldView], values: Mapping[str, Any]) -> tuple[tuple[Step, ...], str]:
    """The steps and the label of the path, nothing when no header field is a staged one."""
    field = next((item for item in header if _is_staged(item.spec)), None)
    if field is None:
        return (), ""
    current = str(values.get(field.spec.name) or "")
    codes = [
        code for code, option in field.spec.options.items()
        if code == current or (option.active and option.attributes.get("category") not in _OFF_PATH)
    ]  # fmt: skip
    if current not in codes or len(codes) > _MOST_STEPS:
        return (), ""
    at = codes.index(current)
    steps = tuple(
        Step(
            option_label(visit.snapshot, visit.locale, field.spec, code),
            "done" if n < at else "current" if n == at else "",
        )
        for n, code in enumerate(codes)
    )
    return steps, field.label


def _is_staged(spec: FieldSpec) -> bool:
    return bool(spec.options) and all("category" in option.attributes for option in spec.options.values())
