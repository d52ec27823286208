"""A tenant's data as one zip that restores on either database, taken while others write.

The zip holds `manifest.json` and `tables/<name>.jsonl`: one JSON list per row, rows in the order of their
primary key, so that equal data has equal checksums. Sessions, failed sign-ins and retired columns
and tables are left out. The contents of files are added by the room that keeps them.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from sqlalchemy import Row, Table, inspect, literal, select, tuple_

from formwork.kernel import Conflict, Invalid
from formwork.storage import bulk
from formwork.storage.metadata import unpack_documents
from formwork.storage.schema.physical import shape_snapshot
from formwork.storage.schema.tables import plain_table
from formwork.storage.system_tables import SYSTEM
from formwork.storage.upkeep.part import EVERYTHING, Part
from formwork.storage.upkeep.portable import from_portable, to_portable
from formwork.storage.upkeep.upgrade import number
from formwork.storage.work import Work

FORMAT = 1
LEFT_OUT = frozenset({"fw_schema", "fw_session", "fw_attempt", "fw_ticket"})
"""System tables that are not part of a backup."""
_BATCH = 2_000
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class TableSum:
    """How many rows a table has, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Locality:
    """How the organisation is called and reads; every `_base` amount of the backup is in `currency` (ISO 4217)."""

    label: str
    locale: str
    timezone: str
    currency: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `system` is the number of its system tables, `metadata` the content hash.

    `locality` is None in backups of versions that did not write it.
    """

    tenant: str
    taken_at: str
    system: int
    metadata: str
    tables: Mapping[str, TableSum]
    columns: Mapping[str, tuple[str, ...]]
    locality: Locality | None
    format: int = FORMAT


def write_backup(work: Work, file: BinaryIO, label: str = "", part: Part = EVERYTHING) -> Manifest:
    """Write the tenant's data, or part of it, to a seekable file. `work` comes from `read_consistent`, under the
    tenant's own language, time zone and currency; `label` is the organisation's name as people read it.
    """
    work.unhurried()
    sums: dict[str, TableSum] = {}
    tables = _tables(work)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables:
            with archive.open(f"tables/{table.name}.jsonl", "w") as target:
                sums[table.name] = _copy_lines(work, table, target.write, part)
        context = work.context
        manifest = Manifest(
            context.tenant,
            context.now.isoformat(),
            number(work.connection),
            work.snapshot.version,
            sums,
            {table.name: tuple(one.name for one in table.columns) for table in tables},
            Locality(label, context.locale, context.timezone.key, context.currency),
        )
        archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def checksums(work: Work) -> dict[str, TableSum]:
    """What a backup taken now would say of each table."""
    work.unhurried()
    return {table.name: _copy_lines(work, table, len, EVERYTHING) for table in _tables(work)}


def read_manifest(file: BinaryIO) -> Manifest:
    """What a backup says of itself; raises Invalid `bad_backup` when it is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            data = json.loads(archive.read(_MANIFEST))
        sums = {name: TableSum(**one) for name, one in data.pop("tables").items()}
        columns = {name: tuple(one) for name, one in data.pop("columns").items()}
        locality = data.pop("locality", None)
        manifest = Manifest(
            **data, tables=sums, columns=columns, locality=None if locality is None else Locality(**locality)
        )
        if sums.keys() != columns.keys() or "fw_metadata" not in sums:
            raise KeyError("tables")
    except (zipfile.BadZipFile, zlib.error, EOFError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid("This file is no backup. Choose a file `backup` has written.", code="bad_backup") from error
    if manifest.format != FORMAT:
        raise Invalid("This backup was written by a newer version of the product.", code="bad_backup")
    return manifest


def read_documents(file: BinaryIO) -> Mapping[str, Any]:
    """The documents of the newest metadata version in a backup, for linking; {} when it has none.

    Raises Invalid `bad_backup` when they are damaged.
    """
    manifest = read_manifest(file)
    place = manifest.columns["fw_metadata"].index("documents")
    decode = from_portable(SYSTEM.tables["fw_metadata"].c.documents.type)
    newest: Any = None
    with zipfile.ZipFile(file) as archive:
        _judge(archive, "fw_metadata", manifest.tables["fw_metadata"])
        with archive.open("tables/fw_metadata.jsonl") as lines:
            for line in lines:
                newest = json.loads(line)[place]
    return {} if newest is None or decode is None else unpack_documents(decode(newest))


def restore_backup(work: Work, file: BinaryIO) -> Manifest:
    """Fill the tables of a tenant that has none of its own rows yet; they exist as `work.snapshot` says.

    Raises Invalid when the file is damaged or of other metadata, Conflict when the tenant is not empty.
    An error leaves nothing behind.
    """
    manifest = read_manifest(file)
    if manifest.metadata != work.snapshot.version or manifest.system > number(work.connection):
        raise Invalid("The backup is of other metadata than this tenant has.", code="bad_backup")
    work.unhurried()
    tables = {table.name: table for table in _tables(work)}
    with zipfile.ZipFile(file) as archive:
        for name, promised in manifest.tables.items():
            _judge(archive, name, promised)
            table = tables.get(name)
            if table is None:
                raise _damaged(name)
            if work.connection.execute(select(table).limit(1)).first() is not None:
                raise Conflict(f"Table `{name}` has rows already. Restore into a new tenant.", code="not_empty")
            _fill(work, archive, table, manifest.columns[name])
    return manifest


def _tables(work: Work) -> list[Table]:
    system = [table for name, table in SYSTEM.tables.items() if name not in LEFT_OUT]
    shapes = shape_snapshot(work.snapshot).values() if work.snapshot.objects else ()
    there = set(inspect(work.connection).get_table_names(schema=work.place.schema))
    return [table for table in (*system, *(plain_table(shape) for shape in shapes)) if table.name in there]


def _copy_lines(work: Work, table: Table, write: Any, part: Part) -> TableSum:
    digest, count = hashlib.sha256(), 0
    for line in _lines(work, table, part):
        write(line)
        digest.update(line)
        count += 1
    return TableSum(count, digest.hexdigest())


def _lines(work: Work, table: Table, part: Part) -> Iterator[bytes]:
    converts = [(place, to_portable(column.type)) for place, column in enumerate(table.columns)]
    wanted = [(place, convert) for place, convert in converts if convert is not None]
    for rows in _pages(work, table, part):
        for row in rows:
            cells = list(row)
            for place, convert in wanted:
                if cells[place] is not None:
                    cells[place] = convert(cells[place])
            yield json.dumps(cells, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def _pages(work: Work, table: Table, part: Part) -> Iterator[Sequence[Row[Any]]]:
    """The rows in the order of the primary key; of a part in the order of its ids."""
    keys = list(table.primary_key)
    page = select(table).order_by(*keys)
    batches = part.of(table)
    if batches is not None:
        for ids in batches:
            yield work.connection.execute(page.where(part.column(table).in_(ids))).all()
        return
    places = [list(table.columns).index(key) for key in keys]
    page = page.limit(_BATCH)
    last: tuple[Any, ...] | None = None
    while True:
        statement = page if last is None else page.where(tuple_(*keys) > tuple_(*_bound(keys, last)))
        rows = work.connection.execute(statement).all()
        yield rows
        if len(rows) < _BATCH:
            return
        last = tuple(rows[-1][place] for place in places)


def _bound(keys: list[Any], values: tuple[Any, ...]) -> list[Any]:
    return [literal(value, key.type) for key, value in zip(keys, values, strict=True)]


def _judge(archive: zipfile.ZipFile, name: str, promised: TableSum) -> None:
    """Raise Invalid `bad_backup` unless the lines of a table are those the manifest promises; nothing is parsed."""
    digest, count = hashlib.sha256(), 0
    try:
        with archive.open(f"tables/{name}.jsonl") as lines:
            for line in lines:
                digest.update(line)
                count += 1
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise _damaged(name) from error
    if TableSum(count, digest.hexdigest()) != promised:
        raise _damaged(name)


def _damaged(name: str) -> Invalid:
    return Invalid(f"The backup is damaged: `{name}` is not what was written.", code="bad_backup")


def _fill(work: Work, archive: zipfile.ZipFile, table: Table, names: tuple[str, ...]) -> None:
    batch: list[list[Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as lines:
        for line in lines:
            batch.append(json.loads(line))
            if len(batch) == _BATCH:
                _insert(work, table, names, batch)
                batch = []
    _insert(work, table, names, batch)


def _insert(work: Work, table: Table, names: tuple[str, ...], batch: list[list[Any]]) -> None:
    columns: dict[str, list[Any]] = {}
    for name, values in zip(names, zip(*batch, strict=True), strict=False):
        convert = from_portable(table.c[name].type)
        columns[name] = list(values) if convert is None else [None if v is None else convert(v) for v in values]
    bulk.insert_rows(work, table, columns)
