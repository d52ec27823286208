"""An import as it is stored: whose it is, what it is to do, how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from formwork.definitions.dump.work import dump_import
from formwork.definitions.model import ImportDef
from formwork.identity import audit
from formwork.kernel import Actor, Conflict, NotFound, Problem, new_id
from formwork.storage import Work, system
from formwork.transfer.mapping import stored_mapping
from formwork.transfer.options import NewOption
from formwork.transfer.plan import Mode, OnError
from formwork.transfer.report import NO_ROWS, Action, RowResult, Totals

_JOBS, _ROWS = "fw_import_job", "fw_import_row"
_NOBODY = UUID(int=0)
"""Stands for the system actor, who has no user."""
_BATCH = 500
_MASK = 0x3FFF_FFFF


class State(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    """The file is here; mapping and mode may still change."""
    CHECKING = "checking"
    """The dry run is under way; in the end, or stopped, it is uploaded again."""
    RUNNING = "running"
    """Rows are being written; after a crash it is run again and goes on."""
    FINISHED = "finished"
    STOPPED = "stopped"
    """Too many errors, or somebody stopped it; rows written so far stay."""
    REFUSED = "refused"
    """Nothing was written because not every row was good."""
    UNDONE = "undone"


class Ending(StrEnum):
    """How a dry run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    """Somebody stopped it."""
    FAILED = "failed"
    """It could not be made; the reason says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """What the last dry run found; the rows that failed in it are stored as results of the import."""

    ending: Ending
    totals: Totals = NO_ROWS
    options: tuple[NewOption, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """One import. `position` counts the rows committed, in the order of writing; in a dry run it is a number below
    zero that tells this one from others.

    `check` is the last dry run of what the import is to do, None when there was none.
    """

    id: UUID
    at: datetime
    by: UUID
    name: str
    mapping: ImportDef
    mode: Mode = Mode.UPSERT
    on_error: OnError = OnError.SKIP
    state: State = State.UPLOADED
    totals: Totals = NO_ROWS
    position: int = 0
    file: UUID | None = None
    finished_at: datetime | None = None
    check: Check | None = None


GOING = (State.CHECKING, State.RUNNING)
"""States in which somebody works on the import."""


def owner_of(actor: Actor) -> UUID:
    """The id that owns what the actor imports."""
    return actor.user or _NOBODY


def add_job(work: Work, name: str, mapping: ImportDef, file: UUID, mode: Mode, on_error: OnError) -> Job:
    """Store a new import of the actor."""
    context = work.context
    job = Job(new_id(), context.now, owner_of(context.actor), name, mapping, mode, on_error, file=file)
    system.append(
        work,
        _JOBS,
        [
            {
                "id": job.id,
                "at": job.at,
                "by": job.by,
                "object": mapping.object,
                "state": job.state.value,
                "mode": mode.value,
                "options": _options(job),
                "totals": job.totals.as_json(),
                "position": 0,
                "file": file,
            }
        ],
    )
    return job


def find_job(work: Work, id: UUID) -> Job:
    """An import of the actor; those of others do not exist (NotFound)."""
    row = system.find(work, _JOBS, id=id)
    if row is None or (row["by"] != owner_of(work.context.actor) and not work.context.actor.system):
        raise NotFound("There is no such import.", code="unknown_import")
    return _job(row)


def list_jobs(work: Work, limit: int = 50) -> list[Job]:
    """The actor's imports, newest first."""
    owner = owner_of(work.context.actor)
    return [_job(row) for row in system.find_many(work, _JOBS, equals={"by": owner}, order=("-at",), limit=limit)]


def running_files(work: Work) -> frozenset[UUID]:
    """The files of every import that runs or is checked, whosever it is."""
    found = system.find_many(work, _JOBS, in_={"state": [one.value for one in GOING]}, columns=("file",))
    return frozenset(row["file"] for row in found if row["file"] is not None)


def configure_job(work: Work, job: Job, mapping: ImportDef, mode: Mode, on_error: OnError) -> Job:
    """Give an uploaded import another mapping, mode or answer to bad rows; what a dry run found is forgotten."""
    changed = replace(job, mapping=mapping, mode=mode, on_error=on_error, check=None)
    values = {"object": mapping.object, "mode": mode.value, "options": _options(changed)}
    _change(work, job, values)
    forget_results(work, job)
    return changed


def begin_check(work: Work, job: Job) -> Job:
    """Note that an uploaded import is tried now, or again after its process has died."""
    position = -1 - (new_id().int & _MASK)
    changed = replace(job, state=State.CHECKING, totals=NO_ROWS, position=position, check=None)
    _change(work, job, {"totals": NO_ROWS.as_json(), **_standing(changed)})
    forget_results(work, job)
    return changed


def end_check(work: Work, job: Job, check: Check, failures: Sequence[RowResult] = ()) -> Job:
    """Note what a dry run found; the import may be changed or run then."""
    changed = replace(job, state=State.UPLOADED, totals=NO_ROWS, position=0, check=check)
    _change(work, job, {"totals": NO_ROWS.as_json(), **_standing(changed)})
    add_results(work, job, failures)
    return changed


