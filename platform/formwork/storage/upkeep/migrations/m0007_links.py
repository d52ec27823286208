"""Links by which people choose a password: invitations and resets, kept as hashes."""

from typing import TYPE_CHECKING

from sqlalchemy import Column

from formwork.storage.schema.types import DatetimeType, IdType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make the table."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_link",
        Column("id", TextType(), primary_key=True, autoincrement=False, nullable=False),
        Column("user", IdType(), nullable=False),
        Column("purpose", TextType(), nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("expires_at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        schema=schema,
    )
    operations.create_index("ix_fw_link__user", "fw_link", ["user"], schema=schema)
    operations.create_index("ix_fw_link__expires_at", "fw_link", ["expires_at"], schema=schema)
