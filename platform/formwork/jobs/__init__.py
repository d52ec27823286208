"""The outbox drained, chores run when they are due."""

from formwork.jobs.chore import Chore, OpenWork, hourly, nightly, soon
from formwork.jobs.errand import Errand
from formwork.jobs.message import Handler, Message
from formwork.jobs.worker import Worker

__all__ = ["Chore", "Errand", "Handler", "Message", "OpenWork", "Worker", "hourly", "nightly", "soon"]
