"""Bytes by their SHA-256: a folder of the machine, or a bucket of S3.

obstore keeps threads that do not survive a fork: open a store in the process that uses it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from formwork.kernel import Invalid, NotFound, Problem, Settings, Unavailable

if TYPE_CHECKING:
    from obstore.store import RetryConfig

FOLDER = "files"
"""Below the data folder."""
CHUNK = 256 * 1024
"""Bytes read or written at once."""
RETRY: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=5)}
"""A bucket that is away is told to the person before they give up."""
_S3 = "s3://"
_BAD_SETTING = "FORMWORK_FILES_URL is empty (the data folder) or `s3://bucket` or `s3://bucket/prefix`."


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored content and when it was last put there."""

    sha256: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Blobs:
    """The contents of one tenant. `folder` is where they lie on this machine, None for a bucket."""

    store: LocalStore | S3Store
    folder: Path | None = None

    def put(self, sha256: str, source: IO[bytes]) -> None:
        """Keep a content durably; raises Unavailable `storage_full` or `files_unavailable`.

        What is there already is written again, so that its moment is new and no sweep takes it.
        """
        path = _path(sha256)
        try:
            self.store.put(path, source)
            if self.folder is not None:
                _settle(self.folder / path)
        except (OSError, BaseError) as error:
            raise _unavailable(error) from error

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """A content in pieces, from byte `start` up to (not with) `end`; raises NotFound when it is missing."""
        try:
            stop = self.store.head(_path(sha256))["size"] if end is None else end
            if start >= stop:
                return iter(())
            found = self.store.get(_path(sha256), options={"range": (start, stop)})
        except FileNotFoundError as error:
            raise NotFound(
                "The bytes of this file are missing. Ask an administrator to restore them.", code="file_missing"
            ) from error
        except (OSError, BaseError) as error:
            raise _unavailable(error) from error
        return (bytes(piece) for piece in found.stream(min_chunk_size=CHUNK))

    def has(self, sha256: str) -> bool:
        """True when the content is there."""
        try:
            self.store.head(_path(sha256))
        except FileNotFoundError:
            return False
        except (OSError, BaseError) as error:
            raise _unavailable(error) from error
        return True

    def remove(self, sha256: str) -> None:
        """Take a content away; nothing when it is gone already."""
        try:
            self.store.delete(_path(sha256))
        except FileNotFoundError:
            return
        except (OSError, BaseError) as error:
            raise _unavailable(error) from error

    def clear(self) -> None:
        """Take every content away: the tenant is gone."""
        for one in [*self.list()]:
            self.remove(one.sha256)

    def list(self) -> Iterator[Blob]:
        """Every content, in no order."""
        try:
            for batch in self.store.list():
                yield from (Blob(one["path"].rsplit("/", 1)[-1], one["size"], one["last_modified"]) for one in batch)
        except FileNotFoundError:
            return
        except (OSError, BaseError) as error:
            raise _unavailable(error) from error


def open_blobs(settings: Settings, tenant: str) -> Blobs:
    """The contents of a tenant, where the settings say; raises Invalid `bad_setting`."""
    if not settings.files_url:
        folder = settings.data / FOLDER / tenant
        folder.mkdir(parents=True, exist_ok=True)
        return Blobs(LocalStore(folder), folder)
    bucket, _, prefix = settings.files_url.removeprefix(_S3).strip("/").partition("/")
    if not settings.files_url.startswith(_S3) or not bucket:
        problem = Problem("/files_url", "bad_setting", _BAD_SETTING)
        raise Invalid("Correct these settings and start again.", code="bad_setting", problems=[problem])
    where = "/".join(part for part in (prefix, tenant) if part)
    return Blobs(S3Store(bucket, prefix=where, retry_config=RETRY))


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _settle(file: Path) -> None:
    """Make a file and its name survive a loss of power."""
    for path in (file, file.parent, file.parent.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unavailable(error: Exception) -> Unavailable:
    if getattr(error, "errno", None) in (28, 122) or "No space left" in str(error):
        return Unavailable(
            "There is no room left for files. Nothing was saved; an administrator must free space.",
            code="storage_full", extra={"retry_after": 60},
        )  # fmt: skip
    return Unavailable(
        "Files cannot be reached now. Nothing was saved; try again in a few seconds.",
        code="files_unavailable", extra={"retry_after": 5},
    )  # fmt: skip
