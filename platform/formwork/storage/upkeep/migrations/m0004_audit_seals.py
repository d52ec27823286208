"""The audit trail says where a request came from, and is sealed in a chain.

No version of the product has written a row of `fw_audit` before, so it is made anew.
"""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Make the trail as it is from here on, and the table of its seals."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.drop_table("fw_audit", schema=schema)
    operations.create_table(
        "fw_audit",
        Column("id", IdType(), primary_key=True, autoincrement=False, nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        Column("action", TextType(), nullable=False),
        Column("object", TextType(), nullable=True),
        Column("record", IdType(), nullable=True),
        Column("detail", JsonType(), nullable=False),
        Column("request", TextType(), nullable=False),
        Column("reason", TextType(), nullable=False),
        Column("address", TextType(), nullable=False),
        Column("seal", BigInteger(), nullable=True),
        schema=schema,
    )
    for parts in (("action", "id"), ("by", "id"), ("object", "record", "id"), ("seal", "id")):
        operations.create_index(f"ix_fw_audit__{'__'.join(parts)}", "fw_audit", list(parts), schema=schema)
    operations.create_table(
        "fw_audit_seal",
        Column("number", BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("entries", BigInteger(), nullable=False),
        Column("first_at", DatetimeType(), nullable=False),
        Column("last_at", DatetimeType(), nullable=False),
        Column("digest", TextType(), nullable=False),
        Column("pruned_at", DatetimeType(), nullable=True),
        Column("mark", TextType(), nullable=False),
        schema=schema,
    )
