"""What is imported when it is first used. The one place where an import waits.

Libraries that serving a page does not need stand at the top of the module that uses them all the same:

    if TYPE_CHECKING:
        import networkx
    else:
        networkx = on_first_use("networkx")

Of the house itself only entry points are found by name: the command a shell asks for, the site a server
answers for. Arrows between rooms stay in plain sight.
"""

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Library:
    """Stands for a module; asked for a name, it imports the module and gives that module's.

    The import is asked for each time: it waits where another thread is still at it, which `sys.modules` does not.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self._name), name)


def on_first_use(name: str) -> Any:
    """A stand-in for the library module of that dotted name, safe to share between threads.

    Using it raises ImportError when the library is missing.
    """
    return _Library(name)


def find(place: str) -> Any:
    """What `package.module:name` names, the module imported if need be."""
    module, _, name = place.partition(":")
    with uncollected():
        return getattr(importlib.import_module(module), name)


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is looked for while the block runs: what it makes in bulk stays anyway."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
