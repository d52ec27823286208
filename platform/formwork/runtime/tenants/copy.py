"""A tenant once more: cloned under another name, or moved to another database under its own."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from formwork.kernel import Conflict
from formwork.runtime.runtime import Runtime
from formwork.runtime.tenants.archive import Choose, Restored, Wishes, fill, import_from, write_archive
from formwork.runtime.tenants.lifecycle import SETTLED
from formwork.runtime.tenants.operator import Operator
from formwork.storage import State, Tenant, derive, scan
from formwork.storage.databases import OWN
from formwork.storage.standing import set_suspended
from formwork.storage.upkeep.part import people_only, sample

_BATCH = 5_000


def clone(runtime: Runtime, by: Operator, name: str, copy: str, wishes: Wishes, rows: int | None = None) -> Restored:
    """Make a tenant `copy` of `name` with all its data, or the people and the newest `rows` records of each object.

    With 0 rows it has the metadata and the people only. API keys do not work in it, and history, audit trail and
    waiting effects stay where they are. Raises what `import_from` raises.
    """
    runtime.directory.get(name)
    choose: Choose | None = None
    if rows is not None:
        choose = people_only if rows == 0 else lambda work: sample(work, rows)
    with _file(runtime) as file:
        write_archive(runtime, name, file, choose)
        restored = import_from(runtime, by, copy, file, wishes, "clone")
    if choose is not None:
        _derive(runtime, copy)
    return restored


def move(
    runtime: Runtime, by: Operator, name: str, database: str, wait: Callable[[float], None] = time.sleep
) -> Tenant:
    """Move a tenant to another database; meanwhile it answers that it is worked on. Everybody signs in again.

    What it had before goes when every process knows of the move. When that fails it stays where it was. Raises
    NotFound `unknown_database`, Conflict `wrong_state` or `same_database`.
    """
    stores = runtime.stores
    before = runtime.directory.get(name)
    after = stores.located(before, database or OWN)
    if stores.databases.url(after.database, after.location) == stores.databases.url(before.database, before.location):
        raise Conflict(f"Tenant {name} is in that database already. Name another one.", code="same_database")
    runtime.directory.change(name, when=(State.ACTIVE, State.SUSPENDED), state=State.MOVING)
    done = False
    try:
        _close(runtime, before, closed=True)
        with _file(runtime) as file:
            write_archive(runtime, name, file)
            stores.make(after, runtime.clock.now())
            with runtime.system_write(after, "move") as work:
                fill(runtime, work, file, Wishes())
                set_suspended(work, before.state == State.SUSPENDED)
        state = before.state
        found = runtime.directory.change(name, database=after.database, location=after.location, state=state)
        done = True
    finally:
        if not done:
            stores.clear(after)
            _close(runtime, before, closed=before.state == State.SUSPENDED)
            runtime.directory.change(name, state=before.state)
    runtime.forget()
    by.tell_tenant(runtime, "move", name, {"from": before.database or OWN, "to": after.database or OWN})
    wait(SETTLED)
    stores.clear(before)
    return found


def _close(runtime: Runtime, entry: Tenant, *, closed: bool) -> None:
    with runtime.system_write(entry, "move") as work:
        set_suspended(work, closed)


def _derive(runtime: Runtime, name: str) -> None:
    """Bring to what is there what was computed from all of it."""
    with runtime.system_write(name, "clone") as work:
        work.unhurried()
        for one in work.snapshot.derivations:
            for ids in scan.every_id(work, one.object, _BATCH):
                derive.recompute(work, one.object, [one.field], ids)


@contextmanager
def _file(runtime: Runtime) -> Iterator[BinaryIO]:
    """A file beside the data: the temporary folder of the machine is often memory."""
    runtime.settings.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=runtime.settings.data) as file:
        yield cast("BinaryIO", file)
