"""The figures as Markdown: rates, ratios, processor time per request, and the goals beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import million
from benchmarks.doors import GOALS, Measured
from benchmarks.million import Timed


@dataclass
class Figures:
    """Everything one run measured."""

    machine: str
    day: str
    rows: int
    rounds: int
    sha256: str
    doors: dict[str, dict[str, dict[str, Measured]]] = field(default_factory=dict)
    raw: dict[str, dict[str, float]] = field(default_factory=dict)
    started: dict[str, tuple[float, float]] = field(default_factory=dict)
    schema: dict[str, Mapping[str, float]] = field(default_factory=dict)
    snapshots: Mapping[str, float] = field(default_factory=dict)
    large: dict[str, Sequence[Timed]] = field(default_factory=dict)
    large_rows: int = 0


def render(figures: Figures) -> str:
    """The report."""
    lines = [
        f"Measured {figures.day} on {figures.machine}: {figures.rows:,} rows, medians of {figures.rounds} rounds, "
        "8 connections, two server processes each of gunicorn gthread with 4 threads, SQLite synchronous=FULL, "
        f"PostgreSQL with fsync. Hand-written application SHA-256 {figures.sha256[:16]}….",
        "",
    ]
    for kind, works in figures.doors.items():
        lines += _doors(kind, works, figures.raw.get(kind, {}))
    if figures.large:
        lines += million.render(figures.large, figures.large_rows)
    lines += ["### Start, memory and adding a field", "", "| database | what | measured | goal |", "|---|---|---|---|"]
    for kind, (seconds, memory) in figures.started.items():
        lines.append(f"| {kind} | start to first page | {seconds:.2f} s | ≤ 2 s |")
        lines.append(f"| {kind} | memory idle, all processes | {memory:.0f} MB | ≤ 150 MB |")
    for kind, found in figures.schema.items():
        what = f"add a field to {figures.rows:,} rows under load"
        lines.append(f"| {kind} | {what} | {found['publish']:.0f} ms | ≤ 200 ms |")
        waits = f"{found['reader']:.0f} / {found['writer']:.0f} ms"
        lines.append(f"| {kind} | longest reader / writer meanwhile | {waits} | ≤ 100 ms |")
    if figures.snapshots:
        objects = f"{figures.snapshots['objects']:,.0f} objects"
        found = figures.snapshots
        lines.append(f"| sqlite | Snapshot of {objects}, cold, to the first list | {found['cold']:.2f} s | ≤ 1 s |")
        lines.append(f"| sqlite | plan of one more field there | {found['plan']:.2f} s | – |")
        lines.append(f"| sqlite | publish of it, confirmation to live | {found['publish']:.2f} s | ≤ 0.2 s |")
    return "\n".join(lines) + "\n"


def _doors(kind: str, works: Mapping[str, Mapping[str, Measured]], raw: Mapping[str, float]) -> list[str]:
    lines = [
        f"### {kind}", "",
        "| work | Formwork /s | hand-written /s | ratio | goal | ms CPU Formwork | ms CPU hand-written "
        "| its database's, both | raw SQL /s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for work, found in works.items():
        ours, theirs = found["Formwork"], found["hand-written"]
        unit = " rows" if work == "bulk" else ""
        bare = f"{raw[work]:,.0f}" if work in raw else "–"
        lines.append(
            f"| {work} | {ours.rate:,.0f}{unit} | {theirs.rate:,.0f}{unit} | {ours.rate / theirs.rate:.2f} | "
            f"≥ {GOALS[work]} | {ours.cpu_ms:.2f} | {theirs.cpu_ms:.2f} | "
            f"{ours.database_ms:.2f}, {theirs.database_ms:.2f} | {bare} |"
        )
    share = max(one.client_share for found in works.values() for one in found.values())
    return [*lines, "", f"The load generator used at most {share:.0%} of one processor.", ""]
