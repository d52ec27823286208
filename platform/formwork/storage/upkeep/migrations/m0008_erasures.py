"""Anonymising a person is a job of its own, and an audit entry under a seal may have its detail replaced."""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Add the column and the table."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.add_column("fw_audit", Column("replaced", JsonType(), nullable=True), schema=schema)
    operations.create_table(
        "fw_erasure",
        Column("id", IdType(), primary_key=True, autoincrement=False, nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        Column("state", TextType(), nullable=False),
        Column("subjects", JsonType(), nullable=False),
        Column("needles", JsonType(), nullable=True),
        Column("step", BigInteger(), nullable=False),
        Column("position", JsonType(), nullable=True),
        Column("totals", JsonType(), nullable=False),
        Column("finished_at", DatetimeType(), nullable=True),
        schema=schema,
    )
    operations.create_index("ix_fw_erasure__state__at", "fw_erasure", ["state", "at"], schema=schema)
