"""The production server: gunicorn with threads, the code loaded once and shared by its processes.

Each process listens on a socket of its own where the system spreads connections over them: with one
shared socket all keep-alive connections may end up with one process. docs/howto/serve.md has the figures.
"""

import gc
import socket
import sys
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.http import wsgi
from gunicorn.sock import create_sockets

from formwork.kernel import Settings, Unavailable
from formwork.kernel.library import find

_SITE = "formwork.wsgi:Site"
"""Loaded by name: the site stands above the doors."""
_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 15
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never listened on


class Server(BaseApplication):  # type: ignore[misc]
    """Runs until it is told to stop (SIGTERM, SIGINT); requests under way are finished first.

    With `jobs` its processes drain the outbox too; without, `worker` must run beside it.
    """

    def __init__(self, settings: Settings, *, jobs: bool = True) -> None:
        self._settings = settings
        self._jobs = jobs
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn our settings."""
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        values = {
            "bind": f"{host}:{settings.port}",
            "workers": settings.workers,
            "threads": settings.threads,
            "worker_class": "gthread",
            "preload_app": True,
            "post_worker_init": _open_site,
            **(_OWN_SOCKETS if sys.platform == "linux" else {}),
            "keepalive": _KEEP_ALIVE_SECONDS,
            "graceful_timeout": _GRACE_SECONDS,
            "loglevel": settings.log_level.lower(),
            "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The site with its doors built; it opens databases only in the processes that answer."""
        wsgi.Response = _Unnamed
        site = find(_SITE)(self._settings, jobs=self._jobs)
        site.build()
        gc.collect()
        gc.freeze()  # what is loaded stays shared memory: the collector of a process never touches it
        return site


class _Unnamed(wsgi.Response):  # type: ignore[misc]
    """An answer that does not say what software gave it (ASVS 5.0, 13.4.6); gunicorn has no setting for that."""

    def default_headers(self) -> list[str]:
        """The lines the server adds by itself, without `Server`."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


def _open_site(worker: Any) -> None:
    worker.wsgi.open()


def _give_up_socket(arbiter: Any) -> None:
    """The first socket only made sure that the port is free."""
    for listener in arbiter.LISTENERS:
        listener.close()
    arbiter.LISTENERS = []


def _listen_alone(_arbiter: Any, worker: Any) -> None:
    worker.cfg.set("reuse_port", True)
    worker.sockets = create_sockets(worker.cfg, worker.log)


_OWN_SOCKETS = {"when_ready": _give_up_socket, "post_fork": _listen_alone}


def require_free_port(settings: Settings) -> None:
    """Raise Unavailable `port_taken` when another program listens where this server would."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise Unavailable(
                f"Cannot listen on {where}: {error.strerror}. Stop what runs there, or choose another with --port.",
                code="port_taken",
            ) from error


def address_of(settings: Settings) -> str:
    """Where a browser on this machine finds the server."""
    if settings.base_url:
        return settings.base_url
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
