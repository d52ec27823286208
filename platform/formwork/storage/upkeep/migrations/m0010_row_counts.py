"""How many rows of large objects there are, for lists to choose their shape by."""

from typing import TYPE_CHECKING

from sqlalchemy import Column

from formwork.storage.schema.types import DatetimeType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make the table; it is filled within the hour."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_row_count",
        Column("object", TextType(), primary_key=True, autoincrement=False, nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("counts", JsonType(), nullable=False),
        schema=schema,
    )
