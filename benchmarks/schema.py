"""Adding a field to a large object while others read and write it."""

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from benchmarks.subjects import Formwork
from formwork.definitions.model import FieldDef
from formwork.kernel import FormworkError
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
    stop, longest = threading.Event(), {"reader": 0.0, "writer": 0.0}
    threads = [threading.Thread(target=_watch, args=(subject, stop, longest, who)) for who in longest]
    for thread in threads:
        thread.start()
    time.sleep(1)
    longest.update(reader=0.0, writer=0.0)
    with runtime.system_read("main", "bench") as work:
        plan = runtime.plan(work, {"bench": changed})
    began = time.perf_counter()
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, plan)
    publish = time.perf_counter() - began
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    runtime.close()
    return {"publish": publish * 1000, **{who: seconds * 1000 for who, seconds in longest.items()}}


def _watch(subject: Formwork, stop: threading.Event, longest: dict[str, float], who: str) -> None:
    from uuid import UUID

    runtime = Runtime(subject.settings())
    number = 0
    while not stop.is_set():
        number += 1
        began = time.perf_counter()
        try:
            if who == "reader":
                with runtime.system_read("main", "bench") as work:
                    list_records(work, ListRequest("company", ("name",), limit=10), b"k")
            else:
                target = UUID(subject.ids[number % len(subject.ids)])
                with runtime.system_write("main", "bench") as work:
                    change: dict[str, Any] = {"employees": number % 5000}
                    update(work, "company", [Change(target, change)])
        except FormworkError:
            longest[who] = max(longest[who], 99.0)
        longest[who] = max(longest[who], time.perf_counter() - began)
        time.sleep(0.005)
    runtime.close()
