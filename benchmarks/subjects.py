"""The two applications under test, filled with the same rows and served by the same server."""

import base64
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from benchmarks import process
from benchmarks.load import Call
from benchmarks.rows import CITIES, record, row
from formwork.definitions import load_workspace
from formwork.identity import assign_role, create_key
from formwork.kernel import Settings
from formwork.records import create
from formwork.runtime import Runtime
from formwork.storage import Tenant

HERE = Path(__file__).parent
KEY = base64.urlsafe_b64encode(bytes(32)).decode()
WORKERS = ("--workers", "2", "--threads", "4", "--worker-class", "gthread", "--keep-alive", "75")
CHUNK = 1_000


class Subject(Protocol):
    """An application that can be filled, served and asked."""

    name: str
    token: str
    ids: list[str]

    def prepare(self, rows: int) -> None:
        """Make the database and fill it."""

    def serve(self) -> process.Server:
        """Start it."""

    def calls(self) -> dict[str, Callable[[int], Call]]:
        """Work -> how its n-th request looks."""


@dataclass
class Handwritten:
    """benchmarks/handwritten_flask, unchanged."""

    url: str
    folder: Path
    name: str = "hand-written"
    token: str = "reptoken"
    ids: list[str] = field(default_factory=list)

    def prepare(self, rows: int) -> None:
        """See Subject. Filled through its own table, as its bulk endpoint would."""
        import subprocess

        code = (
            "import app, sys, json, datetime as d\n"
            "app.init()\n"
            "con = app.engine.connect(); schema = app.many\n"
            "for line in sys.stdin:\n"
            "    data = schema.load(json.loads(line))\n"
            "    for one in data: one['created_at'] = one['updated_at'] = app.now()\n"
            "    con.execute(app.accounts.insert(), data)\n"
            "con.commit()\n"
        )
        lines = (json.dumps([{**row(n), "owner": 1} for n in chunk]) + "\n" for chunk in chunks(rows))
        command = [sys.executable, "-c", code]
        environment = {"DATABASE_URL": self.url, "PYTHONPATH": str(HERE / "handwritten_flask")}
        with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True) as child:
            assert child.stdin is not None
            child.stdin.writelines(lines)
            child.stdin.close()
        self.ids = [str(number + 1) for number in range(rows) if number % 10 < 5]

    def serve(self) -> process.Server:
        """See Subject."""
        port = process.free_port()
        command = [sys.executable, "-m", "gunicorn", *WORKERS, "--bind", f"127.0.0.1:{port}", "app:app"]
        environment = {"DATABASE_URL": self.url, "PYTHONPATH": str(HERE / "handwritten_flask")}
        return process.start(command, environment, self.folder, port, "/accounts")

    def calls(self) -> dict[str, Callable[[int], Call]]:
        """See Subject."""
        ids, pick, start = self.ids, random.Random(1), random.Random().randrange(10**9)
        return {
            "list": lambda n: Call("GET", f"/accounts?city=City%20{n % CITIES}&sort=-created_date&limit=50"),
            "get": lambda n: Call("GET", f"/accounts/{pick.choice(ids)}"),
            "create": lambda n: Call("POST", "/accounts", {**row(n), "external_id": f"n-{start}-{pick.random()}"}),
            "update": lambda n: Call("PATCH", f"/accounts/{pick.choice(ids)}", {"employees": n, "rating": "hot"}),
            "bulk": lambda n: Call(
                "POST",
                "/accounts/bulk",
                [{**row(i), "external_id": f"b-{start}-{pick.random()}"} for i in range(CHUNK)],
            ),
        }


@dataclass
class Formwork:
    """The same object as metadata."""

    url: str
    folder: Path
    name: str = "Formwork"
    token: str = ""
    ids: list[str] = field(default_factory=list)

    def settings(self) -> Settings:
        """Where its data is."""
        url = "" if self.url.startswith("sqlite") else self.url
        return Settings(data=self.folder / "formwork", database_url=url, key=KEY, tenant="main", workers=2, threads=4)

    def prepare(self, rows: int) -> None:
        """See Subject. Filled through `records`, all rules on."""
        runtime = Runtime(self.settings())
        runtime.create_tenant(Tenant("main", datetime.now(UTC), "Main"))
        shipped, own = load_workspace(HERE.parent).packages, load_workspace(HERE / "workspace").packages
        with runtime.system_write("main", "bench") as work:
            work = runtime.publish(work, runtime.plan(work, {"core": shipped["core"], **own}))
            people = [{"login": name, "full_name": name, "email": f"{name}@example.com"} for name in ("rep", "boss")]
            rep, boss = create(work, "user", people)
            assign_role(work, rep.id, "bench_rep")
            self.token = create_key(work, rep.id, "bench")[1]
        for chunk in chunks(rows):
            with runtime.system_write("main", "bench") as work:
                saved = create(work, "company", [{**record(n), "owner": str(boss.id)} for n in chunk])
                self.ids += [str(one.id) for n, one in zip(chunk, saved, strict=True) if n % 10 < 5]
        runtime.close()

    def serve(self) -> process.Server:
        """See Subject. The product's own server command, with the limit on requests lifted."""
        settings, port = self.settings(), process.free_port()
        environment = {
            "FORMWORK_DATA": str(settings.data), "FORMWORK_DATABASE_URL": settings.database_url,
            "FORMWORK_KEY": KEY, "FORMWORK_TENANT": "main", "FORMWORK_PORT": str(port), "FORMWORK_WORKERS": "2",
            "FORMWORK_THREADS": "4", "FORMWORK_RATE_LIMIT": "1000000 per second", "FORMWORK_MAX_BODY": "20000000",
        }  # fmt: skip
        command = [sys.executable, str(HERE.parent / "cli.py"), "serve"]
        return process.start(command, environment, self.folder, port, "/login")

    def calls(self) -> dict[str, Callable[[int], Call]]:
        """See Subject."""
        ids, pick, start = self.ids, random.Random(1), random.Random().randrange(10**9)
        base = "/api/v1/company"
        return {
            "list": lambda n: Call("GET", f"{base}?filter={_in_city(n)}&sort=-created_date&limit=50"),
            "get": lambda n: Call("GET", f"{base}/{pick.choice(ids)}"),
            "create": lambda n: Call("POST", base, {**record(n), "external_id": f"n-{start}-{pick.random()}"}),
            "update": lambda n: Call("PATCH", f"{base}/{pick.choice(ids)}", {"employees": n % 5000, "rating": "hot"}),
            "bulk": lambda n: Call(
                "POST", f"{base}/batch",
                {"create": [{**record(i), "external_id": f"b-{start}-{pick.random()}"} for i in range(CHUNK)]},
            ),
        }  # fmt: skip


def _in_city(number: int) -> str:
    return quote(f"city = 'City {number % CITIES}'")


def chunks(rows: int) -> Sequence[range]:
    """Row numbers in chunks."""
    return [range(first, min(first + CHUNK, rows)) for first in range(0, rows, CHUNK)]
