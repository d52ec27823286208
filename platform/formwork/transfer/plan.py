"""What an import is to do, checked before its first row: object, mapping, mode, rights."""

from dataclasses import dataclass, replace
from enum import StrEnum

from formwork.access import HiddenFields, Verb, decide
from formwork.definitions.model import ImportDef
from formwork.expressions import ExpressionError, fold
from formwork.expressions import check as check_expression
from formwork.kernel import Denied, Invalid, Problem
from formwork.storage import Work
from formwork.transfer.matching import may_find_by
from formwork.transfer.options import OPTION_TYPES
from formwork.transfer.table import Table


class Mode(StrEnum):
    """Which rows are written, by whether their record is there already."""

    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"


class OnError(StrEnum):
    """What a bad row does to the others."""

    SKIP = "skip"
    """The others are written."""
    NOTHING = "nothing"
    """Nothing is written unless every row is good."""


_VERBS = {
    Mode.CREATE: (Verb.CREATE,),
    Mode.UPDATE: (Verb.EDIT,),
    Mode.UPSERT: (Verb.CREATE, Verb.EDIT),
}


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """An import that may start: its mapping names columns as the file writes them."""

    mapping: ImportDef
    mode: Mode = Mode.UPSERT
    on_error: OnError = OnError.SKIP


def plan_import(work: Work, table: Table, mapping: ImportDef, mode: Mode, on_error: OnError) -> ImportPlan:
    """The checked plan; raises Denied without the rights, Invalid `bad_mapping` with every problem."""
    require_import(work, mapping.object, mode)
    mapping = _with_headers(table, mapping)
    problems = [*_field_problems(work, mapping), *_match_problems(mapping, mode)]
    if problems:
        message = "The mapping does not fit: " + " ".join(problem.message for problem in problems)
        raise Invalid(message, code="bad_mapping", problems=problems)
    _require_writable(work, mapping, mode)
    return ImportPlan(mapping, mode, on_error)


def require_import(work: Work, object: str, mode: Mode) -> None:
    """Raise Denied unless the actor may import records of this object in this mode."""
    for verb in (Verb.IMPORT, *_VERBS[mode]):
        decide(work.snapshot, work.context.actor, object, verb).require()


def _with_headers(table: Table, mapping: ImportDef) -> ImportDef:
    """The mapping under the headers of the file, which may differ in case and spaces."""
    present = {fold(header): header for header in table.headers if header}
    problems: list[Problem] = []
    columns = {}
    for header, column in mapping.columns.items():
        actual = header if header in table.headers else present.get(fold(header.strip()))
        if actual is None:
            message = f"The file has no column `{header}`."
            problems.append(Problem(f"/columns/{header}", "missing_column", message, {"column": header}))
        else:
            columns[actual] = replace(column, header=actual)
    if problems:
        message = " ".join(one.message for one in problems) + " Add it or leave it out of the mapping."
        raise Invalid(message, code="bad_mapping", problems=problems)
    return replace(mapping, columns=columns)


def _field_problems(work: Work, mapping: ImportDef) -> list[Problem]:
    spec = work.object(mapping.object)
    readable = decide(work.snapshot, work.context.actor, mapping.object, Verb.READ).readable
    hidden = HiddenFields(work.snapshot, work.context.actor)
    problems: list[Problem] = []
    taken: set[str] = set()
    for header, column in mapping.columns.items():
        at, name = f"/columns/{header}", column.field
        base, _, part = name.partition(".")
        if base not in readable or base not in spec.fields or (part and part not in spec.fields[base].field_type.parts):
            problems.append(Problem(at, "unknown_field", f"There is no field `{name}`.", {"field": name}))
        elif name in taken:
            problems.append(Problem(at, "double_field", f"Two columns fill `{name}`.", {"field": name}))
        elif column.by is not None and not _is_field_of_targets(work, mapping.object, name, column.by):
            message = f"The records `{name}` points at have no field `{column.by}`."
            problems.append(Problem(at, "unknown_field", message, {"field": column.by}))
        elif column.create_options and spec.fields[base].definition.type not in OPTION_TYPES:
            message = f"`{name}` has no list of options to add to. Leave out `create_options`."
            problems.append(Problem(at, "options_not_created", message, {"field": name}))
        taken.add(name)
    for name, text in mapping.set.items():
        if name not in spec.fields or name not in readable:
            problems.append(Problem(f"/set/{name}", "unknown_field", f"There is no field `{name}`.", {"field": name}))
            continue
        try:
            check_expression(text, work.snapshot.scope(mapping.object, hidden=hidden))
        except ExpressionError as error:
            problems.append(Problem(f"/set/{name}", "bad_expression", f"`{name}`: {error.message}"))
    return problems


def _is_field_of_targets(work: Work, object: str, name: str, by: str) -> bool:
    field = work.object(object).fields.get(name)
    targets = field.targets if field is not None else ()
    return bool(targets) and all(may_find_by(work, target, by) for target in targets)


def _match_problems(mapping: ImportDef, mode: Mode) -> list[Problem]:
    filled = {*(column.field for column in mapping.columns.values()), *mapping.set}
    if not mapping.match and mode is not Mode.CREATE:
        return [Problem("/match", "required", "Say by which fields a row finds its record.")]
    return [
        Problem("/match", "unknown_field", f"No column fills `{name}`, by which records are matched.", {"field": name})
        for name in mapping.match
        if name not in filled
    ]


def _require_writable(work: Work, mapping: ImportDef, mode: Mode) -> None:
    wanted = {*(column.field.partition(".")[0] for column in mapping.columns.values()), *mapping.set}
    for verb in _VERBS[mode]:
        decision = decide(work.snapshot, work.context.actor, mapping.object, verb)
        spare = set(mapping.match) if mode is Mode.UPDATE else set()
        denied = sorted(wanted - decision.writable - spare)
        if denied:
            names = ", ".join(f"`{name}`" for name in denied)
            problems = [
                Problem(f"/columns/{name}", "field_denied", f"You have no right to write `{name}`.", {"field": name})
                for name in denied
            ]
            raise Denied(
                f"You have no right to write {names}. Leave these columns out or ask an administrator.",
                code="field_denied",
                problems=problems,
            )
