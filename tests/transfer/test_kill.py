"""K2: an import is killed at any moment, goes on, and ends exactly as if nothing had happened."""

import random
import time

import pytest

from formwork.transfer.job import find_job
from formwork.transfer.run import report_import, run_import
from tests.support import seeds
from tests.support.killed import PROCESSES
from tests.transfer.conftest import READERS, Desk
from tests.transfer.killed import go_on
from tests.transfer.test_run import SPONSORED

ROWS = 150
SEEDS = range(40 if seeds.FULL else 2)


def text(seed: int) -> str:
    """Rows of which every tenth is bad, some pointing at later ones."""
    draw = random.Random(seed)
    lines = [
        f"c{n},{'' if n % 10 == 9 else f'Name {n}'},{f'c{draw.choice([7, 42, 111, 143])}' if n % 5 == 0 else ''}"
        for n in range(ROWS)
    ]
    return "\n".join(["Card,Name,Sponsor", *lines]) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_process_leaves_an_import_that_goes_on(desk: Desk, seed: int) -> None:
    job = desk.upload(text(seed), SPONSORED)
    draw = random.Random(seed)
    for _ in range(3):
        mine, theirs = PROCESSES.Pipe()
        child = PROCESSES.Process(target=go_on, args=(desk.home.runtime.settings, desk.shelf, job, desk.person, theirs))
        child.start()
        theirs.close()
        assert mine.recv() == "ready"
        mine.send("go")
        time.sleep(draw.uniform(0.02, 0.8))
        child.kill()
        child.join()
        with desk.work() as work:
            stored = find_job(work, job)
            assert stored.totals.done == stored.position
            if stored.state.value == "finished":
                break
    else:
        run_import(desk.work, desk.shelf, job)
    with desk.work() as work:
        report = report_import(work, job)
    assert (report.state, report.totals.created, report.totals.failed) == ("finished", 135, 15)
    assert report.totals.done == report.totals.rows == ROWS
    cards = [card for (card,) in desk.rows("reader", "card")]
    assert len(cards) == len(set(cards)) == 135
    assert len([one for one in report.failures if one.line % 10 == 1]) == 15


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    assert desk.bring_in("Card,Name\na1,Ann\n", READERS).totals.created == 1
    assert desk.bring_in("Card,Name\na1,Ann\n", READERS).totals.same == 1
