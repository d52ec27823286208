"""`python -m benchmarks`: prepares, measures, prints, and writes the figures where they are kept."""

import argparse
import hashlib
import platform
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from benchmarks import doors, million, schema, snapshots
from benchmarks.postgres import database_clock, running_postgres
from benchmarks.raw import measure_raw
from benchmarks.report import Figures, render
from benchmarks.subjects import HERE, Formwork, Handwritten


def main() -> None:
    """Run every section on both databases."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 rows and short rounds")
    parser.add_argument("--rows", type=int, help="rows to fill in (default 110,000)")
    parser.add_argument("--large", type=int, help="rows of the large list (default 1,000,000; 0 leaves it out)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="one database only")
    parser.add_argument("--write", type=Path, help="write the table to this file")
    asked = parser.parse_args()
    rows = asked.rows or (20_000 if asked.quick else 110_000)
    rounds, scale = (3, 0.5) if asked.quick else (5, 1.0)
    large = asked.large if asked.large is not None else 100_000 if asked.quick else 1_000_000
    kinds = (asked.database,) if asked.database else ("sqlite", "postgres")
    figures = Figures(
        machine=f"{platform.processor() or platform.machine()}, {_cores()} cores, Python {platform.python_version()}",
        day=date.today().isoformat(), rows=rows, rounds=rounds,
        sha256=hashlib.sha256((HERE / "handwritten_flask/app.py").read_bytes()).hexdigest(),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="formwork-bench-") as name:
        folder = Path(name)
        for kind in kinds:
            with running_postgres(folder, wanted=kind == "postgres") as server:
                formwork = _one_database(kind, server, folder / kind, rows, rounds, scale, figures)
                if large:
                    figures.large[kind] = million.measure(formwork, large)
                    figures.large_rows = large
        figures.snapshots = snapshots.measure(folder, objects=200 if asked.quick else 1_000)
    text = render(figures)
    print(text)
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")


def _one_database(
    kind: str, server: str, folder: Path, rows: int, rounds: int, scale: float, figures: Figures
) -> Formwork:
    folder.mkdir()
    own = f"sqlite:///{folder / 'hand.sqlite'}" if kind == "sqlite" else f"{server}/hand"
    ours = "sqlite" if kind == "sqlite" else f"{server}/formwork"
    written, formwork = Handwritten(own, folder), Formwork(ours, folder)
    for subject in (written, formwork):
        subject.prepare(rows)
    clock = database_clock(server) if server else lambda: 0.0
    figures.doors[kind] = doors.measure((written, formwork), rounds, scale, clock)
    figures.raw[kind] = measure_raw(own, rows)
    served = formwork.serve()
    figures.started[kind] = (served.started, served.memory() / 2**20)
    served.stop()
    figures.schema[kind] = schema.measure(formwork)
    return formwork


def _cores() -> int:
    return int(subprocess.check_output(["nproc"]).decode())


if __name__ == "__main__":
    main()
