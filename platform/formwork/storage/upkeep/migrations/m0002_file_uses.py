"""Files get holders of their own: `fw_file` loses its one record, `fw_file_use` says who holds what.

No version of the product has written a row of `fw_file` before, so it is made anew.
"""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column

from formwork.storage.schema.types import DatetimeType, IdType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make both tables as they are from here on."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.drop_table("fw_file", schema=schema)
    operations.create_table(
        "fw_file",
        Column("id", IdType(), primary_key=True, autoincrement=False, nullable=False),
        Column("sha256", TextType(), nullable=False),
        Column("name", TextType(), nullable=False),
        Column("mime", TextType(), nullable=False),
        Column("size", BigInteger(), nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        Column("state", TextType(), nullable=False),
        Column("since", DatetimeType(), nullable=False),
        schema=schema,
    )
    operations.create_index("ix_fw_file__sha256", "fw_file", ["sha256"], schema=schema)
    operations.create_index("ix_fw_file__state__since", "fw_file", ["state", "since"], schema=schema)
    operations.create_table(
        "fw_file_use",
        Column("id", IdType(), primary_key=True, autoincrement=False, nullable=False),
        Column("file", IdType(), nullable=False),
        Column("object", TextType(), nullable=False),
        Column("record", IdType(), nullable=False),
        Column("field", TextType(), nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        Column("until", DatetimeType(), nullable=True),
        schema=schema,
    )
    operations.create_index("ix_fw_file_use__file", "fw_file_use", ["file"], schema=schema)
    operations.create_index("ix_fw_file_use__object__record", "fw_file_use", ["object", "record"], schema=schema)
