"""Records shared by hand: with whom, how far, until when."""

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
        "fw_share",
        Column("id", IdType(), primary_key=True, autoincrement=False, nullable=False),
        Column("object", TextType(), nullable=False),
        Column("record", IdType(), nullable=False),
        Column("principal", IdType(), nullable=False),
        Column("level", TextType(), nullable=False),
        Column("until", DatetimeType(), nullable=True),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        Column("note", TextType(), nullable=False),
        schema=schema,
    )
    whose, what = ["principal", "object", "record"], ["object", "record", "principal"]
    operations.create_index("ix_fw_share__principal__object__record", "fw_share", whose, schema=schema)
    operations.create_index("ux_fw_share__object__record__principal", "fw_share", what, unique=True, schema=schema)
