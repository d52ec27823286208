"""A file on its way in: one part of a form, or the whole body with its name in a header."""

from typing import IO

from flask import Request
from werkzeug.http import parse_options_header

from formwork.files import Blobs, Received, receive
from formwork.kernel import Malformed

PART = "file"
"""The name of the form's part that is the file."""
FORM = "multipart/form-data"
_ROOM = 100_000
"""Bytes a form may have around its file."""
_NAME = 'Name the file: `Content-Disposition: attachment; filename="report.pdf"`.'


def receive_upload(sent: Request, blobs: Blobs, most: int) -> Received:
    """Keep the file of a request; `most` is the largest size in bytes.

    Raises Malformed `unsupported_media` or `bad_body`, and what `files.receive` does.
    """
    if sent.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Malformed("Send the body without Content-Encoding.", code="unsupported_media")
    if sent.mimetype in ("", "application/x-www-form-urlencoded"):
        raise Malformed("Send the file as it is with its own Content-Type, or as a form.", code="unsupported_media")
    sent.max_content_length = most + _ROOM
    source, name = _from_form(sent) if sent.mimetype == FORM else _from_body(sent)
    return receive(blobs, source, name, most)


def _from_form(sent: Request) -> tuple[IO[bytes], str]:
    part = sent.files.get(PART)
    if part is None:
        raise Malformed(f"The form has no part `{PART}` with a file in it.", code="bad_body")
    return part.stream, part.filename or ""


def _from_body(sent: Request) -> tuple[IO[bytes], str]:
    _kind, options = parse_options_header(sent.headers.get("Content-Disposition", ""))
    name = options.get("filename", "")
    if not name:
        raise Malformed(_NAME, code="bad_body")
    return sent.stream, name
