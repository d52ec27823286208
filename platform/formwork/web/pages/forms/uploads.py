"""Files that came inside a form, from browsers without script: kept first, then named like all others."""

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict

from formwork.files import keep_file, receive
from formwork.kernel import Invalid, LimitExceeded, Problem
from formwork.records.attachments import require_fitting
from formwork.web.door import Door
from formwork.web.inputs import UPLOAD
from formwork.web.pages.files import file_field


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form sent, with the ids of its files under the names of their fields, and what was wrong with those."""

    form: "MultiDict[str, str]"
    problems: tuple[Problem, ...] = ()


def take_uploads(door: Door, object: str) -> Posted:
    """The form of this request once its files are kept. They are the person's own until the record is saved."""
    form: MultiDict[str, str] = MultiDict(request.form)
    problems: list[Problem] = []
    for key in request.files:
        name = key.removesuffix(UPLOAD)
        for sent in request.files.getlist(key):
            if sent.filename and key.endswith(UPLOAD):
                try:
                    form.add(name, _kept(door, object, name, sent))
                except (Invalid, LimitExceeded) as error:
                    first = next(iter(error.problems), None)
                    code, message = (first.code, first.message) if first else (error.code, error.message)
                    problems.append(Problem(f"/{name}", code, message, dict(first.args) if first else {}))
    return Posted(form, tuple(problems))


def _kept(door: Door, object: str, name: str, sent: FileStorage) -> str:
    with door.reading() as visit:
        field = file_field(visit, object, name)
    blobs = door.runtime.blobs(door.tenant().name)
    received = receive(blobs, sent.stream, sent.filename or "", door.runtime.settings.max_upload)
    with door.writing() as visit:
        kept = keep_file(visit.work, blobs, received)
        require_fitting(field, kept)
        return str(kept.id)
