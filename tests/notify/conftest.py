"""An installation that sends its mail to a server of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from formwork.jobs import Worker
from formwork.notify import Post, smtp_of
from formwork.runtime.chores import make_worker
from tests.support.databases import Database
from tests.support.mailbox import Mailbox, mailbox
from tests.support.tenants import LIBRARY, Installation, installed


@dataclass
class Mailing:
    """The installation, its worker without chores, and what arrived."""

    here: Installation
    worker: Worker
    box: Mailbox


@contextmanager
def mailing(here: Installation, base_url: str = "https://crm.example.com") -> Iterator[Mailing]:
    """The installation with a mail server."""
    with mailbox() as box:
        runtime = here.runtime
        runtime.settings = replace(
            runtime.settings, smtp_url=box.url, mail_from="Formwork <crm@example.com>", base_url=base_url
        )
        smtp = smtp_of(runtime.settings)
        assert smtp is not None
        runtime.post = Post(smtp, runtime._link_to, runtime._label_of)
        try:
            yield Mailing(here, replace(make_worker(runtime), chores=()), box)
        finally:
            runtime.post = None


@pytest.fixture
def post(database: Database) -> Iterator[Mailing]:
    """One of its own, on both databases."""
    with installed(database, database.folder, LIBRARY) as here, mailing(here) as found:
        yield found
