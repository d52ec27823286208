"""Fields that point at records. Loading checks the shape; records checks that the target may be seen."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from formwork.fieldtypes.bad_value import BadValue
from formwork.fieldtypes.base import FieldType, LoadContext, Settings
from formwork.fieldtypes.column import ColumnKind, LogicalColumn
from formwork.fieldtypes.operators import CHOICE, MANY
from formwork.fieldtypes.value import RecordRef
from formwork.kernel import parse_id

NAME: Mapping[str, Any] = {"$ref": "#/$defs/name"}
MOST_REFERENCES = 1000
"""Records a list-valued field takes at most."""


def bad_reference() -> BadValue:
    """The one answer to a reference that is not there, not visible or of another object."""
    return BadValue("bad_reference", "Choose a record that exists and that you may see.")


def read_reference(raw: object) -> UUID:
    """The id of a JSON value; raises BadValue `bad_reference`."""
    if isinstance(raw, UUID):
        return raw
    found = parse_id(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise bad_reference()
    return found


class RecordIdType(FieldType):
    """The id of a record itself (system fields)."""

    name = "record_id"
    family = "system"
    widget = "read_only"
    operators = CHOICE
    groupable = False
    refers: ClassVar[bool] = False

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """One uuid column."""
        return (LogicalColumn(ColumnKind.UUID, refers=self.refers),)

    def value_kind(self, settings: Settings) -> str | None:
        """Record."""
        return "record"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """The id as text."""
        return {"type": "string", "format": "uuid"}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> UUID | None:
        """The id; raises BadValue `bad_reference`."""
        return None if raw is None or raw == "" else read_reference(raw)

    def dump(self, value: Any) -> Any:
        """The id as text."""
        return None if value is None else str(value)


class LookupType(RecordIdType):
    """A reference to one record of one object."""

    name = "lookup"
    family = "reference"
    widget = "lookup"
    groupable = True
    refers = True

    def schema(self) -> Mapping[str, Any]:
        """`to`, `on_delete`, `filter`, `inverse`."""
        return {
            "to": {**NAME, "description": "Object the look-up points at."},
            "on_delete": {"enum": ["set_null", "restrict", "cascade"], "description": "set_null when absent."},
            "filter": {
                "type": "string",
                "description": "Condition a chosen record meets; `this` is the record that asks.",
            },
            "inverse": {**NAME, "description": "Name of the list on the other side."},
        }

    def required_settings(self) -> tuple[str, ...]:
        """`to`."""
        return ("to",)


class MasterDetailType(LookupType):
    """The look-up of a detail to its master; declared by `master:`, never written as a type."""

    name = "master_detail"


class PrincipalType(LookupType):
    """A user or a queue: who owns, created or changed a record."""

    name = "principal"
    family = "system"
    widget = "principal"

    def schema(self) -> Mapping[str, Any]:
        """No settings."""
        return {}

    def required_settings(self) -> tuple[str, ...]:
        """Nothing."""
        return ()


class UserType(LookupType):
    """A person who signs in; internal people unless `kinds` says otherwise."""

    name = "user"
    widget = "user"

    def schema(self) -> Mapping[str, Any]:
        """`kinds`, `on_delete`, `filter`, `inverse`."""
        shared = {key: value for key, value in super().schema().items() if key != "to"}
        kinds = {
            "type": "array",
            "minItems": 1,
            "items": NAME,
            "description": "Kinds of users, [internal] when absent.",
        }
        return {"kinds": kinds, **shared}

    def required_settings(self) -> tuple[str, ...]:
        """Nothing."""
        return ()


class PolymorphicLookupType(FieldType):
    """A reference to one record of several objects: two columns, object and id."""

    name = "polymorphic_lookup"
    family = "reference"
    widget = "polymorphic_lookup"
    operators = CHOICE
    sortable = False
    groupable = False

    def schema(self) -> Mapping[str, Any]:
        """`to`: a list of objects, or every object with a feature; `inverse`."""
        objects = {"type": "array", "minItems": 1, "items": NAME}
        featured = {
            "type": "object",
            "properties": {"feature": NAME},
            "required": ["feature"],
            "additionalProperties": False,
        }
        return {
            "to": {"oneOf": [objects, featured], "description": "Objects it may point at, or {feature: name}."},
            "inverse": {**NAME, "description": "Name of the list on the other sides."},
        }

    def required_settings(self) -> tuple[str, ...]:
        """`to`."""
        return ("to",)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """Object name and id."""
        return (
            LogicalColumn(ColumnKind.TEXT, suffix="__object", length=64),
            LogicalColumn(ColumnKind.UUID, suffix="__id", refers=True),
        )

    def value_kind(self, settings: Settings) -> str | None:
        """Record."""
        return "record"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """{object, id}."""
        parts = {"object": {"type": "string"}, "id": {"type": "string", "format": "uuid"}}
        return {"type": "object", "properties": parts, "required": ["object", "id"], "additionalProperties": False}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> RecordRef | None:
        """The reference; raises BadValue `bad_reference`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, RecordRef):
            return self._allowed(raw, settings)
        if not isinstance(raw, Mapping) or set(raw) != {"object", "id"} or not isinstance(raw["object"], str):
            raise bad_reference()
        return self._allowed(RecordRef(raw["object"], read_reference(raw["id"])), settings)

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> RecordRef | None:
        """The reference of `object:id`."""
        plain = text.strip()
        if not plain:
            return None
        name, _, key = plain.partition(":")
        return self._allowed(RecordRef(name.strip(), read_reference(key)), settings)

    def dump(self, value: Any) -> Any:
        """{object, id}."""
        return None if value is None else {"object": value.object, "id": str(value.id)}

    def to_cells(self, value: Any, settings: Settings) -> tuple[Any, ...]:
        """Object name and id."""
        return (None, None) if value is None else (value.object, value.id)

    def from_cells(self, cells: tuple[Any, ...], settings: Settings) -> Any:
        """The reference, None when either cell is blank."""
        return None if cells[0] is None or cells[1] is None else RecordRef(cells[0], cells[1])

    def _allowed(self, found: RecordRef, settings: Settings) -> RecordRef:
        objects = settings.get("to", ())
        if not isinstance(objects, Mapping) and found.object not in objects:
            raise bad_reference()
        return found


