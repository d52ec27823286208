"""Where records are: engines, transactions, tables, reads and writes, on SQLite and PostgreSQL."""

from formwork.storage.directory import Directory, State, Tenant
from formwork.storage.faults import UniqueViolation
from formwork.storage.store import NO_METADATA, TenantStore
from formwork.storage.stores import Stores
from formwork.storage.work import Subscriber, Work

__all__ = [
    "NO_METADATA",
    "Directory",
    "State",
    "Stores",
    "Subscriber",
    "Tenant",
    "TenantStore",
    "UniqueViolation",
    "Work",
]
