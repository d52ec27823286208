"""Calls to the outside: one connection, a deadline, an answer that is capped, no redirect followed."""

import http.client
import json
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any
from urllib.parse import urlencode

from formwork.kernel import Unavailable
from formwork.outbound.address import Gate, Target

MOST = 1_000_000
"""Bytes of an answer that are read at most."""
SECONDS = 10.0
"""How long a call may take, from the look-up of the name to the last byte."""
_PIECE = 16_384
_AGENT = "Formwork"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises Unavailable `outbound_failed` when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unavailable("The answer from outside is not JSON.", code="outbound_failed") from error


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """A call: `form` makes it a POST of a form."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """Calls what the gate lets through."""

    gate: Gate
    seconds: float = SECONDS
    most: int = MOST

    def call(self, request: ClientRequest) -> Answer:
        """The answer; a redirect is an answer like any other.

        Raises what the gate raises, and Unavailable `outbound_failed` when nothing came back in time or too much.
        """
        until = time.monotonic() + self.seconds
        target = self.gate.pass_through(request.url)
        connection = _connection(target, self.seconds)
        watch = Timer(self.seconds, _cut, (connection,))
        watch.start()
        try:
            body = None if request.form is None else urlencode(request.form).encode()
            headers = {"Host": _host(target), "User-Agent": _AGENT, "Accept": "application/json", "Connection": "close"}
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            method = "GET" if body is None else "POST"
            connection.request(method, target.path, body, {**headers, **request.headers})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), self._read(answer, until))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unavailable(f"{target.host} did not answer.", code="outbound_failed") from error
        finally:
            watch.cancel()
            connection.close()

    def _read(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        """The body, piece by piece, so that one that trickles or does not end is left."""
        pieces: list[bytes] = []
        size = 0
        while True:
            if time.monotonic() >= until:
                raise TimeoutError
            piece = answer.read1(_PIECE)
            if not piece:
                if answer.length or time.monotonic() >= until:
                    raise TimeoutError
                return b"".join(pieces)
            size += len(piece)
            if size > self.most:
                raise ValueError("too much")
            pieces.append(piece)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a call whose time is over, wherever it waits."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _connection(target: Target, seconds: float) -> http.client.HTTPConnection:
    """A connection to the address that was looked at, under the name it was looked up by."""
    if target.secure:
        return _Secure(target, seconds)
    return _Plain(target, seconds)


class _Plain(http.client.HTTPConnection):
    """HTTP to the address of a target, whatever its name resolves to by now."""

    def __init__(self, target: Target, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target, self._seconds = target, seconds

    def connect(self) -> None:
        self.sock = socket.create_connection((self._target.address, self._target.port), self._seconds)


class _Secure(_Plain):
    """The same over TLS; the certificate is that of the name."""

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._target.host)


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port == (443 if target.secure else 80) else f"{name}:{target.port}"
