"""Fields that hold files: the value is the id of a stored file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.file_kind import FILE_KINDS, PICTURES, SIGNATURES
from formwork.fieldtypes.operators import BLANK
from formwork.fieldtypes.references import read_reference

MOST_FILES = 50
"""Files a field with `multiple` takes at most."""
MEGABYTE = 1_000_000
"""Bytes of the unit `max_size` is told in."""


class FileType(FieldType):
    """One file, or several with `multiple`."""

    name = "file"
    family = "file"
    widget = "file"
    operators = BLANK
    sortable = False
    groupable = False
    kinds: tuple[str, ...] = tuple(FILE_KINDS)
    """Words of the kinds of files the type takes at all."""

    def schema(self) -> Mapping[str, Any]:
        """`multiple`, `accept`, `max_size`."""
        return {
            "multiple": {"type": "boolean", "description": "Whether it takes several files."},
            "accept": {
                "type": "array", "items": {"enum": list(self.kinds)}, "minItems": 1, "uniqueItems": True,
                "description": "Kinds of files it takes; all the type knows when absent.",
            },
            "max_size": {
                "type": "integer", "minimum": 1, "maximum": 1000,
                "description": "Largest file in megabytes, within what the installation allows.",
            },
        }  # fmt: skip

    def accepted(self, settings: Settings) -> tuple[str, ...]:
        """Words of the kinds a field takes."""
        return tuple(settings.get("accept") or self.kinds)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One uuid, or one JSON list of ids with `multiple`."""
        return (LogicalColumn(ColumnKind.JSON if settings.get("multiple") else ColumnKind.UUID),)

    def value_kind(self, settings: Settings) -> str | None:
        """Opaque."""
        return "opaque"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A file id, or a list of them."""
        one = {"type": "string", "format": "uuid"}
        return {"type": "array", "items": one, "maxItems": MOST_FILES} if settings.get("multiple") else one

    def shown_schema(self, settings: Settings) -> Mapping[str, Any]:
        """What a read gives: a file with its name, size in bytes and media type, or a list of them."""
        properties = {
            "id": {"type": "string", "format": "uuid"},
            "name": {"type": "string"},
            "size": {"type": "integer"},
            "type": {"type": "string"},
        }
        one = {"type": "object", "required": list(properties), "properties": properties}
        return {"type": "array", "items": one, "maxItems": MOST_FILES} if settings.get("multiple") else one

    def load(self, raw: object, settings: Settings, where: LoadContext) -> UUID | tuple[UUID, ...] | None:
        """File ids, or files as a read shows them; raises BadValue `bad_reference`, `not_a_list`, `too_many`."""
        if raw is None or raw == "":
            return None
        if not settings.get("multiple"):
            return _read_id(raw)
        if not isinstance(raw, list | tuple):
            raise BadValue("not_a_list", "Send a list.")
        if len(raw) > MOST_FILES:
            raise BadValue("too_many", f"Send at most {MOST_FILES} items.", limit=MOST_FILES)
        return tuple(dict.fromkeys(_read_id(item) for item in raw)) or None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> UUID | tuple[UUID, ...] | None:
        """An id, or ids between `;`."""
        if not settings.get("multiple"):
            return self.load(text.strip(), settings, where)
        return self.load([item.strip() for item in text.split(";") if item.strip()], settings, where)

    def dump(self, value: Any) -> Any:
        """An id or a list of ids."""
        if isinstance(value, tuple):
            return [str(item) for item in value]
        return None if value is None else str(value)

    def to_cells(self, value: Any, settings: Settings) -> tuple[Any, ...]:
        """The id, or the list as JSON."""
        return ([str(item) for item in value],) if isinstance(value, tuple) else (value,)

    def from_cells(self, cells: tuple[Any, ...], settings: Settings) -> Any:
        """What `to_cells` took."""
        return tuple(UUID(item) for item in cells[0]) if isinstance(cells[0], list) else cells[0]


class ImageType(FileType):
    """One picture, or several with `multiple`."""

    name = "image"
    widget = "image"
    kinds = PICTURES


class SignatureType(FileType):
    """A signature drawn on the screen, kept as a picture."""

    name = "signature"
    widget = "signature"
    kinds = SIGNATURES

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}


def _read_id(raw: object) -> UUID:
    return read_reference(raw.get("id") if isinstance(raw, Mapping) else raw)
