"""Snapshots for storage tests, linked from objects written in the metadata language."""

from collections.abc import Mapping
from typing import Any

import yaml

from formwork.catalog.link import link
from formwork.catalog.snapshot import Snapshot
from formwork.definitions.parse.document import parse_document
from formwork.definitions.workspace import PackageContent
from formwork.fieldtypes.registry import FIELD_TYPES

LIBRARY = """
- object: user
  title: name
  fields:
    name: {type: text}
- object: reader
  title: name
  fields:
    name: {type: text, searchable: true}
    card: {type: text, unique: true}
    email: {type: email}
    topics: {type: multi_select, options: {art: Art, law: Law, sea: Sea}}
    home: {type: address}
    place: {type: geolocation}
- object: book
  title: title
  fields:
    title: {type: text, required: true}
    price: {type: money}
    weight: {type: number, precision: 3}
    share: {type: percent}
    pages: {type: integer}
    bought_on: {type: date}
    opens_at: {type: time}
    seen_at: {type: datetime}
    length: {type: duration}
    lent: {type: boolean}
    status: {type: select, options: {new: New, old: Old}, index: true}
    primary: {type: boolean}
    shelf: {type: text}
    subject: {type: polymorphic_lookup, to: [reader, book]}
    authors: {type: many_to_many, to: reader, inverse: written}
    settings: {type: json}
    labels: {type: tags}
    previous: {type: lookup, to: book}
    keeper: {type: user}
  unique:
    - {fields: [shelf], when: "primary and status != 'old'"}
    - [shelf, pages]
  indexes:
    - [status, bought_on]
- object: loan
  title: number
  fields:
    number: {type: auto_number, format: "L-{00000}"}
    reader: {type: lookup, to: reader, on_delete: restrict}
    total: {type: rollup, of: loan_line.loan, sum: fee}
    doubled: {type: formula, gives: money, expression: "total * 2", stored: true}
- object: loan_line
  master: {field: loan, to: loan, inverse: lines}
  fields:
    book: {type: lookup, to: book}
    fee: {type: money}
"""


def snapshot(text: str = LIBRARY, version: str | None = None) -> Snapshot:
    """A Snapshot of the objects written in a YAML list."""
    return snapshot_of(yaml.safe_load(text), version)


def snapshot_of(objects: list[Mapping[str, Any]], version: str | None = None) -> Snapshot:
    """A Snapshot of objects given as plain values."""
    manifest, findings = parse_document("package", {"package": "test", "version": "1.0.0", "label": "Test"}, "test")
    assert not findings, findings
    parsed = []
    for data in objects:
        definition, findings = parse_document("object", data, "test")
        assert not findings, findings
        parsed.append(definition)
    linked = link({"test": PackageContent(manifest, tuple(parsed))}, FIELD_TYPES, version=version)
    assert linked.snapshot is not None, linked.findings
    return linked.snapshot
