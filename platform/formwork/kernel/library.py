"""Libraries that serving a page does not need, imported when they are first used.

The one place where an import waits. A module says what it uses at its top all the same:

    if TYPE_CHECKING:
        import networkx
    else:
        networkx = on_first_use("networkx")

Only libraries are named here, never rooms of the house: arrows between rooms stay in plain sight.
"""

import importlib
import sys
from typing import Any


class _Library:
    """Stands for a module; asked for a name, it imports the module and gives that module's."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.modules.get(self._name) or importlib.import_module(self._name), name)


def on_first_use(name: str) -> Any:
    """A stand-in for the library module of that dotted name, safe to share between threads.

    Using it raises ImportError when the library is missing.
    """
    return _Library(name)
