"""What a tenant says about signing in: who must have a second factor."""

from typing import TYPE_CHECKING

from sqlalchemy import Column

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Add the table; without a row the installation's setting holds as before."""
    schema = operations.get_bind().get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_sign_in_policy",
        Column("name", TextType(), primary_key=True, autoincrement=False, nullable=False),
        Column("data", JsonType(), nullable=False),
        Column("at", DatetimeType(), nullable=False),
        Column("by", IdType(), nullable=True),
        schema=schema,
    )
