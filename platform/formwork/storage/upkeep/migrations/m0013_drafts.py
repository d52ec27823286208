"""What is changed in the metadata and not live yet."""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column

from formwork.storage.schema.types import DatetimeType, IdType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Add the table, without rows: nothing is changed yet."""
    schema = operations.get_bind().get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_draft",
        Column("path", TextType(), primary_key=True, autoincrement=False, nullable=False),
        Column("text", TextType(), nullable=True),
        Column("base", TextType(), nullable=False),
        Column("version", BigInteger(), nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        schema=schema,
    )
