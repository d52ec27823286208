"""Attachments: content-addressed bytes, the rows that name them, and who holds them."""

from formwork.files.blobs import Blobs, open_blobs
from formwork.files.receive import Received, receive
from formwork.files.stored import StoredFile, find_files, keep_file

__all__ = ["Blobs", "Received", "StoredFile", "find_files", "keep_file", "open_blobs", "receive"]
