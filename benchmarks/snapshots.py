"""A Snapshot of 1,000 objects: from its stored form, and publishing one field."""

import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.subjects import HERE, KEY
from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.definitions.parse import parse_document
from formwork.kernel import Settings
from formwork.records import ListRequest, list_records
from formwork.runtime import Runtime
from formwork.storage import Tenant


def measure(folder: Path, objects: int = 1_000, fields: int = 30) -> dict[str, float]:
    """Seconds: a process's first list from the stored form, planning one more field, from its confirmation to live.

    The process that publishes has the version in force in memory.
    """
    core = load_workspace(HERE.parent).packages["core"]
    settings = Settings(data=folder / "snapshots", key=KEY, tenant="main")
    runtime = Runtime(settings)
    runtime.create_tenant(Tenant("main", datetime.now(UTC), "Main"))
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, runtime.plan(work, {"core": core, "many": _package(objects, fields)}))
    fresh = Runtime(settings)
    began = time.perf_counter()
    with fresh.system_read("main", "bench") as work:
        list_records(work, ListRequest("thing7"), b"k")
    cold = time.perf_counter() - began
    fresh.close()
    changed = _package(objects, fields, extra=True)
    began = time.perf_counter()
    with runtime.system_read("main", "bench") as work:
        plan = runtime.plan(work, {"many": changed})
    planned = time.perf_counter() - began
    began = time.perf_counter()
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, plan)
    publish = time.perf_counter() - began
    runtime.close()
    return {"objects": float(objects), "cold": cold, "plan": planned, "publish": publish}


def _package(objects: int, fields: int, *, extra: bool = False) -> PackageContent:
    manifest, _ = parse_document(
        "package", {"package": "many", "version": "1.0.0", "label": "Many", "requires": {"core": "^1.0"}}, "many"
    )
    definitions = []
    for number in range(objects):
        body = {f"f{n}": {"type": ("text", "money", "date", "integer", "boolean")[n % 5]} for n in range(fields - 2)}
        body["link"] = {"type": "lookup", "to": f"thing{(number + 1) % objects}"}
        body["total"] = {"type": "formula", "gives": "money", "expression": "coalesce(f1, 0) * 2", "stored": True}
        if extra and number == 0:
            body["fresh"] = {"type": "text"}
        document = {"object": f"thing{number}", "label": "Thing", "plural": "Things", "fields": body}
        definition, findings = parse_document("object", document, "many")
        assert not findings, findings
        definitions.append(definition)
    return PackageContent(manifest, objects=tuple(definitions))
