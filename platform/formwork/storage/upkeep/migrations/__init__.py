"""Numbered changes of the system tables, oldest first.

A migration is a module `mNNNN_<what>.py` with `upgrade(operations)`, written with alembic operations.
The version of the product before must still be able to read what a migration leaves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

from formwork.storage.upkeep.migrations.m0002_file_uses import upgrade as _file_uses
from formwork.storage.upkeep.migrations.m0003_attempts import upgrade as _attempts
from formwork.storage.upkeep.migrations.m0004_audit_seals import upgrade as _audit_seals
from formwork.storage.upkeep.migrations.m0005_shares import upgrade as _shares
from formwork.storage.upkeep.migrations.m0006_record_teams import upgrade as _record_teams
from formwork.storage.upkeep.migrations.m0007_links import upgrade as _links
from formwork.storage.upkeep.migrations.m0008_erasures import upgrade as _erasures
from formwork.storage.upkeep.migrations.m0009_second_factors import upgrade as _second_factors
from formwork.storage.upkeep.migrations.m0010_row_counts import upgrade as _row_counts
from formwork.storage.upkeep.migrations.m0011_retired_fields import upgrade as _retired_fields
from formwork.storage.upkeep.migrations.m0012_sign_in_policies import upgrade as _sign_in_policies
from formwork.storage.upkeep.migrations.m0013_drafts import upgrade as _drafts
from formwork.storage.upkeep.migrations.m0014_names_of_fields import upgrade as _names_of_fields


@dataclass(frozen=True, slots=True)
class Migration:
    """One change. `number` counts from 2: number 1 is what a first installation declared."""

    number: int
    name: str
    upgrade: "Callable[[Operations], None]"


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "file_uses", _file_uses),
    Migration(3, "attempts", _attempts),
    Migration(4, "audit_seals", _audit_seals),
    Migration(5, "shares", _shares),
    Migration(6, "record_teams", _record_teams),
    Migration(7, "links", _links),
    Migration(8, "erasures", _erasures),
    Migration(9, "second_factors", _second_factors),
    Migration(10, "row_counts", _row_counts),
    Migration(11, "retired_fields", _retired_fields),
    Migration(12, "sign_in_policies", _sign_in_policies),
    Migration(13, "drafts", _drafts),
    Migration(14, "names_of_fields", _names_of_fields),
)
