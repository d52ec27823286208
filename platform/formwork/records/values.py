"""What somebody sent for one record, read field by field: every problem at once, nothing guessed."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from formwork.access import Decision
from formwork.catalog import FieldSpec, ObjectSpec
from formwork.fieldtypes import BadValue, LoadContext
from formwork.kernel import Context, Denied, Problem
from formwork.storage.schema.same import Same

Reader = Callable[[FieldSpec, Any, LoadContext], Any]
"""Turns what was sent for a field into its Python value; raises BadValue."""

Memo = defaultdict[str, dict[str, Any]]
"""Field -> text as sent -> its value."""
_SYSTEM_WRITTEN = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "version", "deleted_at"})


def from_json(field: FieldSpec, raw: Any, where: LoadContext) -> Any:
    """The reader of JSON bodies."""
    return field.field_type.load(raw, field.definition.settings, where)


def from_python(field: FieldSpec, raw: Any, where: LoadContext) -> Any:
    """The reader of values that a caller inside the platform has loaded already."""
    return raw


def read_values(
    context: Context,
    spec: ObjectSpec,
    decision: Decision,
    sent: Mapping[str, Any],
    pointer: str,
    reader: Reader,
    read: Memo | None = None,
) -> tuple[dict[str, Any], list[Problem]]:
    """The values a request sets on one record, and what is wrong with them.

    `read` holds what texts of the same request were read as: rows of a batch repeat themselves, and a value
    hangs on its text alone. Lists of details are left to the caller. Raises Denied naming a readable field
    the actor may not write; a field the actor may not even read answers like an unknown one.
    """
    where = _where(context.locale)
    open_ = _open(Same(spec), decision.readable, decision.writable)
    straight = reader is from_json
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, raw in sent.items():
        known = open_.get(name)
        if known is not None:
            field, load, settings = known
            before = read[name] if straight and read is not None and type(raw) is str else None
            if before is not None and raw in before:
                values[name] = before[raw]
                continue
            try:
                value = values[name] = load(raw, settings, where) if straight else reader(field, raw, where)
                if before is not None:
                    before[raw] = value
            except BadValue as error:
                problems.append(error.problem(f"{pointer}/{escape(name)}"))
            continue
        at = f"{pointer}/{escape(name)}"
        other = spec.fields.get(name)
        if other is None or name not in decision.readable:
            if name not in spec.lists:
                problems.append(
                    Problem(at, "unknown_field", f"There is no field `{name}`. Remove it.", {"field": name})
                )
            continue
        problem = _not_writable(other, decision, at)
        assert problem is not None, f"`{name}` is writable and was not among the open fields"
        problems.append(problem)
    return values, problems


@lru_cache(maxsize=64)
def _where(locale: str) -> LoadContext:
    return LoadContext(zone=None, locale=locale)


@lru_cache(maxsize=4_096)
def _open(
    same: Same[ObjectSpec], readable: frozenset[str], writable: frozenset[str]
) -> Mapping[str, tuple[FieldSpec, Callable[..., Any], Mapping[str, Any]]]:
    """The fields a body may set with these rights, each with what reads its JSON and the settings for that."""
    return {
        name: (field, field.field_type.load, field.definition.settings)
        for name, field in same.value.fields.items()
        if name in readable and name in writable and not _is_of_system(field, writable)
    }


def _not_writable(field: FieldSpec, decision: Decision, at: str) -> Problem | None:
    """The problem of a field nobody writes; raises Denied for one that others may write."""
    name = field.name
    if _is_of_system(field, decision.writable):
        return Problem(at, "not_writable", f"`{name}` is set by the system. Remove it.", {"field": name})
    if name in decision.writable:
        return None
    message = f"You have no right to change `{name}`. Leave it out or ask an administrator."
    problem = Problem(at, "field_denied", message, {"field": name})
    raise Denied(message, code="field_denied", problems=[problem], extra={"field": name})


def _is_of_system(field: FieldSpec, writable: frozenset[str]) -> bool:
    by_platform = field.computed and field.definition.type != "auto_number"
    system_only = field.computed or field.definition.read_only
    return field.name in _SYSTEM_WRITTEN or by_platform or (system_only and field.name not in writable)


def escape(name: str) -> str:
    """A key as one token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
