"""A WSGI application on a real port for the length of a block, for browsers and HTTP clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Logs nothing for a request that was answered."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def served(application: WSGIApplication, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve the application on a free port with a thread per request; yields the address without a slash."""
    server = make_server(host, 0, application, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
