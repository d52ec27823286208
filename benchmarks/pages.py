"""`python -m benchmarks.pages`: what the pages of the demo cost the server and the line, against the budgets.

Makes the demo in a temporary folder, asks every page in this process as its administrator and prints a table: the
processor time of the server (median, milliseconds), the kB of the page, its scripts and its sheets as they
travel, and how many requests a first visit makes. Wall time says nothing on a busy machine.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from werkzeug.test import Client

from formwork.kernel import Settings
from formwork.wsgi import Site

ROOT = Path(__file__).parents[1]
PASSWORD = "a long enough sentence"
BASE = "http://localhost"


@dataclass(frozen=True, slots=True)
class Budget:
    """A page of the demo with what it may cost: server milliseconds, kB of scripts, requests."""

    name: str
    path: str
    server: int
    scripts: int
    requests: int


PAGES = (
    Budget("home", "/", 150, 80, 14),
    Budget("list, 50 rows", "/o/contact?q=", 200, 90, 12),
    Budget("list, filtered and sorted", "/o/account?q=name+contains+'e'&sort=-name", 200, 90, 12),
    Budget("record", "/o/account/{account}", 150, 90, 14),
    Budget("record with lines", "/o/sales_order/{sales_order}", 150, 90, 14),
    Budget("history", "/o/account/{account}/history", 150, 90, 14),
    Budget("form", "/o/account/new", 150, 90, 14),
    Budget("form with lines", "/o/sales_order/{sales_order}/edit", 150, 90, 14),
    Budget("search", "/search?q=or", 150, 90, 14),
    Budget("look-up", "/o/contact/lookup?field=account&q=al", 150, 90, 1),
)


class Visitor:
    """The administrator of the demo, without a browser."""

    def __init__(self, data: Path) -> None:
        self.client = Client(
            Site(Settings.from_environment({**os.environ, "FORMWORK_DATA": str(data), "FORMWORK_MFA": "optional"}))
        )
        token = re.search(r'name="_csrf" value="([^"]+)"', self.client.get("/login", base_url=BASE).text)
        assert token is not None
        form = {"_csrf": token[1], "email": "admin", "password": PASSWORD}
        assert self.client.post("/login", data=form, base_url=BASE).status_code == 303

    def page(self, path: str) -> bytes:
        """The body of a page that answers."""
        answer = self.client.get(path, base_url=BASE)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.data

    def travelled(self, path: str) -> float:
        """kB of an answer as a browser gets it."""
        return len(self.client.get(path, base_url=BASE, headers={"Accept-Encoding": "gzip"}).data) / 1000

    def fill_in(self, path: str) -> str:
        """The path with the first record of each object it names."""
        for name in re.findall(r"{(\w+)}", path):
            found = re.search(rf'data-href="/o/{name}/([^"]+)"', self.page(f"/o/{name}?q=").decode())
            assert found is not None, name
            path = path.replace(f"{{{name}}}", found[1])
        return path

    def spent(self, path: str, rounds: int) -> float:
        """Processor milliseconds of one answer, the median of so many."""
        taken = []
        for _round in range(rounds + 2):
            began = time.process_time()
            self.page(path)
            taken.append(time.process_time() - began)
        return median(taken[2:]) * 1000


def requests_of(visitor: Visitor, html: str) -> tuple[int, float, float]:
    """Requests of a first visit, and the kB of its scripts and of its sheets; faces of letters count as one."""
    assets = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', html))
    lazy = len(re.findall(r'hx-trigger="(?:load|revealed)"', html))
    weights = {kind: sum(visitor.travelled(one) for one in assets if one.endswith(kind)) for kind in (".js", ".css")}
    return 1 + len(assets) + lazy + bool(assets), weights[".js"], weights[".css"]


def measure(data: Path, rounds: int) -> list[str]:
    """A line of the table for every page."""
    visitor = Visitor(data)
    lines = [
        "| page | server ms | budget | page kB | scripts kB | budget | sheets kB | requests | budget |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in PAGES:
        path = visitor.fill_in(one.path)
        html = visitor.page(path)
        requests, scripts, sheets = requests_of(visitor, html.decode())
        lines.append(
            f"| {one.name} | {visitor.spent(path, rounds):.1f} | {one.server} | {visitor.travelled(path):.1f} "
            f"| {scripts:.1f} | {one.scripts} | {sheets:.1f} | {requests} | {one.requests} |"
        )
    return lines


def main() -> None:
    """Make the demo, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="formwork-pages-") as folder:
        command = [sys.executable, "cli.py", "demo", "--no-serve", "--password", PASSWORD]
        environment = {**os.environ, "FORMWORK_DATA": folder}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        print("\n".join(measure(Path(folder), rounds)))


if __name__ == "__main__":
    main()
