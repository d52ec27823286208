"""When a field was last taken away, so that one of the same name made later has no past."""

from typing import TYPE_CHECKING

from sqlalchemy import Column

from formwork.storage.schema.types import DatetimeType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Add the table."""
    schema = operations.get_bind().get_execution_options().get("schema_translate_map", {}).get(None)
    operations.create_table(
        "fw_retired_field",
        Column("object", TextType(), primary_key=True, nullable=False),
        Column("field", TextType(), primary_key=True, nullable=False),
        Column("at", DatetimeType(), nullable=False),
        schema=schema,
    )
