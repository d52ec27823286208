"""The child of test_kill.py: runs one import in a process of its own, in small chunks, until it is killed."""

from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from uuid import UUID

from formwork.identity import actor_of
from formwork.kernel import Settings
from formwork.runtime import Identified, Runtime
from formwork.storage import Work
from formwork.transfer import engine
from formwork.transfer.run import run_import
from formwork.transfer.shelf import Shelf
from tests.support.tenants import TENANT


def go_on(settings: Settings, shelf: Shelf, job: UUID, person: UUID, teller: Connection) -> None:
    """Say `ready`, wait for the word, then import."""
    engine.CHUNK = 7
    runtime = Runtime(settings)
    tenant = runtime.directory.get(TENANT)

    def open_work() -> AbstractContextManager[Work]:
        return runtime.write(tenant, lambda work: Identified(actor_of(work, person)))

    with open_work():
        teller.send("ready")
    teller.recv()
    run_import(open_work, shelf, job)