def move_job(work: Work, job: Job, state: State, totals: Totals | None = None, position: int | None = None) -> Job:
    """Note how far an import has come.

    Raises Conflict `import_taken` when somebody else moved it meanwhile, so no row is written twice.
    """
    over = state not in (State.UPLOADED, *GOING)
    changed = replace(
        job,
        state=state,
        totals=job.totals if totals is None else totals,
        position=job.position if position is None else position,
        finished_at=work.context.now if over else None,
    )
    values = {
        "state": state.value,
        "totals": changed.totals.as_json(),
        "position": changed.position,
        "finished_at": changed.finished_at,
    }
    _change(work, job, values)
    if over:
        told = {"import": str(job.id), "file": job.name, "state": state.value, "totals": changed.totals.as_json()}
        audit.note(work, audit.Event.IMPORT, object=job.mapping.object, detail=told)
    return changed


def halt_job(work: Work, job: Job) -> Job:
    """Stop an import or its dry run wherever it is by now; whoever is at it finds out at its next chunk.

    Raises Conflict `import_taken` when it has ended meanwhile.
    """
    known = {"id": job.id, "state": job.state.value}
    values: dict[str, Any] = {"state": State.STOPPED.value, "finished_at": work.context.now}
    if job.state is State.CHECKING:
        back = replace(job, state=State.UPLOADED, position=0, check=Check(Ending.STOPPED, job.totals))
        values = {"totals": NO_ROWS.as_json(), **_standing(back)}
    if system.change(work, _JOBS, values, equals=known) != 1:
        raise Conflict("This import has gone on meanwhile. Look at it again.", code="import_taken")
    return find_job(work, job.id)


def _standing(job: Job) -> dict[str, Any]:
    return {"state": job.state.value, "position": job.position, "options": _options(job)}


def _change(work: Work, job: Job, values: Mapping[str, Any]) -> None:
    """Only from the state and position the caller knows."""
    known = {"id": job.id, "state": job.state.value, "position": job.position}
    if system.change(work, _JOBS, values, equals=known) != 1:
        raise Conflict("This import has gone on meanwhile. Look at it again.", code="import_taken")


def add_results(work: Work, job: Job, results: Sequence[RowResult]) -> None:
    """Store what became of rows."""
    system.append(work, _ROWS, [_row(job, result) for result in results])


def forget_results(work: Work, job: Job) -> None:
    """Remove what is stored of its rows: an import that is to begin has none but those a dry run found bad."""
    system.remove(work, _ROWS, equals={"job": job.id})


def change_results(work: Work, job: Job, results: Sequence[RowResult]) -> None:
    """Store rows that came to another end."""
    for result in results:
        system.put(work, _ROWS, _row(job, result))


def forget_before(work: Work, job: Job, records: Sequence[UUID]) -> None:
    """Note that these records have been undone."""
    system.change(work, _ROWS, {"before": None}, equals={"job": job.id}, in_={"record": records})


def find_results(
    work: Work, job: Job, *, actions: Sequence[Action] = (), numbers: Sequence[int] = (), limit: int | None = None
) -> list[RowResult]:
    """Stored results in file order, those with these actions or row numbers when given."""
    in_: dict[str, Any] = {}
    if actions:
        in_["state"] = [action.value for action in actions]
    if numbers:
        in_["row"] = list(numbers)
    found = system.find_many(work, _ROWS, equals={"job": job.id}, in_=in_, order=("row",), limit=limit)
    return [_result(row) for row in found]


def _row(job: Job, result: RowResult) -> dict[str, Any]:
    problems = [
        {"pointer": one.pointer, "code": one.code, "message": one.message, "args": _plain(one.args)}
        for one in result.problems
    ]
    return {
        "job": job.id,
        "row": result.row,
        "state": result.action.value,
        "record": result.record,
        "action": str(result.line),
        "problems": problems or None,
        "before": dict(result.before) if result.before is not None else None,
    }


def _plain(args: Mapping[str, object]) -> dict[str, Any]:
    return {key: value if isinstance(value, str | int | bool | None) else str(value) for key, value in args.items()}


def _result(row: Mapping[str, Any]) -> RowResult:
    problems = tuple(Problem(one["pointer"], one["code"], one["message"], one["args"]) for one in row["problems"] or ())
    return RowResult(row["row"], int(row["action"]), Action(row["state"]), row["record"], problems, row["before"])


def _options(job: Job) -> dict[str, Any]:
    found = {"name": job.name, "mapping": dump_import(job.mapping), "on_error": job.on_error.value}
    return found if job.check is None else {**found, "check": asdict(job.check)}


def _check(data: Mapping[str, Any] | None) -> Check | None:
    if data is None:
        return None
    options = tuple(NewOption(**one) for one in data["options"])
    return Check(Ending(data["ending"]), Totals(**data["totals"]), options, data["reason"])


def _job(row: Mapping[str, Any]) -> Job:
    options = row["options"]
    return Job(
        id=row["id"],
        at=row["at"],
        by=row["by"],
        name=options["name"],
        mapping=stored_mapping(options["mapping"]),
        mode=Mode(row["mode"]),
        on_error=OnError(options["on_error"]),
        state=State(row["state"]),
        totals=Totals(**row["totals"]),
        position=row["position"],
        file=row["file"],
        finished_at=row["finished_at"],
        check=_check(options.get("check")),
    )
