"""Bodies that never end: a server with threads waits for a body as long as its sender likes, and we do not.

A thread of the process looks at the connections whose body is being read and closes the reading side of those
that take too long; whoever reads then gets 408 and the server closes the connection (RFC 9110, 15.5.9). Requests
without a body cost nothing, those with one two dictionary entries.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import RequestTimeout

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SOCKET = "gunicorn.socket"
"""Where the server keeps the connection of a request."""
_RATE = 20_000
"""Bytes a second that a large body takes at most before it counts as trickling."""
_LOOK_SECONDS = 0.5


class Patience:
    """How long bodies may take: so many seconds, and one more for every 20,000 bytes they announce."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._until: dict[socket.socket, float] = {}
        self._lock = Lock()
        self._stop = Event()

    def start(self) -> None:
        """Begin to look; call it in the process that answers."""
        Thread(target=self._look, name="patience", daemon=True).start()

    def watch(self, environ: "WSGIEnvironment") -> socket.socket | None:
        """Let the clock run for the body of a request; gives what `forget` wants, None when there is no body."""
        connection: socket.socket | None = environ.get(_SOCKET)
        length = environ.get("CONTENT_LENGTH") or ""
        if connection is None or not (length not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ):
            return None
        announced = int(length) if length.isdecimal() else 0
        until = monotonic() + self._seconds + announced / _RATE
        with self._lock:
            self._until[connection] = until
        environ["wsgi.input"] = _Body(environ["wsgi.input"], until)
        return connection

    def forget(self, connection: socket.socket | None) -> None:
        """The request is answered."""
        if connection is not None:
            with self._lock:
                self._until.pop(connection, None)

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def _look(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            now = monotonic()
            with self._lock:
                late = [one for one, until in self._until.items() if until < now]
                for one in late:
                    del self._until[one]
            for one in late:
                with suppress(OSError):  # the sender has gone meanwhile
                    one.shutdown(socket.SHUT_RD)


class _Body:
    """A body that raises RequestTimeout (408) where its time ran out."""

    def __init__(self, stream: Any, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, *size: int) -> bytes:
        """See io.RawIOBase."""
        return self._checked(self._stream.read(*size))

    def readline(self, *size: int) -> bytes:
        """See io.IOBase."""
        return self._checked(self._stream.readline(*size))

    def readlines(self, *hint: int) -> Iterable[bytes]:
        """See io.IOBase."""
        found: list[bytes] = self._stream.readlines(*hint)
        self._checked(b"")
        return found

    def __iter__(self) -> Iterator[bytes]:
        """See io.IOBase."""
        while line := self.readline():
            yield line

    def _checked(self, data: bytes) -> bytes:
        if monotonic() > self._until:
            raise RequestTimeout
        return data
