"""The site one server process answers for: the programs' door below its prefix, the operator's below
another where it has a key, the browser's door elsewhere.

Servers import this module by name and call `make_site`. It stands above the doors, which do not know each other.
"""

import logging
import os
from collections.abc import Iterable
from threading import Lock, Thread
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from formwork.api import OPERATOR_PREFIX, PREFIX, create_api, create_operator_api
from formwork.kernel import Settings
from formwork.runtime import Runtime
from formwork.runtime.chores import make_worker
from formwork.web.app import create_web
from formwork.wsgi.patience import Patience

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Site:
    """A WSGI application. The runtime and the doors are built once, by `build` or when a process opens.

    With `jobs` a thread beside the requests drains the outbox; several processes may do so at once.
    """

    def __init__(self, settings: Settings, *, jobs: bool = False) -> None:
        self._settings = settings
        self._jobs = jobs
        self._lock = Lock()
        self._runtime: Runtime | None = None
        self._doors: tuple[WSGIApplication, WSGIApplication] | None = None
        self._operator: WSGIApplication | None = None
        self._is_open = False
        self._patience = Patience(settings.body_seconds)

    def build(self) -> "tuple[WSGIApplication, WSGIApplication]":
        """The programs' and the browser's door.

        A server that forks calls it before, so that its processes share them: no database is opened
        and no thread is started here.
        """
        with self._lock:
            if self._doors is None:
                self._runtime = Runtime(self._settings)
                self._doors = self._behind(create_api(self._runtime)), self._behind(create_web(self._runtime))
                if self._settings.operator_key:
                    self._operator = self._behind(create_operator_api(self._runtime))
            return self._doors

    def _behind(self, door: "WSGIApplication") -> "WSGIApplication":
        """The door as its people see it: at the address, and by the scheme, that the trusted proxies noted."""
        proxies = self._settings.trusted_proxies
        return ProxyFix(door, x_for=proxies, x_proto=proxies) if proxies else door

    def open(self) -> "tuple[WSGIApplication, WSGIApplication]":
        """As `build`, and the work beside the requests begins. Call it in the process that answers."""
        doors = self.build()
        with self._lock:
            if self._jobs and not self._is_open and self._runtime is not None:
                Thread(target=make_worker(self._runtime).run, name="jobs", daemon=True).start()
            if not self._is_open:
                self._patience.start()
            self._is_open = True
        return doors

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Hand the request to its door."""
        api, web = self._doors if self._is_open and self._doors else self.open()
        path = environ.get("PATH_INFO", "")
        if self._operator is not None and path.startswith(OPERATOR_PREFIX + "/"):
            return self._operator(environ, start_response)
        door = api if path == PREFIX or path.startswith(PREFIX + "/") else web
        watched = self._patience.watch(environ)
        try:
            return door(environ, start_response)
        finally:
            self._patience.forget(watched)


def make_site() -> Site:
    """The site of the settings in the environment."""
    settings = Settings.from_environment(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return Site(settings)
