"""Fields that hold files: the value is the id of a stored file."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import BLANK
from formwork.fieldtypes.references import read_reference

MOST_FILES = 50
"""Files a field with `multiple` takes at most."""


class FileType(FieldType):
    """One file, or several with `multiple`."""

    name = "file"
    family = "file"
    widget = "file"
    operators = BLANK
    sortable = False
    groupable = False

    def schema(self) -> Mapping[str, Any]:
        """`multiple`."""
        return {"multiple": {"type": "boolean", "description": "Whether it takes several files."}}

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

    def load(self, raw: object, settings: Settings, where: LoadContext) -> UUID | tuple[UUID, ...] | None:
        """File ids; raises BadValue `bad_reference`, `not_a_list`, `too_many`."""
        if raw is None or raw == "":
            return None
        if not settings.get("multiple"):
            return read_reference(raw)
        if not isinstance(raw, list | tuple):
            raise BadValue("not_a_list", "Send a list.")
        if len(raw) > MOST_FILES:
            raise BadValue("too_many", f"Send at most {MOST_FILES} items.", limit=MOST_FILES)
        return tuple(dict.fromkeys(read_reference(item) for item in raw)) or None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> UUID | tuple[UUID, ...] | None:
        """An id, or ids between `;`."""
        if not settings.get("multiple"):
            return self.load(text.strip(), settings, where)
        return self.load([item for item in text.split(";") if item.strip()], settings, where)

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
    """One picture."""

    name = "image"
    widget = "image"

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}


class SignatureType(ImageType):
    """A signature drawn on the screen, kept as a picture."""

    name = "signature"
    widget = "signature"
