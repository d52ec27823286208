"""Everything known about one person, as a zip: a JSON file that people and programs read, and the files."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from formwork.files import Blobs
from formwork.files.stored import StoredFile, find_files
from formwork.identity.audit import Event, note
from formwork.kernel import NotFound
from formwork.privacy.find import shown
from formwork.privacy.mentions import mentions_of
from formwork.privacy.needles import Needles, needles_of
from formwork.privacy.personal import Subject, text_fields
from formwork.records.attachments import file_fields, is_file_field
from formwork.records.erase import load_any
from formwork.records.past_names import past_names
from formwork.storage import Work, system

_LIST = "person.json"
_STILL = "secret"


def bundle(work: Work, blobs: Blobs, subjects: Sequence[Subject]) -> bytes:
    """The zip. Who calls has asked for the right to manage the tenant; it is told in the audit trail.

    Values of secret fields are left out: nobody reads those. Raises NotFound for a record that is not there.
    """
    if len(shown(work, subjects)) != len(subjects):
        raise NotFound("There is no such record, or it was removed for good already.")
    out = io.BytesIO()
    records = [_record(work, one) for one in subjects]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        files = [entry for one in subjects for entry in _files(work, blobs, archive, one)]
        told = {
            "made_at": work.context.now, "tenant": work.context.tenant, "records": records,
            "mentions": _mentions(work, subjects, needles_of(work, subjects)), "files": files,
        }  # fmt: skip
        archive.writestr(_LIST, orjson.dumps(told, default=str, option=orjson.OPT_INDENT_2))
    for one in subjects:
        note(work, Event.PERSON_EXPORTED, object=one.object, record=one.id)
    return out.getvalue()


def _record(work: Work, subject: Subject) -> dict[str, Any]:
    spec = work.object(subject.object)
    fields = [one for one in spec.fields.values() if one.stored and one.definition.type != _STILL]
    row = load_any(work, subject.object, [subject.id], [one.name for one in fields]).get(subject.id, {})
    told = system.find_many(
        work, "fw_history", equals={"object": subject.object}, in_={"record": [subject.id]}, order=("id",),
        columns=("at", "by", "action", "changes"),
    )  # fmt: skip
    values = {
        one.name: {"label": one.label, "value": one.value_type.dump(row[one.name])}
        for one in fields
        if row.get(one.name) is not None
    }
    names = past_names(work, subject.object)
    events = [
        {str(key): value for key, value in row.items()}
        | {"changes": _renamed(row["changes"], names.keys(row["changes"], row["at"]))}
        for row in told
    ]
    return {"object": subject.object, "id": str(subject.id), "fields": values, "history": events}


def _renamed(changes: Mapping[str, Any], now: Mapping[str, str]) -> dict[str, Any]:
    """The changes under the names their fields have now; those of fields that are gone under the ones they had."""
    return {now.get(name, name): value for name, value in changes.items()}


def _mentions(work: Work, subjects: Sequence[Subject], needles: Needles) -> list[dict[str, Any]]:
    """Records that point at the person or name them, with the texts that do."""
    found = []
    for one in mentions_of(work, subjects, needles):
        fields = [field.name for field in text_fields(work.object(one.object))]
        rows = load_any(work, one.object, one.ids, fields)
        for known in shown(work, [Subject(one.object, id) for id in one.ids]):
            id = known.subject.id
            texts = {name: value for name, value in rows.get(id, {}).items() if _names(value, needles)}
            found.append({"object": one.object, "id": str(id), "by": one.field, "title": known.title, "texts": texts})
    return found


def _names(value: Any, needles: Needles) -> bool:
    return isinstance(value, str) and any(word.lower() in value.lower() for word in needles.loose)


def _files(work: Work, blobs: Blobs, archive: zipfile.ZipFile, subject: Subject) -> Iterable[dict[str, str]]:
    fields = [one for one in file_fields(work.snapshot, subject.object) if is_file_field(one)]
    if not fields:
        return
    row = load_any(work, subject.object, [subject.id], [one.name for one in fields]).get(subject.id, {})
    for field in fields:
        value = row.get(field.name)
        ids = value if isinstance(value, tuple) else () if value is None else (value,)
        for file in find_files(work, ids).values():
            path = f"files/{subject.object}/{subject.id}/{field.name}/{_safe(file)}"
            archive.writestr(path, b"".join(blobs.read(file.sha256)))
            yield {"path": path, "name": file.name, "type": file.media}


def _safe(file: StoredFile) -> str:
    """A name no archive program stumbles over: the id, and the ending of the name."""
    ending = file.name.rpartition(".")[2]
    return f"{file.id}.{ending}" if ending.isalnum() and len(ending) <= 8 else str(file.id)
