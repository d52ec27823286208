"""Plans that go back: what was retired comes back, or a whole version. `Runtime.publish` publishes them."""

from formwork.publishing import Plan, plan_restore, plan_rollback
from formwork.runtime.runtime import Runtime
from formwork.storage import Work


def restoring(runtime: Runtime, work: Work, object: str, field: str = "") -> Plan:
    """What bringing back a retired field, or with `field` "" an object, would do."""
    packages = runtime.snapshots.packages(work)
    return plan_restore(work, work.snapshot, packages, runtime.registry.field_types, object, field)


def rolling_back(runtime: Runtime, work: Work, version: int) -> Plan:
    """What going back to the packages of an older version would do."""
    return plan_rollback(work, work.snapshot, version, runtime.registry.field_types)
