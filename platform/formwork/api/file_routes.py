"""Files: send one, read one, forget one, and what a field of a record held before."""

from typing import Any
from uuid import UUID

from formwork.access import Verb
from formwork.api.answer import NO_CONTENT, Answer
from formwork.api.call import Call
from formwork.api.route import Kind, Param, Right, Route, Shape
from formwork.files import keep_file
from formwork.files.serve import Download
from formwork.records.attachments import (
    FileVersion,
    file_versions,
    forget_file_version,
    readable_file,
    withdraw_upload,
)

_FIELD = Param("field", Kind.TEXT, "A field that holds files.", required=True)


def upload(call: Call) -> Answer:
    """Keep what was sent; it is the caller's alone until a record holds it."""
    kept = keep_file(call.work, call.runtime.blobs(call.tenant.name), call.body)
    return Answer(kept.shown(), 201, {"Location": f"/api/v1/files/{kept.id}"})


def download(call: Call, id: UUID) -> Answer:
    """The bytes of a file."""
    found = Download(readable_file(call.work, id), call.runtime.blobs(call.tenant.name))
    if found.is_known(call.known_tag):
        return Answer(None, 304, found.headers(), media=found.file.media)
    return Answer(found, media=found.file.media)


def withdraw(call: Call, id: UUID) -> Answer:
    """Forget an upload that no record holds."""
    withdraw_upload(call.work, id)
    return NO_CONTENT


def list_versions(call: Call, object: str, id: UUID) -> Answer:
    """What a field of a record holds and held."""
    found = file_versions(call.work, object, id, call.values["field"])
    return Answer({"data": [_shown(one) for one in found]})


def forget(call: Call, object: str, id: UUID) -> Answer:
    """Take an earlier version away for good."""
    forget_file_version(call.work, object, id, call.values["field"], call.values["file"])
    return NO_CONTENT


def _shown(version: FileVersion) -> dict[str, Any]:
    return {
        **version.file.shown(),
        "at": version.at.isoformat().replace("+00:00", "Z"),
        "by": str(version.by) if version.by else None,
        "until": version.until.isoformat().replace("+00:00", "Z") if version.until else None,
    }


ROUTES = (
    Route(
        "POST", "/files", upload, "upload_file", "Send a file, to be named by a record afterwards.",
        right=Right.SIGNED_IN,
        takes=Shape.FILE, gives=Shape.FILE, status=201,
    ),
    Route(
        "GET", "/files/<id>", download, "download_file", "The bytes of a file, always as an attachment.",
        right=Right.SIGNED_IN,
        gives=Shape.FILE, media=("*/*",),
    ),
    Route("DELETE", "/files/<id>", withdraw, "withdraw_file", "Forget an upload that no record holds.",
          right=Right.SIGNED_IN,
          gives=Shape.NONE, status=204),
    Route(
        "GET", "/<object>/<id>/versions", list_versions, "file_versions", "What a field holds and held, newest first.",
        verb=Verb.READ, params=(_FIELD,), gives=Shape.PLAIN_LIST,
    ),
    Route(
        "DELETE", "/<object>/<id>/versions", forget, "forget_file_version", "Take an earlier version away for good.",
        verb=Verb.EDIT, params=(_FIELD, Param("file", Kind.ID, "The version's file.", required=True)),
        gives=Shape.NONE, status=204,
    ),
)  # fmt: skip
