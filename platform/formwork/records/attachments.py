"""Files in fields: who may read one, what a field takes, what it held before, and how a read shows it.

A file is read by its uploader until a record holds it, then by exactly those who may read that record and
that field. Who may read a file may attach it; everything else gets one answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.catalog import FieldSpec, ObjectSpec, Snapshot
from formwork.fieldtypes.attachments import MEGABYTE, FileType
from formwork.fieldtypes.file_kind import kind_of_media
from formwork.files.stored import StoredFile, find_files, forget_upload
from formwork.files.uses import Holder, Holding, Use, forget_version, hold_files, uses_of, versions
from formwork.kernel import Denied, Invalid, Malformed, NotFound, Problem, Refused, parse_id
from formwork.records.draft import Draft
from formwork.records.references import visible_ids
from formwork.records.typed_rights import open_on
from formwork.storage import Work

_UNKNOWN = "This file is not there any more, or is not yours. Upload it again."
_NO_FILE = "There is no such file, or you may not see it."
_LOST = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file a field holds or held. `until` is when another one took its place, None for the current one."""

    file: StoredFile
    at: datetime
    by: UUID | None
    until: datetime | None


def is_file_field(field: FieldSpec) -> bool:
    """True for a field whose reader gets files."""
    return isinstance(field.value_type, FileType)


@lru_cache(maxsize=4096)
def file_fields(snapshot: Snapshot, object: str) -> tuple[FieldSpec, ...]:
    """The fields of an object that hold files themselves."""
    return tuple(one for one in snapshot.object(object).fields.values() if isinstance(one.field_type, FileType))


def check_files(work: Work, drafts: Sequence[Draft]) -> None:
    """Blame drafts of one object whose files the actor may not attach, or which their field does not take."""
    fields = file_fields(work.snapshot, drafts[0].object.name) if drafts else ()
    fresh = {id(draft): _fresh(draft, fields) for draft in drafts} if fields else {}
    wanted = {file for found in fresh.values() for ids in found.values() for file in ids}
    if not wanted:
        return
    known = readable_files(work, wanted)
    for draft in drafts:
        for name, ids in fresh[id(draft)].items():
            for file in ids:
                _check(draft, draft.object.fields[name], known.get(file))


def keep_holders(work: Work, drafts: Sequence[Draft]) -> None:
    """Note which files the stored drafts of one object hold from now on."""
    fields = file_fields(work.snapshot, drafts[0].object.name) if drafts else ()
    holdings = [
        Holding(_holder(draft.object, draft.id, field), before, after)
        for draft in drafts
        for field in fields
        if (before := _ids((draft.old or {}).get(field.name))) != (after := _ids(draft.values.get(field.name)))
    ]
    if holdings:
        hold_files(work, holdings)


def require_fitting(field: FieldSpec, file: StoredFile) -> None:
    """Refuse a file that a field would not take on saving; raises Invalid with the problem."""
    problem = _misfit(field, file)
    if problem is not None:
        raise Invalid(problem.message, code=problem.code, problems=[problem])


