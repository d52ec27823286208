"""Failed sign-ins get a table of their own, which counts logins nobody has, and addresses, too.

The columns `failures` and `wait_until` of `fw_credential` stay for the version of the product before.
"""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column

from formwork.storage.schema.types import DatetimeType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make the table."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_attempt",
        Column("key", TextType(), primary_key=True, autoincrement=False, nullable=False),
        Column("failures", BigInteger(), nullable=False),
        Column("wait_until", DatetimeType(), nullable=True),
        Column("at", DatetimeType(), nullable=False),
        schema=schema,
    )
    operations.create_index("ix_fw_attempt__at", "fw_attempt", ["at"], schema=schema)
