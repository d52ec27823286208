"""What somebody sent for one record, read field by field: every problem at once, nothing guessed."""

from collections.abc import Callable, Mapping
from typing import Any

from formwork.access import Decision
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes import BadValue, LoadContext
from formwork.kernel import Context, Denied, Problem

Reader = Callable[[FieldSpec, Any, LoadContext], Any]
"""Turns what was sent for a field into its Python value; raises BadValue."""

_SYSTEM_WRITTEN = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "version", "deleted_at"})


def from_json(field: FieldSpec, raw: Any, where: LoadContext) -> Any:
    """The reader of JSON bodies."""
    return field.field_type.load(raw, field.definition.settings, where)


def from_python(field: FieldSpec, raw: Any, where: LoadContext) -> Any:
    """The reader of values that a caller inside the platform has loaded already."""
    return raw


def read_values(
    context: Context, spec: ObjectSpec, decision: Decision, sent: Mapping[str, Any], pointer: str, reader: Reader
) -> tuple[dict[str, Any], list[Problem]]:
    """The values a request sets on one record, and what is wrong with them.

    Lists of details are left to the caller. Raises Denied naming a readable field the actor may not
    write; a field the actor may not even read answers like an unknown one.
    """
    where = LoadContext(zone=None, locale=context.locale)
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, raw in sent.items():
        at = f"{pointer}/{escape(name)}"
        field = spec.fields.get(name)
        if field is None or name not in decision.readable:
            if name not in spec.lists:
                problems.append(
                    Problem(at, "unknown_field", f"There is no field `{name}`. Remove it.", {"field": name})
                )
            continue
        problem = _not_writable(field, decision, at)
        if problem is not None:
            problems.append(problem)
            continue
        try:
            values[name] = reader(field, raw, where)
        except BadValue as error:
            problems.append(error.problem(at))
    return values, problems


def _not_writable(field: FieldSpec, decision: Decision, at: str) -> Problem | None:
    """The problem of a field nobody writes; raises Denied for one that others may write."""
    name = field.name
    by_platform = field.computed and field.definition.type != "auto_number"
    system_only = field.computed or field.definition.read_only
    if name in _SYSTEM_WRITTEN or by_platform or (system_only and name not in decision.writable):
        return Problem(at, "not_writable", f"`{name}` is set by the system. Remove it.", {"field": name})
    if name in decision.writable:
        return None
    message = f"You have no right to change `{name}`. Leave it out or ask an administrator."
    problem = Problem(at, "field_denied", message, {"field": name})
    raise Denied(message, code="field_denied", problems=[problem], extra={"field": name})


def escape(name: str) -> str:
    """A key as one token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
