"""Looks a tenant's database over: does it hold what the metadata says, and do all links lead somewhere?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_, exists, func, inspect, select, union_all
from sqlalchemy.engine import Inspector

from formwork.catalog.field import FieldSpec
from formwork.storage import derive, scan
from formwork.storage.schema.physical import TableShape, shape_snapshot
from formwork.storage.schema.tables import record_table
from formwork.storage.system_tables import SYSTEM
from formwork.storage.upkeep.upgrade import latest, number
from formwork.storage.work import Work

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that is wrong. `check` names the examination, `count` says how many rows or parts it is about."""

    check: str
    message: str
    object: str = ""
    count: int = 1


def examine(work: Work) -> list[Symptom]:
    """Everything that is wrong with the tenant's database under `work.snapshot`; empty when it is well."""
    work.unhurried()
    inspector = inspect(work.connection)
    return [
        *_system(work, inspector),
        *_schema(work, inspector),
        *_file(work),
        *_polymorphic(work, set(inspector.get_table_names(schema=work.place.schema))),
    ]


def examine_values(work: Work) -> list[Symptom]:
    """Stored formulas and roll-ups that are not what they would be if computed now. Reads every record.

    Needs a database in which `examine` found nothing of the schema missing.
    """
    work.unhurried()
    wrong: list[Symptom] = []
    for one in work.snapshot.derivations:
        rollup = work.object(one.object).fields[one.field].rollup
        if rollup is not None and rollup.nightly:
            continue
        batches = scan.every_id(work, one.object, _BATCH)
        count = sum(len(derive.differences(work, one.object, [one.field], ids)[one.field]) for ids in batches)
        if count:
            message = f"`{one.field}` of {count} records of `{one.object}` is out of date."
            wrong.append(Symptom("values", message, one.object, count))
    return wrong


def _system(work: Work, inspector: Inspector) -> Iterator[Symptom]:
    there = set(inspector.get_table_names(schema=work.place.schema))
    missing = sorted(set(SYSTEM.tables) - there)
    if missing:
        yield Symptom(
            "system_tables", f"System tables are missing: {', '.join(missing)}. Run `upgrade`.", "", len(missing)
        )
    elif number(work.connection) < latest():
        yield Symptom("system_tables", "The system tables are of an older version. Run `upgrade`.")


def _schema(work: Work, inspector: Inspector) -> Iterator[Symptom]:
    columns = inspector.get_multi_columns(schema=work.place.schema)
    indexes = inspector.get_multi_indexes(schema=work.place.schema)
    for shape in shape_snapshot(work.snapshot).values() if work.snapshot.objects else ():
        key = (work.place.schema, shape.name)
        if key not in columns:
            yield Symptom("schema", f"Table `{shape.name}` is missing.", shape.object)
            continue
        yield from _compare(shape, {str(one["name"]) for one in columns[key]}, {one["name"] for one in indexes[key]})


def _compare(shape: TableShape, columns: set[str], indexes: set[str | None]) -> Iterator[Symptom]:
    for column in shape.columns:
        if column.name not in columns:
            yield Symptom("schema", f"Column `{column.name}` of `{shape.name}` is missing.", shape.object)
    for index in shape.indexes:
        if index.name not in indexes:
            names = ", ".join(index.columns)
            yield Symptom("schema", f"An index of `{shape.name}` on {names} is missing.", shape.object)


def _file(work: Work) -> Iterator[Symptom]:
    """What SQLite can say about its own file; PostgreSQL never lets a foreign key dangle."""
    if work.place.is_postgres:
        return
    for (answer,) in work.connection.exec_driver_sql("PRAGMA quick_check"):
        if answer != "ok":
            yield Symptom("file", f"The database file is damaged: {answer}. Restore a backup.")
    dangling: dict[str, int] = {}
    for row in work.connection.exec_driver_sql("PRAGMA foreign_key_check"):
        dangling[row[0]] = dangling.get(row[0], 0) + 1
    for table, count in sorted(dangling.items()):
        yield Symptom("links", f"{count} rows of `{table}` point at rows that are not there.", table, count)


def _polymorphic(work: Work, there: set[str]) -> Iterator[Symptom]:
    for spec in work.snapshot.objects.values():
        for field in spec.fields.values():
            if field.definition.type == "polymorphic_lookup" and field.targets and spec.table in there:
                count = _dangling(work, record_table(spec), field)
                if count:
                    message = (
                        f"`{field.name}` of {count} records of `{spec.name}` points at records that are not there."
                    )
                    yield Symptom("links", message, spec.name, count)


def _dangling(work: Work, table: Table, field: FieldSpec) -> int:
    kind, id_ = (table.c[column.name] for column in field.columns[:2])
    parts: list[Any] = []
    for name in field.targets:
        target = record_table(work.object(name)).alias("target")
        missing = and_(kind == name, ~exists().where(target.c.id == id_))
        parts.append(select(func.count().label("n")).select_from(table).where(missing))
    counted = union_all(*parts).subquery()
    return int(work.connection.execute(select(func.coalesce(func.sum(counted.c.n), 0))).scalar_one())
