"""Adding a field to a large object while others, in processes of their own, read and write it."""

import multiprocessing
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from benchmarks.subjects import Formwork
from formwork.definitions.model import FieldDef
from formwork.records import Change, ListRequest, list_records, update
from formwork.runtime import Runtime


def measure(subject: Formwork) -> Mapping[str, float]:
    """Milliseconds: the publish from confirmed plan to live, and the longest a reader and a writer took."""
    runtime = Runtime(subject.settings())
    with runtime.system_read("main", "bench") as work:
        packages = runtime.snapshots.packages(work)
    bench = packages["bench"]
    company = bench.objects[0]
    fresh = FieldDef("fresh_note", "text", "Fresh note", settings={"max": 100, "pattern": None})
    changed = replace(bench, objects=(replace(company, fields={**company.fields, "fresh_note": fresh}),))
    processes = multiprocessing.get_context("spawn")
    stop = processes.Event()
    longest = {who: processes.Value("d", 0.0) for who in ("reader", "writer")}
    watchers = [processes.Process(target=_watch, args=(subject, stop, longest[who], who)) for who in longest]
    for watcher in watchers:
        watcher.start()
    while not all(one.value for one in longest.values()):
        time.sleep(0.1)
    time.sleep(1)
    for one in longest.values():
        one.value = 0.0
    with runtime.system_read("main", "bench") as work:
        plan = runtime.plan(work, {"bench": changed})
    began = time.perf_counter()
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, plan)
    publish = time.perf_counter() - began
    time.sleep(0.5)
    stop.set()
    for watcher in watchers:
        watcher.join()
    runtime.close()
    return {"publish": publish * 1000, **{who: one.value * 1000 for who, one in longest.items()}}


def _watch(subject: Formwork, stop: Any, longest: Any, who: str) -> None:
    """Read or write until told to stop; `longest` holds the seconds of the longest request."""
    runtime = Runtime(subject.settings())
    number = 0
    while not stop.is_set():
        number += 1
        began = time.perf_counter()
        if who == "reader":
            with runtime.system_read("main", "bench") as work:
                list_records(work, ListRequest("company", ("name",), limit=10), b"k")
        else:
            target = UUID(subject.ids[number % len(subject.ids)])
            with runtime.system_write("main", "bench") as work:
                change: dict[str, Any] = {"employees": number % 5000}
                update(work, "company", [Change(target, change)])
        longest.value = max(longest.value, time.perf_counter() - began)
        time.sleep(0.005)
    runtime.close()
