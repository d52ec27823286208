"""The child of test_kill.py: runs one import in a process of its own, in small chunks, until it is killed."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from formwork.identity import actor_of
from formwork.kernel import Settings
from formwork.runtime import Identified, Runtime
from formwork.storage import Work
from formwork.transfer import engine
from formwork.transfer.run import run_import
from formwork.transfer.shelf import Shelf
from tests.support.tenants import KEY, TENANT


def main(data: str, url: str, shelf: str, job: str, person: str) -> None:
    """Say `ready`, wait for a line, then import."""
    engine.CHUNK = 7
    runtime = Runtime(Settings(data=Path(data), database_url=url, key=KEY))
    tenant = runtime.directory.get(TENANT)

    def open_work() -> AbstractContextManager[Work]:
        return runtime.write(tenant, lambda work: Identified(actor_of(work, UUID(person))))

    with open_work():
        print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    run_import(open_work, Shelf(Path(shelf)), UUID(job))


if __name__ == "__main__":
    main(*sys.argv[1:])
