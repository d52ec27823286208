"""Mappings as JSON: checked like a shipped one, saved for next time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from formwork.access import Verb, decide
from formwork.definitions.check import check_document
from formwork.definitions.dump.work import dump_import
from formwork.definitions.model import ImportDef
from formwork.definitions.parse.mapping import parse_import
from formwork.definitions.reading.document import Document
from formwork.definitions.reading.yaml_text import read_yaml
from formwork.definitions.source import NOWHERE
from formwork.kernel import Invalid, NotFound, Problem, new_id
from formwork.storage import Work, system

_TABLE = "fw_saved_mapping"


def read_mapping(data: Any) -> ImportDef:
    """The mapping of a JSON document as metadata/<package>/imports/ writes them; raises Invalid `bad_mapping`."""
    if _is_unkeepable(data):
        raise Invalid("A text of the mapping holds NUL or half a surrogate pair.", code="bad_mapping")
    mistakes = check_document("import", Document(data, NOWHERE))
    if mistakes:
        problems = [Problem("/" + "/".join(map(str, one.path)), "bad_mapping", one.finding.message) for one in mistakes]
        message = "The mapping cannot be read: " + " ".join(one.message for one in problems[:5])
        raise Invalid(message, code="bad_mapping", problems=problems)
    return parse_import(data, "", NOWHERE)


def _is_unkeepable(data: Any) -> bool:
    """True when a text anywhere in a JSON document is one no database can hold."""
    if isinstance(data, str):
        return any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in data)
    if isinstance(data, Mapping):
        return any(_is_unkeepable(name) or _is_unkeepable(value) for name, value in data.items())
    return isinstance(data, list | tuple) and any(_is_unkeepable(item) for item in data)


def read_mapping_file(raw: bytes, name: str) -> ImportDef:
    """The mapping of a YAML file; raises Invalid `bad_mapping`."""
    document = read_yaml(raw, name)
    if document.findings:
        problems = [Problem("", "bad_mapping", f"Line {one.line}: {one.message}") for one in document.findings]
        message = f"{name} cannot be read: " + " ".join(one.message for one in problems)
        raise Invalid(message, code="bad_mapping", problems=problems)
    return read_mapping(document.data)


def stored_mapping(data: Mapping[str, Any]) -> ImportDef:
    """The mapping of a document `dump_import` has written; a guess may have found no column."""
    return parse_import({"columns": {}, **data}, "", NOWHERE)


def save_mapping(work: Work, name: str, mapping: ImportDef) -> UUID:
    """Keep a mapping under a name for whoever may import this object; the same name is overwritten."""
    decide(work.snapshot, work.context.actor, mapping.object, Verb.IMPORT).require()
    known = system.find(work, _TABLE, object=mapping.object, name=name)
    id: UUID = known["id"] if known else new_id()
    row = {
        "id": id,
        "object": mapping.object,
        "name": name,
        "mapping": dump_import(mapping),
        "by": work.context.actor.user or UUID(int=0),
        "at": work.context.now,
    }
    system.put(work, _TABLE, row)
    return id


def mappings_for(work: Work, object: str) -> Mapping[str, ImportDef]:
    """Name -> mapping of everything shipped or saved for an object."""
    decide(work.snapshot, work.context.actor, object, Verb.IMPORT).require()
    shipped = {name: one for name, one in work.snapshot.imports.items() if one.object == object}
    saved = {
        row["name"]: read_mapping(row["mapping"]) for row in system.find_many(work, _TABLE, equals={"object": object})
    }
    return shipped | saved


def find_mapping(work: Work, name: str, object: str | None = None) -> ImportDef:
    """A shipped or saved mapping by name; raises NotFound `unknown_mapping`."""
    found = work.snapshot.imports.get(name)
    if found is not None and object in (None, found.object):
        return found
    equals = {"name": name} | ({"object": object} if object is not None else {})
    rows = system.find_many(work, _TABLE, equals=equals, limit=1)
    if not rows:
        raise NotFound(f"There is no mapping `{name}`.", code="unknown_mapping")
    return read_mapping(rows[0]["mapping"])
