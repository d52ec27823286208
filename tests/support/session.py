"""The folder of one run of the tests, shared by its workers: what is dear is made once a run and kept there."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

SESSION_FOLDER = "FORMWORK_TEST_SESSION"
"""Names the folder in the environment; the controller sets it and removes the folder, workers inherit it."""


def session_folder() -> Path:
    """The folder of this run; KeyError outside one."""
    return Path(os.environ[SESSION_FOLDER])


def made_once(kind: str, key: object, make: Callable[[Path], None]) -> Path:
    """A folder filled by whichever worker asks first; the others wait for it.

    `make` is given a folder that does not exist yet; nobody sees it before it is whole.
    """
    place = session_folder() / f"{kind}-{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            unfinished = place.with_suffix(".part")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(place)
    return place
