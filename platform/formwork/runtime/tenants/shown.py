"""Tenants and log entries as both doors of the operator show them."""

from typing import Any

from formwork.storage import Tenant
from formwork.storage.databases import OWN
from formwork.storage.operator_log import LogEntry


def plain(entry: Tenant) -> dict[str, Any]:
    """A tenant as JSON values; moments in ISO 8601."""
    return {
        "name": entry.name, "label": entry.label, "state": str(entry.state), "hosts": list(entry.hosts),
        "locale": entry.locale, "timezone": entry.timezone, "currency": entry.currency,
        "database": entry.database or OWN, "created_at": entry.created_at.isoformat(),
        "purge_at": entry.purge_at.isoformat() if entry.purge_at else None, "reason": entry.reason,
    }  # fmt: skip


def plain_entry(entry: LogEntry) -> dict[str, Any]:
    """An entry of the operator's log as JSON values."""
    return {
        "id": str(entry.id), "at": entry.at.isoformat(), "by": entry.by, "address": entry.address, "act": entry.act,
        "tenant": entry.tenant, "detail": dict(entry.detail),
    }  # fmt: skip
