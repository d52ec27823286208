"""Every time a name was taken from a field, with what became of it: renamed, or retired and still restorable."""

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, MetaData, Table, insert, select

from formwork.storage.schema.types import DatetimeType, IdType, JsonType, TextType

if TYPE_CHECKING:
    from alembic.operations import Operations

_NAME, _NEW = "fw_retired_field", "fw_retired_field_new"


def upgrade(operations: "Operations") -> None:
    """Widen the table; its key takes the moment in, so it is made anew."""
    schema = operations.get_bind().get_execution_options().get("schema_translate_map", {}).get(None)
    columns = ("object", "field", "at")
    operations.create_table(
        _NEW,
        Column("object", TextType(), primary_key=True, nullable=False),
        Column("field", TextType(), primary_key=True, nullable=False),
        Column("at", DatetimeType(), primary_key=True, nullable=False),
        Column("became", TextType(), nullable=True),
        Column("version", BigInteger(), nullable=True),
        Column("by", IdType(), nullable=True),
        Column("kept", JsonType(), nullable=True),
        Column("definition", JsonType(), nullable=True),
        Column("restored_at", DatetimeType(), nullable=True),
        Column("purged_at", DatetimeType(), nullable=True),
        schema=schema,
    )
    known, made = (
        Table(name, MetaData(schema=schema), *(Column(one, TextType()) for one in columns)) for name in (_NAME, _NEW)
    )
    known.c["at"].type = made.c["at"].type = DatetimeType()
    operations.execute(insert(made).from_select(columns, select(*(known.c[name] for name in columns))))
    operations.drop_table(_NAME, schema=schema)
    operations.rename_table(_NEW, _NAME, schema=schema)
