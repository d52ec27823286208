"""From packages to a live version of a tenant's metadata."""

from formwork.publishing.agreement import describe_plan, require_agreed
from formwork.publishing.difference import Difference
from formwork.publishing.go_back import plan_restore, plan_rollback
from formwork.publishing.package_file import PackageFile, build_package, open_package
from formwork.publishing.publish import (
    Plan,
    check_packages,
    merge_packages,
    plan_publish,
    publish,
)
from formwork.publishing.refusal import invalid_metadata
from formwork.publishing.seed import load_seeds
from formwork.publishing.stored import restore_snapshot, with_index

__all__ = [
    "Difference",
    "PackageFile",
    "Plan",
    "build_package",
    "check_packages",
    "describe_plan",
    "invalid_metadata",
    "load_seeds",
    "merge_packages",
    "open_package",
    "plan_publish",
    "plan_restore",
    "plan_rollback",
    "publish",
    "require_agreed",
    "restore_snapshot",
    "with_index",
]
