"""Whole tenants, as whoever runs the installation handles them."""

from formwork.runtime.tenants.archive import Archived, Restored, Wishes, export_to, import_from
from formwork.runtime.tenants.copy import clone, move
from formwork.runtime.tenants.lifecycle import delete_now, make, purge_due, resume, schedule, set_hosts, suspend
from formwork.runtime.tenants.operator import Operator
from formwork.runtime.tenants.shown import plain, plain_entry

__all__ = [
    "Archived", "Operator", "Restored", "Wishes", "clone", "delete_now", "export_to", "import_from", "make", "move",
    "plain", "plain_entry", "purge_due", "resume", "schedule", "set_hosts", "suspend",
]  # fmt: skip