def readable_files(work: Work, ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Those of the files the actor may read."""
    found = find_files(work, ids)
    actor = work.context.actor
    if actor.system:
        return found
    allowed = {id for id, file in found.items() if not file.held and file.by == actor.user}
    held = [id for id, file in found.items() if file.held]
    for holder, files in _by_field(uses_of(work, held) if held else []).items():
        allowed |= _readable_through(work, holder, files)
    return {id: file for id, file in found.items() if id in allowed}


def readable_file(work: Work, id: UUID) -> StoredFile:
    """One file; raises NotFound alike for one that never was and one that is not to be seen."""
    found = readable_files(work, [id]).get(id)
    if found is None:
        raise NotFound(_NO_FILE)
    return found


def withdraw_upload(work: Work, id: UUID) -> None:
    """Forget an upload of the actor's own that no record holds; raises NotFound, Refused `in_use`."""
    if readable_file(work, id).held:
        raise Refused("A record holds this file. Take it out of the record instead.", code="in_use")
    forget_upload(work, id)


def file_versions(work: Work, object: str, record: UUID, field: str) -> list[FileVersion]:
    """What a field of a record holds and held, newest first; raises NotFound, Denied, Malformed `bad_query`."""
    found = versions(work, _asked(work, object, record, field, Verb.READ))
    files = find_files(work, {use.file for use in found})
    return [FileVersion(files[use.file], use.at, use.by, use.until) for use in found if use.file in files]


def forget_file_version(work: Work, object: str, record: UUID, field: str, file: UUID) -> None:
    """Take an earlier version away for good. Needs the right to change the field; raises NotFound."""
    if not forget_version(work, _asked(work, object, record, field, Verb.EDIT), file):
        raise NotFound(_NO_FILE)


def show_files(work: Work, object: str, paths: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    """Put each file's name, size and type in the place of its id in JSON rows keyed by path."""
    shown = _file_paths(work.snapshot, object, tuple(paths))
    if not shown:
        return
    files = _named(work, (row.get(path) for row in rows for path in shown))
    for row in rows:
        for path in shown:
            if row.get(path) is not None:
                row[path] = _shown(row[path], files)


def show_values(work: Work, values: Iterable[Any]) -> list[Any]:
    """JSON values of file fields (ids, lists of ids, None) as a read shows them."""
    known = list(values)
    files = _named(work, known)
    return [None if value is None else _shown(value, files) for value in known]


def _named(work: Work, values: Iterable[Any]) -> Mapping[UUID, StoredFile]:
    texts = {one for value in values if value is not None for one in (value if isinstance(value, list) else [value])}
    return find_files(work, (id for text in texts if (id := parse_id(text)) is not None))


def _shown(value: Any, files: Mapping[UUID, StoredFile]) -> Any:
    if isinstance(value, list):
        return [_shown(one, files) for one in value]
    file = files.get(UUID(value))
    return file.shown() if file is not None else {"id": value, "name": "", "size": 0, "type": _LOST}


@lru_cache(maxsize=4096)
def _file_paths(snapshot: Snapshot, object: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path for path in paths if _ends_in_file(snapshot, object, path.split(".")))


def _ends_in_file(snapshot: Snapshot, object: str, names: Sequence[str]) -> bool:
    spec = snapshot.object(object)
    for name in names[:-1]:
        field = spec.fields.get(name)
        if field is None or len(field.targets) != 1:
            return False
        spec = snapshot.object(field.targets[0])
    last = spec.fields.get(names[-1])
    return last is not None and is_file_field(last)


def _fresh(draft: Draft, fields: Sequence[FieldSpec]) -> dict[str, tuple[UUID, ...]]:
    """Field -> files this write adds to it."""
    before = draft.old or {}
    found = {
        one.name: tuple(id for id in _ids(draft.values.get(one.name)) if id not in _ids(before.get(one.name)))
        for one in fields
    }
    return {name: ids for name, ids in found.items() if ids}


def _check(draft: Draft, field: FieldSpec, file: StoredFile | None) -> None:
    if file is None:
        draft.blame("bad_file", _UNKNOWN, field.name, field=field.name)
        return
    problem = _misfit(field, file)
    if problem is not None:
        draft.blame(problem.code, problem.message, field.name, **problem.args)


def _misfit(field: FieldSpec, file: StoredFile) -> Problem | None:
    """Why a field does not take a file; what its bytes say counts, never its name."""
    kind = kind_of_media(file.media)
    settings, type_ = field.definition.settings, field.field_type
    accepted = type_.accepted(settings) if isinstance(type_, FileType) else ()
    args = {"field": field.name, "name": file.name}
    if kind is None or kind.word not in accepted:
        words = ", ".join(accepted)
        message = f"“{file.name}” is of a kind this field does not take. It takes: {words}."
        return Problem(f"/{field.name}", "bad_file_type", message, {**args, "accept": words})
    most = settings.get("max_size")
    if most is not None and file.size > most * MEGABYTE:
        message = f"“{file.name}” is larger than the {most} MB this field takes."
        return Problem(f"/{field.name}", "file_too_large", message, {**args, "limit": most})
    return None


def _by_field(uses: Iterable[Use]) -> dict[tuple[str, str], dict[UUID, set[UUID]]]:
    """(table, column) -> record -> files."""
    found: dict[tuple[str, str], dict[UUID, set[UUID]]] = {}
    for use in uses:
        place = found.setdefault((use.holder.object, use.holder.field), {})
        place.setdefault(use.holder.record, set()).add(use.file)
    return found


def _readable_through(work: Work, place: tuple[str, str], files: Mapping[UUID, set[UUID]]) -> set[UUID]:
    """The files the actor may read because of the records that hold them in one field."""
    field = _fields_by_place(work.snapshot).get(place)
    if field is None:
        return set()
    try:
        decision = decide(work.snapshot, work.context.actor, field.object, Verb.READ)
    except Denied:
        return set()
    if not decision.allowed or field.name not in decision.readable:
        return set()
    records = open_on(work, field.object, field.name, visible_ids(work, field.object, files))
    return {file for record in records for file in files[record]}


@lru_cache(maxsize=256)
def _fields_by_place(snapshot: Snapshot) -> Mapping[tuple[str, str], FieldSpec]:
    return {
        (spec.table, one.columns[0].name): one for name, spec in snapshot.objects.items()
        for one in file_fields(snapshot, name)
    }  # fmt: skip


def _asked(work: Work, object: str, record: UUID, field: str, verb: Verb) -> Holder:
    """The holder somebody names, once they may reach it; an unknown and an unreadable field are one answer."""
    spec = work.object(object)
    decision = decide(work.snapshot, work.context.actor, object, verb).require()
    names = decision.readable if verb is Verb.READ else decision.writable
    one = spec.fields.get(field)
    if one is None or field not in names or one not in file_fields(work.snapshot, object):
        raise Malformed("The address names a field that holds no files or that you may not use.", code="bad_query")
    if not open_on(work, object, field, visible_ids(work, object, [record], verb), verb):
        raise NotFound("There is no such record, or you may not see it.")
    return _holder(spec, record, one)


def _holder(spec: ObjectSpec, record: UUID, field: FieldSpec) -> Holder:
    return Holder(spec.table, record, field.columns[0].name)


def _ids(value: Any) -> tuple[UUID, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, tuple | list) else (value,)
