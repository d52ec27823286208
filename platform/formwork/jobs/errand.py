"""Acting on a message outside any transaction: what waits for somebody else, or takes long."""

from collections.abc import Callable
from typing import TypeAlias

from formwork.jobs.chore import OpenWork
from formwork.jobs.message import Message

Errand: TypeAlias = Callable[[OpenWork, Message], None]
"""Opens as many units of work as it likes; what it reaches outside (a mail server) waits under no lock.

It may be run again with the same message, so it repeats without harm; it raises to be tried later, and ends
within the lease of a message: a long one puts a message for its rest.
"""
