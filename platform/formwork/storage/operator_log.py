"""What operators did to tenants, outside any tenant's database: it outlives the tenant. Entries are never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from formwork.kernel import new_id
from formwork.storage.control import OPERATOR_LOG, Control
from formwork.storage.transaction import Mode


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act: `by` says through which door (`shell:<user>`, `api`), `address` where it came from."""

    id: UUID
    at: datetime
    by: str
    address: str
    act: str
    tenant: str
    detail: Mapping[str, Any]


class OperatorLog:
    """One per process, on the control database."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add(self, at: datetime, by: str, act: str, tenant: str, detail: Mapping[str, Any], address: str = "") -> None:
        """Add an entry, committed at once. `detail` holds JSON values and never a secret."""
        row = {
            "id": new_id(), "at": at, "by": by, "address": address, "act": act, "tenant": tenant,
            "detail": dict(detail),
        }  # fmt: skip
        with self._control.transaction(Mode.WRITE) as connection:
            connection.execute(insert(OPERATOR_LOG).values(row))

    def list(self, tenant: str = "", limit: int = 50, before: UUID | None = None) -> Sequence[LogEntry]:
        """Entries, newest first: of one tenant or all, those older than `before`."""
        statement = select(OPERATOR_LOG).order_by(OPERATOR_LOG.c.id.desc()).limit(limit)
        if tenant:
            statement = statement.where(OPERATOR_LOG.c.tenant == tenant)
        if before is not None:
            statement = statement.where(OPERATOR_LOG.c.id < before)
        with self._control.transaction(Mode.READ) as connection:
            return [LogEntry(*row) for row in connection.execute(statement)]
