"""Shares say why somebody has the record: given by hand, or a member of its team, with a part in it."""

from typing import TYPE_CHECKING

from sqlalchemy import Column

from formwork.storage.schema.types import TextType

if TYPE_CHECKING:
    from alembic.operations import Operations


def upgrade(operations: "Operations") -> None:
    """Add both columns; one principal may have a share and a part."""
    connection = operations.get_bind()
    schema = connection.get_execution_options().get("schema_translate_map", {}).get(None)
    operations.add_column("fw_share", Column("cause", TextType(), nullable=False, server_default="hand"), schema=schema)
    operations.add_column("fw_share", Column("part", TextType(), nullable=True), schema=schema)
    operations.drop_index("ux_fw_share__object__record__principal", "fw_share", schema=schema)
    operations.create_index(
        "ux_fw_share__object__record__principal__cause", "fw_share", ["object", "record", "principal", "cause"],
        unique=True, schema=schema,
    )  # fmt: skip
