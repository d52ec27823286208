"""A Snapshot of 1,000 objects: from its stored form, and publishing one field."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.subjects import HERE, KEY
from formwork.catalog import link
from formwork.definitions import load_workspace
from formwork.definitions.model import PackageContent
from formwork.definitions.parse import parse_document
from formwork.fieldtypes import FIELD_TYPES
from formwork.kernel import Settings
from formwork.publishing import dump_packages, restore_packages
from formwork.runtime import Runtime
from formwork.storage import Tenant


def measure(folder: Path, objects: int = 1_000, fields: int = 30) -> dict[str, float]:
    """Seconds: stored form to Snapshot, one-field publish with linking, its plan and storing."""
    core = load_workspace(HERE.parent).packages["core"]
    many = _package(objects, fields)
    stored = json.loads(json.dumps(dump_packages({"core": core, "many": many})))
    began = time.perf_counter()
    linked = link(restore_packages(stored), FIELD_TYPES, version="v")
    cold = time.perf_counter() - began
    assert linked.snapshot is not None
    runtime = Runtime(Settings(data=folder / "snapshots", key=KEY, tenant="main"))
    runtime.create_tenant(Tenant("main", datetime.now(UTC), "Main"))
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, runtime.plan(work, {"core": core, "many": many}))
    changed = _package(objects, fields, extra=True)
    began = time.perf_counter()
    with runtime.system_write("main", "bench") as work:
        runtime.publish(work, runtime.plan(work, {"many": changed}))
    publish = time.perf_counter() - began
    runtime.close()
    return {"objects": float(objects), "cold": cold, "publish": publish}


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
