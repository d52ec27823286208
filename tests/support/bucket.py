"""A bucket for tests: as much of the S3 protocol as the product speaks, over plain HTTP on this machine."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


@dataclass
class Bucket:
    """What was put there, by key (`/bucket/key`), and where it answers."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    """A bucket for the length of the block."""
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            bucket.objects[self._key()] = self.rfile.read(int(self.headers["Content-Length"]))
            self._say(200, b"", ETag=_tag(bucket.objects[self._key()]))

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            if "list-type" in query:
                self._say(200, _listing(bucket, self._key().strip("/"), query.get("prefix", [""])[0]))
                return
            self._content(send=True)

        def do_HEAD(self) -> None:
            self._content(send=False)

        def do_DELETE(self) -> None:
            bucket.objects.pop(self._key(), None)
            self._say(204, b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            keys = [one.split("</Key>")[0] for one in body.split("<Key>")[1:]]
            for key in keys:
                bucket.objects.pop(f"{self._key().rstrip('/')}/{key}", None)
            gone = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
            self._say(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

        def _content(self, *, send: bool) -> None:
            data = bucket.objects.get(self._key())
            if data is None:
                self._say(404, b"<Error><Code>NoSuchKey</Code></Error>" if send else b"")
                return
            more = {"ETag": _tag(data), "Last-Modified": format_datetime(bucket.at, usegmt=True)}
            wanted = self.headers.get("Range")
            if wanted is None:
                self._say(200, data, send=send, **more)
                return
            start, end = (int(one) for one in wanted.removeprefix("bytes=").split("-"))
            more["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
            self._say(206, data[start : end + 1], send=send, **more)

        def _key(self) -> str:
            return unquote(urlsplit(self.path).path)

        def _say(self, status: int, body: bytes, *, send: bool = True, **headers: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if send:
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    bucket.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _listing(bucket: Bucket, name: str, prefix: str) -> bytes:
    moment = bucket.at.isoformat().replace("+00:00", "Z")
    found = {key.removeprefix(f"/{name}/"): data for key, data in bucket.objects.items()}
    items = "".join(
        f"<Contents><Key>{escape(key)}</Key><LastModified>{moment}</LastModified><ETag>{_tag(data)}</ETag>"
        f"<Size>{len(data)}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for key, data in sorted(found.items())
        if key.startswith(prefix)
    )
    text = f"<ListBucketResult><Name>{name}</Name><IsTruncated>false</IsTruncated>{items}</ListBucketResult>"
    return b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode()