class ManyToManyType(FieldType):
    """References to several records of one object."""

    name = "many_to_many"
    family = "reference"
    widget = "many_to_many"
    operators = MANY
    sortable = False
    groupable = False
    side_table = True

    def schema(self) -> Mapping[str, Any]:
        """`to`, `filter`, `inverse`."""
        shared = LookupType().schema()
        return {key: shared[key] for key in ("to", "filter", "inverse")}

    def required_settings(self) -> tuple[str, ...]:
        """`to`."""
        return ("to",)

    def columns(self, settings: Settings) -> tuple[LogicalColumn, ...]:
        """The id of one target."""
        return (LogicalColumn(ColumnKind.UUID, refers=True),)

    def value_kind(self, settings: Settings) -> str | None:
        """List."""
        return "list"

    def item_kind(self, settings: Settings) -> str | None:
        """Record."""
        return "record"

    def value_schema(self, settings: Settings) -> Mapping[str, Any]:
        """A list of ids."""
        return {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": MOST_REFERENCES}

    def load(self, raw: object, settings: Settings, where: LoadContext) -> tuple[UUID, ...] | None:
        """The ids without repetition; raises BadValue `bad_reference`, `not_a_list`, `too_many`."""
        if raw is None or raw == "":
            return None
        if not isinstance(raw, list | tuple):
            raise BadValue("not_a_list", "Send a list.")
        if len(raw) > MOST_REFERENCES:
            raise BadValue("too_many", f"Send at most {MOST_REFERENCES} items.", limit=MOST_REFERENCES)
        return tuple(dict.fromkeys(read_reference(item) for item in raw)) or None

    def load_text(self, text: str, settings: Settings, where: LoadContext) -> tuple[UUID, ...] | None:
        """Ids between `;` (or `,`)."""
        return self.load([item for item in text.replace(",", ";").split(";") if item.strip()], settings, where)

    def dump(self, value: Any) -> Any:
        """A list of ids as text."""
        return [str(item) for item in value or ()]


class UserListType(ManyToManyType):
    """Several people."""

    name = "user_list"
    widget = "user_list"

    def schema(self) -> Mapping[str, Any]:
        """`kinds`, `filter`, `inverse`."""
        return {key: value for key, value in UserType().schema().items() if key != "on_delete"}

    def required_settings(self) -> tuple[str, ...]:
        """Nothing."""
        return ()
